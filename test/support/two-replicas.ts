import { pino } from 'pino';
import { connectReplicas, type Replicas, type ReplicasOptions } from '../../src/redis/replicas.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** Two replicas' views of one server. */
export interface TwoReplicas {
  readonly server: RedisServer;
  readonly one: Replicas;
  readonly other: Replicas;
  readonly log: readonly string[];
  /** Connects once more. */
  connect(options?: Partial<Pick<ReplicasOptions, 'encryptionKeys' | 'redisUrl'>>): Replicas;
  close(): Promise<void>;
}

/** The encryption key of both replicas. */
export const TEST_KEY = { id: 'test', key: Buffer.alloc(32, 1) };

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
  const all: Replicas[] = [];

  function connect(own: Partial<Pick<ReplicasOptions, 'encryptionKeys' | 'redisUrl'>> = {}): Replicas {
    const replica = connectReplicas({ ...options, encryptionKeys: [TEST_KEY], ...own });
    all.push(replica);
    return replica;
  }

  return {
    server,
    one: connect(),
    other: connect(),
    log,
    connect,
    async close() {
      await Promise.all(all.map((replica) => replica.close()));
      await server.stop();
    },
  };
}

/** Resolves when a condition holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
