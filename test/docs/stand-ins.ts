import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@redis/client';
import { expect } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { findRedisForTest, startRedis } from '../support/redis-server.ts';

/** Something of this machine that a test starts in place of what a page names. */
interface StandIn {
  /** The variables that lead to it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Fails if the gateway has not used it. Called when the gateway has stopped. */
  check(): Promise<void>;
  close(): Promise<void>;
}

type Start = (written: Readonly<Record<string, string>>, place: string) => Promise<StandIn>;

const NOTHING = { check: async () => {}, close: async () => {} };

/** What stands in for the value of a variable. All other values are used as the page has them. */
const STARTS: Readonly<Record<string, Start>> = {
  BIGCOMMERCE_STORE_HASH: startStore,
  OTEL_EXPORTER_OTLP_ENDPOINT: startCollector,
  REDIS_URL: startServer,
  REDIS_ENCRYPTION_KEYS: makeEncryptionKey,
};

/** Starts what the variables of a page need. The result has the variables to start the gateway with. */
export async function startStandIns(
  written: Readonly<Record<string, string>>,
  place: string,
): Promise<StandIn> {
  const started: StandIn[] = [];
  for (const name of Object.keys(written)) {
    const start = STARTS[name];
    if (start !== undefined) started.push(await start(written, place));
  }
  return {
    variables: Object.assign({}, written, ...started.map(({ variables }) => variables)),
    async check() {
      for (const each of started) await each.check();
    },
    async close() {
      for (const each of started) await each.close();
    },
  };
}

/** A store with the hash and the access token of the page. */
async function startStore(written: Readonly<Record<string, string>>): Promise<StandIn> {
  const { BIGCOMMERCE_STORE_HASH: storeHash = '', BIGCOMMERCE_ACCESS_TOKEN: token = '' } = written;
  const sandbox = await startSandbox({ quota: 0, storeHash, token });
  return {
    // No load balancer has to notice first that the gateway stops.
    variables: { BIGCOMMERCE_API_URL: sandbox.url, SHUTDOWN_DELAY_MS: '0' },
    ...NOTHING,
    close: () => sandbox.close(),
  };
}

/** Does what the command in the page's value does. */
async function makeEncryptionKey(written: Readonly<Record<string, string>>): Promise<StandIn> {
  const { REDIS_ENCRYPTION_KEYS: value = '' } = written;
  const key = randomBytes(32).toString('base64');
  return {
    variables: { REDIS_ENCRYPTION_KEYS: value.replace('$(openssl rand -base64 32)', key) },
    ...NOTHING,
  };
}

async function startCollector(_written: unknown, place: string): Promise<StandIn> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    variables: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    check: async () => expect(paths, place).toContain('/v1/traces'),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function startServer(_written: unknown, place: string): Promise<StandIn> {
  const program = findRedisForTest(place);
  // Without a server the gateway still has to start, and to answer.
  if (program === null) return { variables: { REDIS_URL: 'redis://127.0.0.1:1' }, ...NOTHING };
  const server = await startRedis(program);
  return {
    variables: { REDIS_URL: server.url },
    async check() {
      const client = await createClient({ url: server.url }).connect();
      const keys = await client.keys('gateway:*');
      client.destroy();
      expect(keys, place).not.toEqual([]);
    },
    close: server.stop,
  };
}
