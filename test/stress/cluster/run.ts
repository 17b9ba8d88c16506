import { findRedis } from '../../support/redis-server.ts';
import { findNginx } from '../deploys/nginx.ts';
import { startCluster } from './cluster.ts';

// `npm run cluster`: two gateways, Redis and nginx on this machine, without containers, until it is interrupted. Variables of the
// environment apply to both gateways; PORT is that of nginx.

const [nginx, redis] = [findNginx(), findRedis()];
if (nginx === null || redis === null) {
  console.error(
    'install nginx and Redis (Debian: apt-get install nginx-light redis-server), or set NGINX_PATH and REDIS_PATH',
  );
  process.exit(1);
}
const { PORT = '4000', HOST: _host, REDIS_URL: _redis, ...others } = process.env;
const variables = Object.fromEntries(
  Object.entries(others).flatMap(([name, value]) =>
    value === undefined || name.startsWith('npm_') ? [] : [[name, value]],
  ),
);
const cluster = await startCluster({ nginx, redis, port: Number(PORT), variables });
const [one, other] = cluster.gateways;
console.log(`Two gateways that share one store, its quota, their limits and their cache

  nginx     ${cluster.url}/graphql
  gateways  ${one.url}  ${other.url}   (/health/ready, /metrics)
  Redis     ${cluster.redis.url}
  store     ${cluster.sandboxUrl ?? 'as configured'}

Ctrl+C stops them.`);

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    void cluster.close().then(() => process.exit(0));
  });
}
