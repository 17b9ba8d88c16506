import { crash } from './crash.ts';
import { print } from './report.ts';
import { storm } from './storm.ts';

// The long run: `npm run chaos`. Ends with 1 where a promise is broken.

const WRITES = 10_000;
/** What stores may do differently, so that every answer is true somewhere. */
const STORES = [
  { seed: 1, name: 'refuses a batch whole', switches: {} },
  { seed: 2, name: 'keeps the items before the one that it refuses', switches: { atomicBatches: false } },
  { seed: 3, name: 'counts e-mails per channel', switches: { emailPerChannel: true } },
] as const;

const ENDS = [
  { seed: 4, signal: 'SIGTERM', times: 100, switches: {} },
  { seed: 5, signal: 'SIGKILL', times: 100, switches: { atomicBatches: false } },
] as const;

let broken = 0;
for (const { seed, name, switches } of STORES) {
  const report = await storm({ seed, writes: WRITES, switches });
  print(`Seed ${seed}, a store that ${name}`, report);
  broken += report.violations.length;
}
for (const end of ENDS) {
  const report = await crash(end);
  print(`Seed ${end.seed}, ${end.times} gateways ended by ${end.signal}`, report);
  broken += report.violations.length;
}
process.exitCode = broken > 0 ? 1 : 0;
