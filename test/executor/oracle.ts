import { parseArgs } from 'node:util';
import { compareOnce, runningExecutor } from './compare.ts';
import { compareOnGateway } from './gateway-oracle.ts';

const { values } = parseArgs({
  options: {
    // On a schema whose resolvers fail in every way.
    queries: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
    // On the schema of the gateway, besides the known ones.
    'gateway-queries': { type: 'string', default: '10000' },
  },
});
const [queries, from, random] = [
  Number(values.queries),
  Number(values.from),
  Number(values['gateway-queries']),
];

// A promise of graphql-js rejects unhandled if an item that may not be null fails beside one that rejects later.
let unhandled = 0;
process.on('unhandledRejection', () => {
  if (runningExecutor() === 'compiled') unhandled += 1;
});

let compared = 0;
let withErrors = 0;
for (let seed = from; seed < from + queries; seed += 1) {
  const comparison = await compareOnce(seed);
  if (comparison === null) continue;
  compared += 1;
  if (JSON.stringify(comparison.expected).includes('failed')) withErrors += 1;
  if (comparison.isEqual) continue;
  console.error(`seed ${seed} differs:`, JSON.stringify(comparison, null, 2));
  process.exit(1);
}
for (const isFailing of random > 0 ? [false, true] : []) {
  const { difference, ...report } = await compareOnGateway({ random, isFailing });
  console.error(JSON.stringify({ gateway: report, isFailing }));
  if (difference === null) continue;
  console.error('the answers on the gateway differ:', JSON.stringify(difference, null, 2));
  process.exit(1);
}
console.log(JSON.stringify({ queries, compared, withErrors, unhandled }));
process.exitCode = unhandled > 0 ? 1 : 0;
