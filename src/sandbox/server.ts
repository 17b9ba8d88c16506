import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AdmissionOptions, admit } from './admission.ts';
import { type ControlApi, isControlPath } from './control.ts';
import type { FaultInjector } from './faults.ts';
import { type HandlerOptions, handleRequest } from './handler.ts';
import type { LateWrites } from './late-writes.ts';
import type { RequestRecorder } from './request-log.ts';
import { errorResponse } from './responses.ts';
import { createRouteMatcher } from './routes.ts';
import { injectFault, sendResponse } from './send-response.ts';

export interface ServerOptions extends AdmissionOptions, HandlerOptions {
  readonly log: RequestRecorder;
  readonly faults: FaultInjector;
  readonly lateWrites: LateWrites;
  /** Null if the control API is disabled. */
  readonly control: ControlApi | null;
  readonly latencyMs: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

// Far above any documented request. A larger body is not buffered.
const maxBodyBytes = 4 * 1024 * 1024;

/** Creates the HTTP server of the API. It does not listen yet. */
export function createApiServer(options: ServerOptions): Server {
  const serve = createRequestListener(options);
  // Longer than clients keep idle connections, so no client writes to a connection that is being closed.
  const timeouts = { keepAliveTimeout: 65_000 };
  return createServer(timeouts, (request, response) => {
    serve(request, response).catch((reason: unknown) => {
      // A closed connection is not an error of the store. Everything else is a bug.
      if (!response.destroyed) console.error(reason);
      response.destroy();
    });
  });
}

function createRequestListener(options: ServerOptions) {
  const { log, concurrencyLimiter, quota, faults, lateWrites, control, latencyMs, now, sleep } = options;
  const findRoute = createRouteMatcher();

  return async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The Date header and the records use the same clock.
    response.setHeader('Date', new Date(now()).toUTCString());
    const { path, query } = splitTarget(request.url ?? '');
    const method = request.method ?? 'GET';
    if (control && isControlPath(path)) {
      const controlResponse = control({ method, path, body: (await readBody(request)) ?? '' });
      return sendResponse({ response, headers: {}, sleep }, controlResponse);
    }

    const route = findRoute(method, path);
    const operationId = route?.operation.operationId ?? null;
    const apiPath = path.replace(/^\/stores\/[^/]*\/v3(?=\/|$)/, '');
    const done = log.open({ operationId, method, path: apiPath, query, startedAt: now() });
    const slot = operationId === null ? null : concurrencyLimiter.acquire(operationId);
    response.once('close', () => {
      slot?.release();
      done(response.writableFinished ? response.statusCode : null, now());
    });

    const body = await readBody(request);
    const injected = operationId === null ? null : faults.draw(operationId);
    if (injected && injected.otherAppRequests > 0) quota.consume(injected.otherAppRequests);
    const { account, rejection, headers } = admit(options, {
      route,
      urlLength: (request.url ?? '').length,
      headers: request.headers,
      hasBody: body !== '',
      withinConcurrencyLimit: slot?.allowed ?? true,
    });
    const delivery = { response, headers, sleep };
    const waitMs = latencyMs + (injected?.latencyMs ?? 0);
    if (waitMs > 0) await sleep(waitMs);
    // Like the platform, the sandbox handles a request even if the client has disconnected, unless the store is closed.
    if (!options.store.isOpen()) return;
    if (rejection || !route || !account)
      return sendResponse(delivery, rejection ?? errorResponse(500, 'Internal Server Error'));
    if (body === null) return sendResponse(delivery, errorResponse(413, 'The request is too large.'));

    const perform = () => handleRequest(options, { route, query, body, clientId: account.clientId });
    const later = (delayMs: number) => lateWrites.schedule(delayMs, perform);
    if (injected?.responseFault) return injectFault(delivery, injected.responseFault, { perform, later });
    sendResponse(delivery, perform());
  };
}

/** The whole body; null if it is too large. Drains it in either case. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  return bytes > maxBodyBytes ? null : Buffer.concat(chunks).toString();
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
