import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from './app.ts';
import { hostProblem } from './hosts.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Milliseconds that requests may take to finish once it stops. */
  readonly graceMs: number;
  /** Names that requests may be for, beside those of this machine. @default null, which takes every name */
  readonly hosts?: readonly string[] | null;
  /** Connections at the most; further ones are closed at once. @default 1000 */
  readonly maxConnections?: number;
  /** How long a client may take to send, in milliseconds. @default 10 s for the headers, 30 s for all of a request */
  readonly patience?: Pick<
    ServerOptions,
    'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval'
  >;
}

const PATIENCE = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };
// Longer than load balancers keep theirs, so that none sends a request into a connection that is just being closed.
const KEEP_ALIVE_MS = 65_000;
// A query by GET is part of it.
const MAX_HEADER_BYTES = 16_384;

export interface Listener {
  readonly url: string;
  /** Stops accepting, lets what runs finish within the grace period, closes. */
  stop(): Promise<void>;
}

/** Opens the gateway's port. */
export async function listen(app: App, options: ListenOptions): Promise<Listener> {
  const { host, port, graceMs, hosts = null, maxConnections = 1_000, patience = PATIENCE } = options;
  const settings = { ...patience, keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES };
  const server = createServer(settings, (request, response) => {
    if (isForUs(request, response, hosts)) app.yoga(request, response);
  });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // A server that listens on a port has an address of this form; the other forms belong to pipes.
  const { port: boundPort } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;

  async function stop(): Promise<void> {
    app.drain();
    const closed = new Promise((resolve) => server.close(resolve));
    // A connection that is kept alive is idle, and would stay for seconds, once its last answer is out.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
    // A write is finished even where its caller has gone, since nobody could tell its outcome afterwards.
    await Promise.race([Promise.all([closed, app.settled()]), grace]);
    server.closeAllConnections();
    await closed;
    clearInterval(sweep);
    await app.close();
  }

  return { url: `http://${name}:${boundPort}`, stop };
}

// Looked at before all else: Yoga makes a URL of the host, and shows its stack where it cannot.
function isForUs(
  { headersDistinct, url }: IncomingMessage,
  response: ServerResponse,
  hosts: readonly string[] | null,
): boolean {
  const problem = hostProblem(headersDistinct.host, hosts);
  // Whoever looks after the process asks for its health by whatever address it has.
  if (problem === null || (problem === 'unknown' && url?.startsWith('/health/'))) return true;
  const status = problem === 'malformed' ? 400 : 421;
  const message =
    problem === 'malformed'
      ? 'The Host is no name of a host.'
      : 'The gateway is not known by that name: PUBLIC_HOSTS lists those by which it is.';
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  response.writeHead(status, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
  response.end(body);
  return false;
}
