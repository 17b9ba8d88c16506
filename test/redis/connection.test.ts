import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { connectRedis, type RedisConnection } from '../../src/redis/connection.ts';
import { closedPort } from '../support/hostile-store.ts';
import { findRedisForTest, type RedisServer, startRedis } from '../support/redis-server.ts';

const program = findRedisForTest('the connection to Redis');
const PASSWORD = 'canary0canary0canary0';
const cleanup: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of cleanup.splice(0)) await close();
});

function connect(url: string): { readonly connection: RedisConnection; readonly log: readonly string[] } {
  const log: string[] = [];
  const connection = connectRedis(url, pino({}, { write: (line: string) => void log.push(line) }));
  cleanup.push(connection.close);
  return { connection, log };
}

async function serve(password?: string): Promise<RedisServer> {
  const server = await startRedis(program ?? '', password);
  cleanup.push(server.stop);
  return server;
}

/** Resolves when the connection has this state. */
function becomes(connection: RedisConnection, isAvailable: boolean): Promise<void> {
  if (connection.isAvailable() === isAvailable) return Promise.resolve();
  return new Promise((resolve) => connection.onChange((value) => value === isAvailable && resolve()));
}

const ping = (connection: RedisConnection) => connection.run((client) => client.ping());

test('a server that does not exist is away, which is logged once', async () => {
  const { connection, log } = connect(`redis://:${PASSWORD}@127.0.0.1:${await closedPort()}`);
  for (let attempt = 0; attempt < 3; attempt += 1)
    await expect(ping(connection)).rejects.toThrow('cannot be reached');
  expect(connection.isAvailable()).toBe(false);
  expect(log).toHaveLength(1);
  expect(log[0]).toContain('ECONNREFUSED');
  expect(log[0]).not.toContain(PASSWORD);
});

describe.skipIf(program === null)('with a server', () => {
  test('the first command waits for the connection', async () => {
    const { url } = await serve();
    const { connection, log } = connect(url.replace('redis:', 'valkey:'));
    expect(await ping(connection)).toBe('PONG');
    expect(log).toEqual([]);
  });

  test('a wrong password is logged once, without the password', async () => {
    const { url } = await serve('right');
    const { connection, log } = connect(url.replace('right', PASSWORD));
    await expect(ping(connection)).rejects.toThrow('cannot be reached');
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('WRONGPASS');
    expect(log[0]).not.toContain(PASSWORD);
  });

  test('a server that hangs is away until it answers again', async () => {
    const server = await serve();
    const { connection, log } = connect(server.url);
    await ping(connection);
    server.freeze();
    await expect(ping(connection)).rejects.toThrow('did not answer in time');
    await expect(ping(connection)).rejects.toThrow('cannot be reached');
    server.thaw();
    await becomes(connection, true);
    expect(await ping(connection)).toBe('PONG');
    expect(log.map((line) => JSON.parse(line).msg)).toEqual([
      'Redis cannot be used: this replica uses its share of the quota',
      'Redis can be reached again: the replicas share their limits',
    ]);
  });

  test('a server that is restarted is found again', async () => {
    const server = await serve();
    const { connection } = connect(server.url);
    await ping(connection);
    await server.stop();
    await becomes(connection, false);
    await server.start();
    await becomes(connection, true);
    expect(await ping(connection)).toBe('PONG');
  });
});
