import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AdmissionOptions, admit } from './admission.ts';
import { type Answer, problem } from './answers.ts';
import { type HandlingOptions, handle } from './handling.ts';
import type { RequestRecorder } from './request-log.ts';
import { createRoutes } from './routes.ts';

export interface ServerOptions extends AdmissionOptions, HandlingOptions {
  readonly log: RequestRecorder;
  readonly latencyMs: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

interface Reply {
  readonly answer: Answer;
  readonly headers: Readonly<Record<string, string>>;
}

// No documented request comes near this; a larger one is refused before it is read to its end.
const maximumBodyBytes = 4 * 1024 * 1024;

/** The API over HTTP. Listens nowhere yet. */
export function createApiServer(options: ServerOptions): Server {
  const findRoute = createRoutes();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = splitTarget(request.url ?? '');
    const method = request.method ?? 'GET';
    const route = findRoute(method, path);
    const operationId = route?.operation.operationId ?? null;
    const done = options.log.open({
      operationId,
      method,
      path: path.replace(/^\/stores\/[^/]*\/v3(?=\/|$)/, ''),
      query,
      startedAt: options.now(),
    });
    const slot = operationId === null ? null : options.concurrency.enter(operationId);
    response.once('close', () => {
      slot?.leave();
      done(response.writableFinished ? response.statusCode : null, options.now());
    });

    const body = await readBody(request);
    const { account, refusal, headers } = admit(options, {
      route,
      headers: request.headers,
      hasBody: body !== '',
      withinCap: slot?.allowed ?? true,
    });
    if (options.latencyMs > 0) await options.sleep(options.latencyMs);
    if (refusal || !route || !account)
      return send(response, { answer: refusal ?? problem(500, ''), headers });
    if (body === null) return send(response, { answer: problem(413, 'The request is too large.'), headers });
    const answer = handle(options, { route, query, body, clientId: account.clientId });
    send(response, { answer, headers });
  }

  return createServer((request, response) => {
    serve(request, response).catch((reason: unknown) => {
      // A caller who has gone away is no failure of the store; everything else is a bug and says so.
      if (!request.destroyed) console.error(reason);
      response.destroy();
    });
  });
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

function send(response: ServerResponse, { answer, headers }: Reply): void {
  response.writeHead(answer.status, {
    ...(answer.contentType !== null && {
      'Content-Type': answer.contentType,
      'Content-Length': Buffer.byteLength(answer.body),
    }),
    Vary: 'Accept-Encoding',
    'X-Request-Id': randomBytes(16).toString('hex'),
    'Strict-Transport-Security': 'max-age=31536000',
    ...headers,
  });
  response.end(answer.body);
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
