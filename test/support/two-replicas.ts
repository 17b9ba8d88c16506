import { pino } from 'pino';
import { connectReplicas, type Replicas } from '../../src/redis/replicas.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** Two replicas' views of one server. */
export interface TwoReplicas {
  readonly server: RedisServer;
  readonly one: Replicas;
  readonly other: Replicas;
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** Starts a server and connects to it twice. @param program path of the server */
export async function startTwoReplicas(program: string): Promise<TwoReplicas> {
  const server = await startRedis(program);
  const log: string[] = [];
  const logger = pino({}, { write: (line: string) => void log.push(line) });
  const options = {
    redisUrl: server.url,
    quotaShare: 0.25,
    hashKey: 'x'.repeat(32),
    storeHash: 'abc',
    logger,
  };
  const [one, other] = [connectReplicas(options), connectReplicas(options)];
  return {
    server,
    one,
    other,
    log,
    async close() {
      await Promise.all([one.close(), other.close()]);
      await server.stop();
    },
  };
}

/** Resolves when a condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
