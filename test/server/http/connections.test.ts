import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { trackConnections } from '../../../src/server/http/connections.ts';
import { requestText } from '../../support/raw-http.ts';

const STALL_MS = 50;

/** A server whose client has sent a request and reads nothing until it is resumed. */
async function setup(respond: RequestListener, stallMs = STALL_MS) {
  const server = createServer(respond);
  trackConnections(server, { maxConnections: 10, stallMs });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  client.pause();
  client.write(requestText('GET / HTTP/1.1'));
  const socket = await accepted;
  return {
    client,
    closed: new Promise((resolve) => socket.once('close', resolve)),
    close() {
      client.destroy();
      server.close();
    },
  };
}

test('a client that does not read its response is cut off', async () => {
  const { closed, close } = await setup((_request, response) => response.end('x'.repeat(50_000_000)));
  await closed;
  close();
});

test('a client that reads a few bytes now and then is cut off', async () => {
  const { client, closed, close } = await setup((_request, response) => response.end('x'.repeat(50_000_000)));
  // Not flowing, so a read takes these bytes alone.
  client.on('readable', () => {});
  const reading = setInterval(() => client.read(1), STALL_MS / 10);
  await closed;
  clearInterval(reading);
  close();
});

test('a client that reads steadily gets a response that takes longer than the limit', async () => {
  const size = 30_000_000;
  const { client, close } = await setup((_request, response) => response.end('x'.repeat(size)), 500);
  let received = 0;
  client.on('data', (chunk: Buffer) => {
    received += chunk.length;
    client.pause();
    setTimeout(() => client.resume(), 4);
  });
  client.resume();
  await new Promise((resolve) => client.once('close', resolve));
  expect(received).toBeGreaterThan(size);
  close();
});

test('a response that takes longer than the limit to compute is not cut off', async () => {
  const { client, close } = await setup((_request, response) => {
    setTimeout(() => response.end('done'), 4 * STALL_MS);
  });
  let answer = '';
  client.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  client.resume();
  await new Promise((resolve) => client.once('close', resolve));
  expect(answer).toMatch(/done/);
  close();
});
