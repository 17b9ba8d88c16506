import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RewritingProxyOptions {
  /** Base URL of the store's API, up to and including `/v3`. */
  readonly store: string;
  /** Answers a write in the store's place. Null forwards it. `call` has the form `PUT /customers`. @default null */
  readonly reject?: (
    items: unknown,
    call: string,
  ) => { readonly status: number; readonly body: unknown } | null;
  /** Changes the path with its query before it reaches the store. @default as it is */
  readonly path?: (path: string) => string;
  /** Changes the items of a write before they reach the store. @default as they are */
  readonly request?: (items: unknown) => unknown;
  /** Changes the body of a response. `call` has the form `PUT /customers`. @default as it is */
  readonly response?: (body: unknown, call: string) => unknown;
}

/** A proxy in front of a store that changes what is written and what is answered, as a store with other rules would. */
export async function startRewritingProxy({
  store,
  reject = () => null,
  path: rewritePath = (path) => path,
  request: rewriteRequest = (items) => items,
  response: rewriteResponse = (body) => body,
}: RewritingProxyOptions) {
  const target = new URL(store);
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '', headers } = request;
    const path = url.slice(target.pathname.length);
    const sent = await text(request);
    const call = `${method} ${path.replace(/\?.*$/, '')}`;
    const rejection = method === 'GET' ? null : reject(sent === '' ? null : JSON.parse(sent), call);
    if (rejection !== null) {
      response.writeHead(rejection.status, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(rejection.body));
    }
    // A fault of the store can cut the connection.
    const reply = await fetch(store + rewritePath(path), {
      method,
      headers: { 'x-auth-token': String(headers['x-auth-token']), 'content-type': 'application/json' },
      ...(sent !== '' && { body: JSON.stringify(rewriteRequest(JSON.parse(sent))) }),
    }).catch(() => null);
    if (reply === null) return response.destroy();
    const answer = await reply.text();
    response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'text/plain' });
    if (answer === '') return response.end();
    return response.end(JSON.stringify(rewriteResponse(JSON.parse(answer), call)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an AddressInfo; other address types belong to pipes.
  const { port } = server.address() as AddressInfo;
  return {
    /** Base URL of the API, for the gateway's configuration. */
    url: `http://127.0.0.1:${port}${target.pathname}`,
    async close() {
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await ended;
    },
  };
}

/** Applies a function to every string in a JSON value, except values of the fields in `fixed`. */
export function mapStrings(
  value: unknown,
  change: (text: string) => string,
  fixed: ReadonlySet<string> = new Set(),
): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapStrings(each, change, fixed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      fixed.has(key) ? inner : mapStrings(inner, change, fixed),
    ]),
  );
}
