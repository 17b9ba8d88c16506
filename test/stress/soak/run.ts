import { runSoak } from './soak.ts';

// The long run: `npm run soak`. Exits with 1 if a caller saw the mark of another customer.

const REQUESTS = 100_000;
const startedAt = performance.now();
const { counts, calls, faultHits, leaks } = await runSoak({ requests: REQUESTS, seed: 1 });
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(`${REQUESTS} requests of fifty callers in ${seconds} s`);
console.table(counts);
console.log(`calls to the store: ${calls}, with faults: ${faultHits}`);
console.log(`leaks: ${leaks.length}`);
for (const leak of leaks.slice(0, 20)) console.log(`  ${leak}`);
process.exitCode = leaks.length > 0 ? 1 : 0;
