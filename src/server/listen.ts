import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from './app.ts';
import { checkHost } from './http/host-check.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  /** Grace period for requests in flight when it stops, in milliseconds. */
  readonly graceMs: number;
  /** Allowed Host names in addition to the loopback names. @default null: every name */
  readonly allowedHosts?: readonly string[] | null;
  /** Maximum number of connections; further ones are closed immediately. @default 1000 */
  readonly maxConnections?: number;
  /** Timeouts for receiving a request, in milliseconds. @default 10 s for the headers, 30 s for the whole request */
  readonly timeouts?: Pick<
    ServerOptions,
    'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval'
  >;
}

const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };
// Longer than the idle timeout of common load balancers, so they do not reuse a connection that is being closed.
const KEEP_ALIVE_MS = 65_000;
// The request target counts, so this also limits GET queries.
const MAX_HEADER_BYTES = 16_384;

export interface Listener {
  readonly url: string;
  /** Stops accepting connections, waits for requests and writes within the grace period, then closes everything. */
  stop(): Promise<void>;
}

/** Opens the gateway's port. Rejects if the port cannot be opened. */
export async function listen(app: App, options: ListenOptions): Promise<Listener> {
  const { host, port, graceMs, allowedHosts = null, maxConnections = 1_000, timeouts = TIMEOUTS } = options;
  const settings = { ...timeouts, keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES };
  const server = createServer(settings, (request, response) => {
    if (passesHostCheck(request, response, allowedHosts)) app.yoga(request, response);
  });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // The address of a server is a string or null only for pipes and unbound servers.
  const { port: boundPort } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;

  async function stop(): Promise<void> {
    app.drain();
    const closed = new Promise((resolve) => server.close(resolve));
    // After its last response a keep-alive connection is idle and would stay open until its timeout.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
    // Writes finish even if their caller has disconnected, because their outcome would be lost otherwise.
    await Promise.race([Promise.all([closed, app.settled()]), grace]);
    server.closeAllConnections();
    await closed;
    clearInterval(sweep);
    await app.close();
  }

  return { url: `http://${name}:${boundPort}`, stop };
}

// Before everything else: Yoga builds a URL from the Host header and responds with a stack trace if it cannot.
function passesHostCheck(
  { headersDistinct, url }: IncomingMessage,
  response: ServerResponse,
  hosts: readonly string[] | null,
): boolean {
  const problem = checkHost(headersDistinct.host, hosts);
  // Orchestrators send health checks to whatever address the process has.
  if (problem === null || (problem === 'unknown' && url?.startsWith('/health/'))) return true;
  const status = problem === 'malformed' ? 400 : 421;
  const message =
    problem === 'malformed' ? 'Malformed Host header.' : 'Host not allowed; add it to PUBLIC_HOSTS.';
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  response.writeHead(status, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
  response.end(body);
  return false;
}
