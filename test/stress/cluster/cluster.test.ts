import { expect, test } from 'vitest';
import { closedPort } from '../../support/hostile-store.ts';
import { findRedisForTest } from '../../support/redis-server.ts';
import { findNginx } from '../deploys/nginx.ts';
import { startCluster } from './cluster.ts';

const redis = findRedisForTest('the cluster');
const nginx = findNginx();
if (nginx === null) {
  const missing = 'no nginx found: install it (Debian: apt-get install nginx-light) or set NGINX_PATH';
  if (process.env.CI) throw new Error(missing);
  console.warn(`SKIPPED: the cluster (${missing})`);
}

test.skipIf(redis === null || nginx === null)(
  'two gateways behind nginx know of each other, and one goes on alone',
  { timeout: 120_000 },
  async () => {
    const cluster = await startCluster({ nginx: nginx ?? '', redis: redis ?? '', port: await closedPort() });
    const query = async () => {
      const response = await fetch(`${cluster.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ customers(first: 1) { nodes { entityId } } }' }),
      });
      return (await response.json()) as { data: unknown };
    };
    const replicasSeen = async () =>
      Promise.all(
        cluster.gateways
          .filter(({ child }) => child.exitCode === null)
          .map(async ({ url }) => {
            const text = await (await fetch(`${url}/metrics`)).text();
            return Number(/^gateway_replicas (\d+)$/m.exec(text)?.[1]);
          }),
      );
    while ((await replicasSeen()).some((count) => count !== 2)) await query();
    for (let requests = 0; requests < 4; requests += 1) {
      expect(await query()).toMatchObject({ data: { customers: { nodes: [{}] } } });
    }
    await cluster.gateways[0].stop();
    while ((await replicasSeen())[0] !== 1) await query();
    expect(await query()).toMatchObject({ data: { customers: { nodes: [{}] } } });
    await cluster.close();
  },
);
