import type { Plugin } from 'graphql-yoga';
import type { Admission, Doorkeeper } from '../access/doorkeeper.ts';
import type { ErrorCode } from '../errors.ts';
import { clientAddress } from './client-address.ts';
import type { RequestFacts } from './request-log.ts';

/** Paths that need no authentication: they contain no customer data. */
const OPEN: ReadonlySet<string> = new Set(['/', '/health/live', '/health/ready']);

/** Paths that require an API key, because they contain data about all callers. */
const FOR_KEYS: ReadonlySet<string> = new Set(['/metrics']);

/** In characters. No valid OpenID token is longer. */
const LONGEST_CREDENTIAL = 8_192;

export interface AuthenticationOptions {
  readonly doorkeeper: Doorkeeper;
  /** Number of trusted proxies that append to `X-Forwarded-For`. */
  readonly proxies: number;
}

/**
 * Requires `Authorization: Bearer` with an API key or a token. Missing, unknown, expired and malformed credentials get
 * the same response, so it does not reveal which one applies.
 */
export function authentication({ doorkeeper, proxies }: AuthenticationOptions): Plugin<object, RequestFacts> {
  return {
    async onRequest({ request, url, serverContext, endResponse }) {
      if (OPEN.has(url.pathname)) return;
      const address = clientAddress(request, serverContext, { proxies });
      const result = await doorkeeper.admit(credentialOf(request), address);
      const rejection = refusalOf(result, url.pathname);
      if (result.caller !== null) serverContext.caller = result.caller;
      if (rejection === null) return;
      serverContext.errorCodes = [rejection.code];
      endResponse(responseOf(request, rejection));
    },
  };
}

function credentialOf({ headers }: Request): string | null {
  const [, credential = ''] = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
  return credential === '' || credential.length > LONGEST_CREDENTIAL ? null : credential;
}

interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly details?: object;
}

function refusalOf(result: Admission, path: string): Refusal | null {
  if (result.caller === null) return result.waitMs > 0 ? tooMany(result.waitMs) : UNKNOWN;
  return FOR_KEYS.has(path) && result.caller.kind !== 'key' ? NO_KEY : null;
}

const NO_KEY: Refusal = {
  status: 403,
  code: 'FORBIDDEN',
  message: 'This endpoint requires an API key.',
  headers: {},
};

const UNKNOWN: Refusal = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'Missing or invalid credentials. Send an API key or token as "Authorization: Bearer ...".',
  headers: { 'www-authenticate': 'Bearer' },
};

function tooMany(waitMs: number): Refusal {
  return {
    status: 429,
    code: 'TOO_MANY_ATTEMPTS',
    message: 'Too many failed authentication attempts. Try again later.',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
    details: { retryAfterMs: Math.ceil(waitMs) },
  };
}

// The request is rejected before GraphQL, so the status is an error for `application/json` too.
function responseOf(request: Request, { status, code, message, headers, details }: Refusal): Response {
  const isGraphql = request.headers.get('accept')?.includes('application/graphql-response+json') === true;
  const type = isGraphql ? 'application/graphql-response+json' : 'application/json';
  return new Response(JSON.stringify({ errors: [{ message, extensions: { code, ...details } }] }), {
    status,
    headers: { 'content-type': `${type}; charset=utf-8`, ...headers },
  });
}
