import { parseArgs } from 'node:util';
import { type CacheForm, GUARDS_OF } from './guards.ts';
import { races } from './races.ts';

// `npm run cache-races -- [--steps 100000] [--seed 1] [--cache memory|redis]`: interleaves reads, writes, events and evictions, and
// checks every value that is read against what was true when: with one gateway, and with two that share a simulated Redis. Then it
// takes out each guard of the cache once: each of those runs must fail. Exits with 1 if one of them does not, or if the run with
// all guards fails.

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    cache: { type: 'string' },
  },
});
const steps = Number(values.steps);
const seed = Number(values.seed);

async function check(cache: CacheForm): Promise<boolean> {
  const { broken, ...counts } = await races({ cache, steps, seed });
  console.log(`${cache}, with all guards: ${broken.length} broken promises`, counts);
  for (const line of broken) console.log(`  ${line}`);
  let isFine = broken.length === 0;
  for (const without of GUARDS_OF[cache]) {
    const { broken: found, reads } = await races({ cache, steps, seed, without });
    isFine &&= found.length > 0;
    console.log(
      `${cache}, without ${without}: ${found.length === 0 ? 'NOTHING NOTICED' : `noticed after ${reads} reads: ${found[0]}`}`,
    );
  }
  return isFine;
}

for (const cache of ['memory', 'redis'] as const) {
  if (values.cache !== undefined && values.cache !== cache) continue;
  if (!(await check(cache))) process.exitCode = 1;
}
process.exit();
