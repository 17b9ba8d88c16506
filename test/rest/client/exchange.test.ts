import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { startExchange } from '../../../src/rest/client/exchange.ts';

const GET = { path: '/', method: 'GET' } as const;
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const run of cleanup.splice(0)) await run();
});

async function poolOf(listener: RequestListener): Promise<Pool> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
  cleanup.push(
    () => pool.destroy(),
    () => void server.closeAllConnections(),
    () => server.close(),
  );
  return pool;
}

test('a response in several parts is returned whole, after an informational one', async () => {
  const pool = await poolOf((_request, response) => {
    response.writeProcessing();
    response.writeHead(203, { 'x-name': 'value' });
    response.write('one ');
    setImmediate(() => response.end('two'));
  });
  const { response, head } = startExchange(pool, GET);
  const { status, headers, body } = await response;
  expect([status, headers['x-name'], body.toString()]).toEqual([203, 'value', 'one two']);
  expect(head()).toMatchObject({ status: 203 });
});

test('an empty response has an empty body', async () => {
  const pool = await poolOf((_request, response) => response.writeHead(204).end());
  expect((await startExchange(pool, GET).response).body).toHaveLength(0);
});

test('a request that is stopped in flight is rejected with the reason, and its connection is closed', async () => {
  const arrived = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const pool = await poolOf((_request, response) => {
    response.on('close', closed.resolve);
    arrived.resolve();
  });
  const { response, stop, head } = startExchange(pool, GET);
  await arrived.promise;
  const reason = new Error('enough');
  stop(reason);
  await expect(response).rejects.toBe(reason);
  expect(head()).toBeNull();
  await closed.promise;
});

test('a request that is stopped at once is never sent', async () => {
  const paths: string[] = [];
  const pool = await poolOf((request, response) => {
    paths.push(request.url ?? '');
    response.end('{}');
  });
  const stopped = startExchange(pool, { ...GET, path: '/stopped' });
  stopped.stop(new Error('enough'));
  await expect(stopped.response).rejects.toThrow('enough');
  await startExchange(pool, { ...GET, path: '/last' }).response;
  expect(paths).toEqual(['/last']);
});

test('a request that is stopped while it waits for a connection is never sent', async () => {
  const paths: string[] = [];
  const first = Promise.withResolvers<void>();
  const pool = await poolOf(async (request, response) => {
    paths.push(request.url ?? '');
    if (request.url === '/first') await first.promise;
    response.end('{}');
  });
  const running = startExchange(pool, { ...GET, path: '/first' });
  const waiting = startExchange(pool, { ...GET, path: '/stopped' });
  await new Promise(setImmediate);
  waiting.stop(new Error('enough'));
  await expect(waiting.response).rejects.toThrow('enough');
  first.resolve();
  await running.response;
  await startExchange(pool, { ...GET, path: '/last' }).response;
  expect(paths).toEqual(['/first', '/last']);
});

test('a connection that closes in the middle of a response is an error', async () => {
  const pool = await poolOf((_request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
  });
  const { response, head } = startExchange(pool, GET);
  await expect(response).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  expect(head()).toMatchObject({ status: 200 });
});
