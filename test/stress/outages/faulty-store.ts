import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How the store behaves: normally, or with one fault. */
export type StoreMode = 'up' | 'down' | 'hang' | 'slow' | 'token revoked' | 'scope missing';

export interface FaultyStore {
  /** Base URL of the REST API. */
  readonly url: string;
  become(mode: StoreMode): Promise<void>;
  close(): Promise<void>;
}

const SLOW_MS = 4_000;
const REJECTIONS: Readonly<Partial<Record<StoreMode, number>>> = {
  'token revoked': 401,
  'scope missing': 403,
};

/** A proxy in front of a store, on a port that refuses connections while the store is down. */
export async function startFaultyStore(storeUrl: string): Promise<FaultyStore> {
  let mode: StoreMode = 'up';
  const base = new URL(storeUrl);
  const server = createServer(async (request, response) => {
    if (mode === 'hang') return;
    if (mode === 'slow') await delay(SLOW_MS);
    const status = REJECTIONS[mode];
    if (status !== undefined && (mode === 'token revoked' || request.method !== 'GET')) {
      response.writeHead(status, { 'content-type': 'application/json' });
      const title =
        status === 401 ? 'Unauthorized' : 'You don’t have a required scope to access the endpoint';
      response.end(JSON.stringify({ status, title }));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await fetch(base.origin + request.url, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const text = await answer.text();
    const kept = [...answer.headers].filter(
      ([name]) => !/^(connection|content-length|keep-alive|transfer-encoding)$/.test(name),
    );
    response.writeHead(answer.status, Object.fromEntries(kept)).end(text);
  });
  const open = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await open(0);
  const { port } = server.address() as AddressInfo;

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  return {
    url: `http://127.0.0.1:${port}${base.pathname}`,
    async become(next) {
      if (next === 'down') await close();
      else if (mode === 'down') await open(port);
      mode = next;
    },
    close: () => (mode === 'down' ? Promise.resolve() : close()),
  };
}
