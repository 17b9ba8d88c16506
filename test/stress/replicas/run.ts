import { findRedis } from '../../support/redis-server.ts';
import { type Disturbance, runReplicas } from './replicas.ts';

// `npm run replicas -- [DISTURBANCE]`: three gateways on one store, with the windows of the real store and ten times the demand.
// Exits with 1 if the store refuses a call or the quota is not used.

const LEAST_USED: Readonly<Record<Disturbance, number>> = { none: 95, kills: 85, freeze: 70, restart: 70 };
const redis = findRedis();
if (redis === null) {
  console.error('no redis-server found: install it (Debian: apt-get install redis-server) or set REDIS_PATH');
  process.exit(1);
}
const [, , wanted] = process.argv;
for (const disturbance of ['none', 'kills', 'freeze', 'restart'] as const) {
  if (wanted !== undefined && wanted !== disturbance) continue;
  const report = await runReplicas({
    redis,
    disturbance,
    quota: 150,
    windowMs: 30_000,
    windows: 4,
    onProgress: console.error,
  });
  console.log(disturbance, report);
  const isUsed = report.usedPercent >= LEAST_USED[disturbance];
  if (report.rateLimited > 0 || !isUsed) process.exitCode = 1;
}
process.exit();
