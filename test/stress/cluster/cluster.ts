import { startSandbox } from '../../../src/sandbox/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway-process.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { type Nginx, startNginx } from '../deploys/nginx.ts';

export interface ClusterOptions {
  /** Path of nginx. */
  readonly nginx: string;
  /** Path of the Redis server. */
  readonly redis: string;
  /** The port of nginx. */
  readonly port: number;
  /** Variables of the gateways. A store in them replaces the sandbox. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Two gateways behind nginx, which share Redis and a store. */
export interface Cluster {
  /** The address of nginx. */
  readonly url: string;
  readonly gateways: readonly [GatewayProcess, GatewayProcess];
  readonly nginx: Nginx;
  readonly redis: RedisServer;
  /** The REST API of the sandbox; null if there is another store. */
  readonly sandboxUrl: string | null;
  close(): Promise<void>;
}

/** Starts them all, each on a port of its own. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { nginx: nginxProgram, redis: redisProgram, port, variables = {} } = options;
  const sandbox = variables.BIGCOMMERCE_STORE_HASH === undefined ? await startSandbox() : null;
  const redis = await startRedis(redisProgram);
  const store = sandbox && {
    GATEWAY_AUTH: 'none',
    // It is generated data, so the features of development are of use.
    NODE_ENV: 'development',
    BIGCOMMERCE_STORE_HASH: 'sandbox',
    BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
    BIGCOMMERCE_API_URL: sandbox.url,
    CACHE_MAX_AGE: '60',
    CACHE_MAX_AGE_WITHOUT_EVENTS: '10',
  };
  const start = () =>
    startGatewayProcess({
      ...store,
      REDIS_ENCRYPTION_KEYS: `cluster:${Buffer.alloc(32, 1).toString('base64')}`,
      ...variables,
      REDIS_URL: redis.url,
    });
  const gateways = await Promise.all([start(), start()] as const);
  const ports = gateways.map(({ url }) => Number(new URL(url).port));
  const nginx = await startNginx(nginxProgram, port, ports);
  return {
    url: nginx.url,
    gateways,
    nginx,
    redis,
    sandboxUrl: sandbox?.url ?? null,
    async close() {
      await nginx.close();
      await Promise.all(gateways.map((gateway) => gateway.child.exitCode === null && gateway.stop()));
      await redis.stop();
      await sandbox?.close();
    },
  };
}
