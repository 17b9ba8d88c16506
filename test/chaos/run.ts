import { type CrashOptions, crash } from './crash.ts';
import { print } from './report.ts';
import { storm } from './storm.ts';

// The long run: `npm run chaos`. Exits with 1 if there is a violation.

const WRITES = 10_000;
/** The behaviours in which stores may differ. */
const STORES = [
  { seed: 1, name: 'rejects whole batches', switches: {} },
  { seed: 2, name: 'keeps the items before a rejected one', switches: { atomicBatches: false } },
  { seed: 3, name: 'requires unique e-mails per channel', switches: { emailPerChannel: true } },
] as const;

const ENDS: readonly CrashOptions[] = [
  { seed: 4, signal: 'SIGTERM', times: 100, switches: {} },
  { seed: 5, signal: 'SIGKILL', times: 100, switches: { atomicBatches: false } },
];

let failures = 0;
for (const { seed, name, switches } of STORES) {
  const report = await storm({ seed, writes: WRITES, switches });
  print(`Seed ${seed}, a store that ${name}`, report);
  failures += report.violations.length;
}
for (const end of ENDS) {
  const report = await crash(end);
  print(`Seed ${end.seed}, ${end.times} gateways ended by ${end.signal}`, report);
  failures += report.violations.length;
}
process.exitCode = failures > 0 ? 1 : 0;
