import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { startSandbox } from '../src/sandbox/index.ts';
import { serveCpuTime } from './server-process.ts';

// Serves the responses of a sandbox, cached as bytes, over raw sockets. It uses almost no CPU time, so the load test
// measures the server in front of it.

const sandbox = await startSandbox({ quota: 0 });
const cache = new Map<string, Promise<Buffer>>();

async function read(path: string): Promise<Buffer> {
  const response = await fetch(new URL(path, sandbox.url), {
    headers: { 'x-auth-token': sandbox.token, accept: 'application/json' },
  });
  const body = Buffer.from(await response.arrayBuffer());
  const head = `HTTP/1.1 ${response.status} OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function readCached(path: string): Promise<Buffer> {
  const answer = cache.get(path) ?? read(path);
  cache.set(path, answer);
  return answer;
}

async function serve(socket: Socket): Promise<void> {
  let text = '';
  socket.setEncoding('latin1');
  for await (const chunk of socket) {
    text += chunk;
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const [, path = '/'] = text.slice(0, end).split(' ', 2);
      text = text.slice(end + 4);
      socket.write(await readCached(path));
    }
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  serve(socket).catch(() => socket.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  serveCpuTime(process, `http://127.0.0.1:${port}${new URL(sandbox.url).pathname}`);
});
