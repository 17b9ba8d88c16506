import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as afterPolling, setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../errors.ts';
import type { App } from './app.ts';
import { closePort } from './http/close-port.ts';
import { trackConnections } from './http/connections.ts';
import { checkHost } from './http/host-check.ts';
import { oneAtATime } from './http/pipelining.ts';
import { isHealthCheck, parseTarget, type RequestTarget } from './http/route.ts';
import { RETRY_AFTER_MS } from './limits/operations-in-flight.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  /** How long the port stays open after `stop` while readiness is 503, in milliseconds. @default 0 */
  readonly shutdownDelayMs?: number;
  /** Grace period for requests in flight once the port is closed, in milliseconds. */
  readonly graceMs: number;
  /** Allowed Host names in addition to the loopback names. @default null: every name */
  readonly allowedHosts?: readonly string[] | null;
  /** Maximum number of connections. A request on a further one is answered with 503. @default 1000 */
  readonly maxConnections?: number;
  /** How long a client may read its response more slowly than 10 kB per second, in milliseconds. @default 20000 */
  readonly stallMs?: number;
  /** How long an idle connection stays open, in milliseconds. @default 620000 */
  readonly keepAliveMs?: number;
  /** Timeouts for receiving a request, in milliseconds. @default 10 s for the headers, 30 s for the whole request */
  readonly timeouts?: Pick<
    ServerOptions,
    'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval'
  >;
}

const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };
// Longer than the 600 s for which some load balancers hold an idle connection, so the balancer closes it first.
const KEEP_ALIVE_MS = 620_000;
const STALL_MS = 20_000;
// The request target counts, so this also limits GET queries.
const MAX_HEADER_BYTES = 16_384;
/** How long a request may be on the way on a connection that is already open, in milliseconds. */
const ARRIVAL_MS = 500;
/** The path of a request whose target is no route. It is not one itself. */
const UNKNOWN_PATH = '/unknown';

export interface Listener {
  readonly url: string;
  /**
   * Makes readiness fail, keeps the port open for the shutdown delay, stops accepting connections, waits for requests and
   * writes within the grace period, then closes everything.
   */
  stop(): Promise<void>;
}

/** Opens the gateway's port. Rejects if the port cannot be opened. */
export async function listen(app: App, options: ListenOptions): Promise<Listener> {
  const { host, port, graceMs, allowedHosts = null, maxConnections = 1_000, timeouts = TIMEOUTS } = options;
  const { shutdownDelayMs = 0, keepAliveMs = KEEP_ALIVE_MS, stallMs = STALL_MS } = options;
  const settings = { ...timeouts, keepAliveTimeout: keepAliveMs, maxHeaderSize: MAX_HEADER_BYTES };
  const server = createServer(settings);
  const connections = trackConnections(server, { maxConnections, stallMs });
  server.on('request', oneAtATime(handle));

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const target = parseTarget(request.url ?? '');
    const refusal = connections.isExcess(request.socket)
      ? TOO_MANY_CONNECTIONS
      : hostRefusal(request, target, allowedHosts);
    if (refusal !== null) {
      app.recordRefusal(refusal.status, request.socket.remoteAddress);
      refuse(response, refusal);
      return;
    }
    // From here on there is one spelling of each path.
    request.url = `${target.path ?? UNKNOWN_PATH}${target.search}`;
    app.handle(request, response);
  }

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = refuseMalformed(error, socket);
    if (status !== null) app.recordRefusal(status, (socket as Socket).remoteAddress);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // The address of a server is a string or null only for pipes and unbound servers.
  const { port: boundPort } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;

  async function stop(): Promise<void> {
    app.failReadiness();
    connections.closeAfterResponse();
    const closed = once(server, 'close');
    if (shutdownDelayMs === 0) server.close();
    else await delay(shutdownDelayMs).then(() => closePort(server));
    // A connection that was just accepted may have a request on the way.
    await delay(Math.min(ARRIVAL_MS, graceMs));
    // Timers come before the requests that arrived while the process got no CPU time.
    await afterPolling();
    app.drain();
    connections.closeIdle();
    const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
    // Writes finish even if their caller has disconnected, because their outcome would be lost otherwise.
    await Promise.race([Promise.all([closed, app.settled()]), grace]);
    server.closeAllConnections();
    await closed;
    await app.close();
  }

  return { url: `http://${name}:${boundPort}`, stop };
}

interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
}

const TOO_MANY_CONNECTIONS: Refusal = {
  status: 503,
  code: 'OVERLOADED',
  message: 'Too many connections. Try again later.',
};

// Before everything else: Yoga builds a URL from the Host header and responds with a stack trace if it cannot.
function hostRefusal(
  { rawHeaders }: IncomingMessage,
  { route, authority }: RequestTarget,
  allowed: readonly string[] | null,
): Refusal | null {
  const problems = [
    checkHost(hostsOf(rawHeaders), allowed),
    ...(authority === null ? [] : [checkHost([authority], allowed)]),
  ];
  if (problems.includes('malformed')) {
    return { status: 400, code: 'BAD_USER_INPUT', message: 'Malformed Host header.' };
  }
  // Orchestrators send health checks to whatever address the process has.
  if (!problems.includes('unknown') || isHealthCheck(route)) return null;
  return { status: 421, code: 'BAD_USER_INPUT', message: 'Host not allowed; add it to PUBLIC_HOSTS.' };
}

/** The Host headers. `headersDistinct` would make lists of all headers. @param rawHeaders names and values in turn */
function hostsOf(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter((_value, i) => i % 2 === 1 && /^host$/i.test(rawHeaders[i - 1] ?? ''));
}

function refuse(response: ServerResponse, { status, code, message }: Refusal): void {
  const retryAfterMs = code === 'OVERLOADED' ? RETRY_AFTER_MS : null;
  const extensions = { code, ...(retryAfterMs !== null && { retryAfterMs }) };
  const body = JSON.stringify({ errors: [{ message, extensions }] });
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    ...(retryAfterMs !== null && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
  });
  response.end(body);
}

/** Answers what is not HTTP, too slow or too large, as Node itself does. Null if the connection is gone already. */
function refuseMalformed({ code }: NodeJS.ErrnoException, socket: Duplex): number | null {
  if (code === 'ECONNRESET' || !socket.writable) return null;
  const status = CLIENT_ERRORS[code ?? ''] ?? 400;
  socket.end(`HTTP/1.1 ${status} ${STATUS_TEXTS[status]}\r\nConnection: close\r\n\r\n`);
  return status;
}

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Payload Too Large',
  431: 'Request Header Fields Too Large',
};
