import { runChaos } from './chaos.ts';
import { type CrashOptions, runCrashes } from './crash.ts';
import { printReport } from './report.ts';

// The long run: `npm run chaos`. Exits with 1 if there is a violation.

const WRITES = 10_000;
/** The behaviours in which stores may differ. */
const STORES = [
  ...[1, 2, 3].flatMap((seed) => [
    { seed, name: 'rejects whole batches and respells texts', switches: { respells: true } },
    {
      seed,
      name: 'keeps the items before a rejected one and respells texts',
      switches: { atomicBatches: false, respells: true },
    },
  ]),
  { seed: 4, name: 'keeps texts as they are', switches: { atomicBatches: false } },
  { seed: 9, name: 'requires unique e-mails per channel', switches: { emailPerChannel: true } },
];

const CRASHES: readonly CrashOptions[] = [
  { seed: 4, signal: 'SIGTERM', gateways: 100, switches: {} },
  { seed: 5, signal: 'SIGKILL', gateways: 100, switches: { atomicBatches: false, respells: true } },
];

let failures = 0;
for (const { seed, name, switches } of STORES) {
  const report = await runChaos({ seed, writes: WRITES, switches });
  printReport(`Seed ${seed}, a store that ${name}`, report);
  failures += report.violations.length;
}
for (const end of CRASHES) {
  const report = await runCrashes(end);
  printReport(`Seed ${end.seed}, ${end.gateways} gateways ended by ${end.signal}`, report);
  failures += report.violations.length;
}
process.exitCode = failures > 0 ? 1 : 0;
