import { parseArgs } from 'node:util';
import { GUARDS, type Guard } from './guards.ts';
import { races } from './races.ts';

// `npm run cache-races -- [--steps 100000] [--seed 1]`: interleaves reads, writes, events and evictions, and checks every value that
// is read against what was true when. Then it takes out each guard of the cache once: each of those runs must fail. Exits with 1 if
// one of them does not, or if the run with all guards fails.

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const options = { steps: Number(values.steps), seed: Number(values.seed) };

const { broken, ...counts } = await races(options);
console.log(`with all guards: ${broken.length} broken promises`, counts);
for (const line of broken) console.log(`  ${line}`);
let isFine = broken.length === 0;
for (const without of Object.keys(GUARDS) as Guard[]) {
  const { broken: found, reads } = await races({ ...options, without });
  isFine &&= found.length > 0;
  console.log(
    `without ${without}: ${found.length === 0 ? 'NOTHING NOTICED' : `noticed after ${reads} reads: ${found[0]}`}`,
  );
}
process.exitCode = isFine ? 0 : 1;
