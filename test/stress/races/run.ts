import { findRedis } from '../../support/redis-server.ts';
import { runRaces } from './races.ts';

// `npm run races -- [STEPS] [SEED]`: reads and writes of two replicas in a random order, 100,000 steps by default. Exits with 1 if a
// value from the cache was older than it may be.

const [, , steps = '100000', seed = '1'] = process.argv;
const redis = findRedis();
if (redis === null) {
  console.error('no redis-server found: install it (Debian: apt-get install redis-server) or set REDIS_PATH');
  process.exit(1);
}
const { violations, ...counts } = await runRaces({ redis, steps: Number(steps), seed: Number(seed) });
console.log(counts);
console.log(`violations: ${violations.length}`);
for (const violation of violations.slice(0, 20)) console.log(`  ${violation}`);
process.exit(violations.length > 0 ? 1 : 0);
