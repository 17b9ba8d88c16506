import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How a store handles one request: it gets the raw socket and may write anything, or nothing. */
export type Behaviour = (socket: Socket, request: IncomingMessage) => void;

/** A server in place of the store that misbehaves on chosen paths. */
export interface HostileStore {
  /** Base URL of the REST API, for the gateway's configuration. */
  readonly url: string;
  readonly origin: string;
  /** The requests: `GET /customers?limit=1`. */
  readonly calls: string[];
  /** Replaces the behaviour of a path. */
  behave(path: string, behaviour: Behaviour): void;
  close(): Promise<void>;
}

const BASE_PATH = '/stores/hostile/v3';

export async function startHostileStore(
  behaviours: Readonly<Record<string, Behaviour>> = {},
  defaultBehaviour: Behaviour = respondJson({ data: [] }),
): Promise<HostileStore> {
  const byPath = new Map(Object.entries(behaviours));
  const calls: string[] = [];
  const server = createServer((request) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://store');
    const path = pathname.replace(BASE_PATH, '');
    calls.push(`${request.method} ${path}${search}`);
    const behaviour = byPath.get(path) ?? defaultBehaviour;
    behaviour(request.socket, request);
  });
  // Clients reset the connection when they receive garbage.
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an AddressInfo; other address types belong to pipes.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}${BASE_PATH}`,
    origin,
    calls,
    behave: (path, behaviour) => byPath.set(path, behaviour),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Writes these lines and leaves the connection open. */
export function writeRaw(...lines: readonly string[]): Behaviour {
  return (socket) => void socket.write(lines.join('\r\n'));
}

/** Writes these lines and ends the connection. */
export function writeRawAndEnd(...lines: readonly string[]): Behaviour {
  return (socket) => void socket.end(lines.join('\r\n'));
}

/** A complete response with any content. */
export function respondWith(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): Behaviour {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return writeRaw(`HTTP/1.1 ${status} Whatever`, ...lines, '', body);
}

/** A complete JSON response. */
export function respondJson(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return respondWith(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
}

/** Accepts the request and never responds. */
export const noResponse: Behaviour = () => {};

/** Sends `head` immediately, then repeats `body` at one byte per 100 ms, so the connection is never idle for long. */
export function respondSlowly(head: string, body: string): Behaviour {
  return (socket) => {
    socket.write(head);
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(body[sent % body.length] ?? '');
      sent += 1;
    }, 100);
    socket.once('close', () => clearInterval(timer));
  };
}

/** Sends a response that never ends, as fast as the client reads it. */
export function respondForever(start: string, chunk: string): Behaviour {
  return (socket) => {
    const pour = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pour);
    socket.write(start);
    pour();
  };
}
