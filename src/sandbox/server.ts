import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, json, malformed, missing, problem, Refusal } from './answers.ts';
import { parseQuery } from './query.ts';
import { type Quota, quotaHeaders } from './quota.ts';
import type { RequestRecorder } from './request-log.ts';
import { createRoutes, type Route } from './routes.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';
import { type Accounts, authenticate, isAccount } from './tokens.ts';

export interface ServerOptions {
  readonly store: Store;
  readonly storeHash: string;
  readonly accounts: Accounts;
  readonly quota: Quota;
  readonly switches: Switches;
  readonly log: RequestRecorder;
  readonly latencyMs: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

interface Reply {
  readonly answer: Answer;
  readonly headers: Readonly<Record<string, string>>;
}

// No documented request comes near this; a larger one is refused before it is read to its end.
const maximumBodyBytes = 4 * 1024 * 1024;

/** The API over HTTP: who asks, may they, what is it, and the answer. Listens nowhere yet. */
export function createApiServer(options: ServerOptions): Server {
  const findRoute = createRoutes();
  return createServer((request, response) => {
    serve(options, findRoute, request, response).catch((reason: unknown) => {
      // A caller who has gone away is no failure of the store; everything else is a bug and says so.
      if (!request.destroyed) console.error(reason);
      response.destroy();
    });
  });
}

async function serve(
  options: ServerOptions,
  findRoute: ReturnType<typeof createRoutes>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '', query = ''] = splitOnce(request.url ?? '', '?');
  const method = request.method ?? 'GET';
  const route = findRoute(method, path);
  const done = options.log.open({
    operationId: route?.operation.operationId ?? null,
    method,
    path: path.replace(/^\/stores\/[^/]*\/v3(?=\/|$)/, ''),
    query,
    startedAt: options.now(),
  });
  response.once('close', () => done(response.writableFinished ? response.statusCode : null, options.now()));
  const body = await readBody(request);
  const { answer, headers } = await replyTo(options, route, request, query, body);
  send(response, answer, headers);
}

async function replyTo(
  options: ServerOptions,
  route: Route | null,
  request: IncomingMessage,
  query: string,
  body: string | null,
): Promise<Reply> {
  // The order of these checks is the platform's: route and method, token, store, quota.
  if (!route) return { answer: missing('The route is not found, check the URL'), headers: {} };
  const account = authenticate(request.headers, options.accounts);
  if (!isAccount(account)) return { answer: account, headers: {} };
  if (route.storeHash !== options.storeHash) {
    return { answer: problem(403, "You don't have a required scope to access the endpoint"), headers: {} };
  }
  const quota = options.quota.take();
  const headers = quotaHeaders(quota, options.switches.retryAfter);
  if (quota && !quota.allowed) return { answer: problem(429, 'Too many requests'), headers };
  if (options.latencyMs > 0) await options.sleep(options.latencyMs);
  if (body === null) return { answer: problem(413, 'The request body is too large.'), headers };
  return { answer: handle(options, route, query, body, account.clientId), headers };
}

function handle(options: ServerOptions, route: Route, query: string, body: string, clientId: string): Answer {
  try {
    return route.operation.handle({
      store: options.store,
      params: route.params,
      query: parseQuery(query),
      body: parseBody(body),
      clientId,
      switches: options.switches,
      nowSeconds: Math.floor(options.now() / 1000),
    });
  } catch (reason) {
    if (reason instanceof Refusal) {
      if (reason.status === 400) return malformed('Bad Request', reason.message);
      return problem(reason.status, reason.message, reason.errors);
    }
    console.error(reason);
    return json(500, { status: 500, title: 'Internal Server Error', type: '', errors: {} });
  }
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The request body is not valid JSON.');
  }
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

function send(response: ServerResponse, answer: Answer, headers: Reply['headers']): void {
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

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
