import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AdmissionOptions, admit } from './admission.ts';
import { problem } from './answers.ts';
import { type ControlDoor, isControlPath } from './control.ts';
import { misbehave, send } from './delivery.ts';
import type { FaultSource } from './faults.ts';
import { type HandlingOptions, handle } from './handling.ts';
import type { LateWrites } from './late-writes.ts';
import type { RequestRecorder } from './request-log.ts';
import { createRoutes } from './routes.ts';

export interface ServerOptions extends AdmissionOptions, HandlingOptions {
  readonly log: RequestRecorder;
  readonly faults: FaultSource;
  readonly lateWrites: LateWrites;
  /** Null when the control door is shut. */
  readonly control: ControlDoor | null;
  readonly latencyMs: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

// No documented request comes near this; a larger one is refused before it is read to its end.
const maximumBodyBytes = 4 * 1024 * 1024;

/** The API over HTTP. Listens nowhere yet. */
export function createApiServer(options: ServerOptions): Server {
  const serve = createService(options);
  // Longer than clients keep an idle connection, so that none of them writes into one that is being closed.
  const timeouts = { keepAliveTimeout: 65_000 };
  return createServer(timeouts, (request, response) => {
    serve(request, response).catch((reason: unknown) => {
      // A caller who has gone away is no failure of the store; everything else is a bug and says so.
      if (!response.destroyed) console.error(reason);
      response.destroy();
    });
  });
}

function createService(options: ServerOptions) {
  const { log, concurrency, quota, faults, lateWrites, control, latencyMs, now, sleep } = options;
  const findRoute = createRoutes();

  return async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = splitTarget(request.url ?? '');
    const method = request.method ?? 'GET';
    if (control && isControlPath(path)) {
      const answer = control({ method, path, body: (await readBody(request)) ?? '' });
      return send({ response, headers: {}, sleep }, answer);
    }

    const route = findRoute(method, path);
    const operationId = route?.operation.operationId ?? null;
    const below = path.replace(/^\/stores\/[^/]*\/v3(?=\/|$)/, '');
    const done = log.open({ operationId, method, path: below, query, startedAt: now() });
    const slot = operationId === null ? null : concurrency.enter(operationId);
    response.once('close', () => {
      slot?.leave();
      done(response.writableFinished ? response.statusCode : null, now());
    });

    const body = await readBody(request);
    const mishap = operationId === null ? null : faults.draw(operationId);
    if (mishap && mishap.foreignRequests > 0) quota.take(mishap.foreignRequests);
    const { account, refusal, headers } = admit(options, {
      route,
      urlCharacters: (request.url ?? '').length,
      headers: request.headers,
      hasBody: body !== '',
      withinCap: slot?.allowed ?? true,
    });
    const delivery = { response, headers, sleep };
    const waitMs = latencyMs + (mishap?.latencyMs ?? 0);
    if (waitMs > 0) await sleep(waitMs);
    // A caller who has left meanwhile changes nothing: the platform goes on too. Only a closed store stops here.
    if (!options.store.isOpen()) return;
    if (refusal || !route || !account)
      return send(delivery, refusal ?? problem(500, 'Internal Server Error'));
    if (body === null) return send(delivery, problem(413, 'The request is too large.'));

    const perform = () => handle(options, { route, query, body, clientId: account.clientId });
    const later = (delayMs: number) => lateWrites.schedule(delayMs, perform);
    if (mishap?.misbehaviour) return misbehave(delivery, mishap.misbehaviour, { perform, later });
    send(delivery, perform());
  };
}

/** The whole body, or null when it is larger than anything the API takes. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= maximumBodyBytes) chunks.push(chunk);
  }
  return bytes > maximumBodyBytes ? null : Buffer.concat(chunks).toString();
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
