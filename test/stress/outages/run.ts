import { type Outage, runOutage } from './outages.ts';

// `npm run outages -- [SECONDS]`: runs the program through the outages that docs/operations.md describes, each for this long
// (60 by default), and prints the log lines and metrics of each.

const seconds = Number(process.argv[2] ?? 60);
const OUTAGES: Readonly<Record<string, Omit<Outage, 'seconds'>>> = {
  'the store refuses connections': { mode: 'down' },
  'the store hangs': { mode: 'hang' },
  'the store is slow': { mode: 'slow' },
  'the access token is revoked': { mode: 'token revoked' },
  'a scope is missing': { mode: 'scope missing' },
  'the disk is full': { mode: 'up', auditLog: '/dev/full' },
};

const reports = await Promise.all(
  Object.entries(OUTAGES).map(async ([name, outage]) => ({
    name,
    ...(await runOutage({ ...outage, seconds })),
  })),
);
for (const { name, lines, metrics } of reports)
  console.log(`\n## ${name}\n\n${lines.join('\n')}\n\n${metrics.join('\n')}`);
