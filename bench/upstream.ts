import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { startSandbox } from '../src/sandbox/index.ts';
import { serveMeasurements } from './server-process.ts';

// Serves the responses of a sandbox, cached as bytes, over raw sockets. It uses almost no CPU time, so the load test
// measures the server in front of it. Lists of ids are put together from the cached text of each customer: the gateway asks
// for other lists each time.

const sandbox = await startSandbox({ quota: 0 });
const cache = new Map<string, Promise<Buffer>>();

/** By parameters other than the ids, the JSON of each customer. */
const customers = new Map<string, Promise<ReadonlyMap<number, string>>>();

async function fetchText(path: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(new URL(path, sandbox.url), {
    headers: { 'x-auth-token': sandbox.token, accept: 'application/json' },
  });
  return { status: response.status, text: await response.text() };
}

async function read(path: string): Promise<Buffer> {
  const { status, text } = await fetchText(path);
  return responseOf(status, text);
}

function responseOf(status: number, text: string): Buffer {
  const body = Buffer.from(text);
  const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

async function readCustomers(base: string, parameters: string): Promise<ReadonlyMap<number, string>> {
  const { text } = await fetchText(`${base}?${parameters}`);
  const { data } = JSON.parse(text) as { readonly data: readonly { readonly id: number }[] };
  return new Map(data.map((customer) => [customer.id, JSON.stringify(customer)]));
}

/** The customers of a list of ids. */
async function readByIds(url: URL, ids: string): Promise<Buffer> {
  url.searchParams.delete('id:in');
  url.searchParams.delete('page');
  url.searchParams.set('limit', '250');
  const parameters = url.searchParams.toString();
  const all = customers.get(parameters) ?? readCustomers(url.pathname, parameters);
  customers.set(parameters, all);
  const found = await all;
  const data = ids.split(',').flatMap((id) => found.get(Number(id)) ?? []);
  const pagination = {
    total: data.length,
    count: data.length,
    per_page: 250,
    current_page: 1,
    total_pages: 1,
  };
  return responseOf(200, `{"data":[${data}],"meta":{"pagination":${JSON.stringify(pagination)}}}`);
}

function readCached(path: string): Promise<Buffer> {
  const url = new URL(path, sandbox.url);
  const ids = url.searchParams.get('id:in');
  if (url.pathname.endsWith('/customers') && ids !== null) return readByIds(url, ids);
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
  serveMeasurements(process, `http://127.0.0.1:${port}${new URL(sandbox.url).pathname}`);
});
