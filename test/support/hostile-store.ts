import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a store does with one request: it is handed the bare connection and may write what it likes, or nothing. */
export type Behaviour = (socket: Socket, request: IncomingMessage) => void;

/** A server that stands where the store stands and misbehaves on one path after the other. */
export interface HostileStore {
  /** Base of the REST API, as a gateway is told it. */
  readonly url: string;
  readonly origin: string;
  /** What arrived: `GET /customers?limit=1`. */
  readonly calls: readonly string[];
  /** From now on the path is answered so. */
  behave(path: string, behaviour: Behaviour): void;
  close(): Promise<void>;
}

const PREFIX = '/stores/hostile/v3';

export async function startHostileStore(
  behaviours: Readonly<Record<string, Behaviour>> = {},
  otherwise: Behaviour = json({ data: [] }),
): Promise<HostileStore> {
  const byPath = new Map(Object.entries(behaviours));
  const calls: string[] = [];
  const server = createServer((request) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://store');
    const path = pathname.replace(PREFIX, '');
    calls.push(`${request.method} ${path}${search}`);
    const behaviour = byPath.get(path) ?? otherwise;
    behaviour(request.socket, request);
  });
  // Who sends garbage gets cut off in the middle; that is no failure of the server's.
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this form; the other forms belong to pipes.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}${PREFIX}`,
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

/** Writes these bytes and says nothing about what follows. */
export function raw(...lines: readonly string[]): Behaviour {
  return (socket) => void socket.write(lines.join('\r\n'));
}

/** Writes these bytes and closes the connection properly. */
export function rawThenEnd(...lines: readonly string[]): Behaviour {
  return (socket) => void socket.end(lines.join('\r\n'));
}

/** A whole answer of any content. */
export function answer(status: number, headers: Readonly<Record<string, string>>, body: string): Behaviour {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return raw(`HTTP/1.1 ${status} Whatever`, ...lines, '', body);
}

/** A whole JSON answer. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return answer(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
}

/** Takes the request and never says a word. */
export const silence: Behaviour = () => {};

/** Sends some bytes at once and the rest one byte every 100 ms, so that the connection is never idle for long. */
export function drip(atOnce: string, slowly: string): Behaviour {
  return (socket) => {
    socket.write(atOnce);
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(slowly[sent % slowly.length] ?? '');
      sent += 1;
    }, 100);
    socket.once('close', () => clearInterval(timer));
  };
}

/** Begins an answer and goes on for ever, as fast as it is read. */
export function endless(start: string, chunk: string): Behaviour {
  return (socket) => {
    const pour = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pour);
    socket.write(start);
    pour();
  };
}
