import { type ImportRun, importTwice } from './import.ts';

// `npm run import-runs`: imports 1,000 mixed rows twice, at a store with the quota of the smaller plans, and prints the calls and
// the time. Exits with 1 if the second run writes anything.

const ROWS = 1_000;

const [first, second] = await importTwice({ rows: ROWS, store: { quota: 150 } });
for (const [name, run] of [
  ['first run', first],
  ['second run', second],
] as const)
  print(name, run);
process.exitCode = second.writes > 0 || first.errors.length + second.errors.length > 0 ? 1 : 0;

function print(name: string, { seconds, reads, writes, calls, customers, parts, errors }: ImportRun): void {
  console.log(`${name}: ${seconds.toFixed(1)} s, ${reads} reads, ${writes} writes`);
  console.log(`  customers ${JSON.stringify(customers)}, parts ${JSON.stringify(parts)}`);
  console.log(`  calls ${JSON.stringify(calls)}`);
  for (const error of errors.slice(0, 10)) console.log(`  ${error}`);
}
