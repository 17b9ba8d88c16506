import type { Plugin } from 'graphql-yoga';
import type { Caller, Scope } from '../../access/caller.ts';
import { forbiddenError, hasScope } from '../../access/permission.ts';
import type { AuthResult, LoginThrottle } from '../../access/throttle/login-throttle.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Available } from '../../when-known.ts';
import { headOfFetch, type RequestHead } from '../http/request-head.ts';
import type { RequestState } from '../observability/request-log.ts';
import { clientIp } from './client-ip.ts';

/** Paths that need no authentication: they contain no customer data. */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(['/', '/health/live', '/health/ready']);

/** Paths that require a scope, because they contain data about all callers. */
const SCOPE_BY_PATH: ReadonlyMap<string, Scope> = new Map([['/metrics', 'metrics:read']]);

/** In characters. No valid OpenID token is longer. */
const MAX_CREDENTIAL_LENGTH = 8_192;

export interface AuthenticationOptions {
  readonly loginThrottle: LoginThrottle;
  /** The caller of a GraphQL request without credentials; null rejects it. */
  readonly withoutCredential: Caller | null;
  /** Number of trusted proxies that append to `X-Forwarded-For`. */
  readonly trustedProxies: number;
}

/** Authenticates the caller of a request. */
export type AuthenticateRequest = (head: RequestHead) => Available<AuthResult>;

export function createRequestAuthentication({
  loginThrottle,
  withoutCredential,
  trustedProxies,
}: AuthenticationOptions): AuthenticateRequest {
  return (head) => {
    const isOpen = withoutCredential !== null && opens(withoutCredential, head);
    if (isOpen && head.header('authorization') === null) return { caller: withoutCredential };
    return loginThrottle.authenticate(credentialOf(head), clientIp(head, { trustedProxies }));
  };
}

/**
 * Requires `Authorization: Bearer` with an API key or a token. Missing, unknown, expired and malformed credentials get
 * the same response, so it does not reveal which one applies.
 */
export function authentication(authenticate: AuthenticateRequest): Plugin<object, RequestState> {
  return {
    async onRequest({ request, url, serverContext, endResponse }) {
      if (PUBLIC_PATHS.has(url.pathname)) return;
      // A failed attempt counts once.
      const result = serverContext.authResult ?? (await authenticate(headOfFetch(request, serverContext)));
      const rejection = rejectionOf(result, url.pathname);
      if (result.caller !== null) serverContext.caller = result.caller;
      if (rejection === null) return;
      serverContext.errorCodes = [rejection.code];
      endResponse(responseOf(request, rejection));
    },
  };
}

/** Public callers are let in to GraphQL alone. Where authentication is off, every path is open. */
function opens({ kind }: Caller, { route }: RequestHead): boolean {
  return kind === 'anyone' || route === '/graphql';
}

function credentialOf({ header }: RequestHead): string | null {
  const [, credential = ''] = /^Bearer +(\S+) *$/i.exec(header('authorization') ?? '') ?? [];
  return credential === '' || credential.length > MAX_CREDENTIAL_LENGTH ? null : credential;
}

interface Rejection {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly details?: object;
}

function rejectionOf(result: AuthResult, path: string): Rejection | null {
  if (result.caller === null && result.unverifiable) return PROVIDER_UNAVAILABLE;
  if (result.caller === null) return result.delayMs > 0 ? tooManyAttempts(result.delayMs) : UNAUTHENTICATED;
  const scope = SCOPE_BY_PATH.get(path);
  if (scope === undefined || hasScope(result.caller, scope)) return null;
  const { code, message, details } = forbiddenError(result.caller, path, [scope]);
  return { status: 403, code, message, headers: {}, details };
}

export const UNAUTHENTICATED: Rejection = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'Missing or invalid credentials. Send an API key or token as "Authorization: Bearer ...".',
  headers: { 'www-authenticate': 'Bearer' },
};

/** Clients would discard a valid token on 401. */
const PROVIDER_UNAVAILABLE: Rejection = {
  status: 503,
  code: 'OVERLOADED',
  message: 'The identity provider does not answer, so tokens cannot be verified. Try again later.',
  headers: { 'retry-after': '30' },
  details: { retryAfterMs: 30_000 },
};

function tooManyAttempts(waitMs: number): Rejection {
  return {
    status: 429,
    code: 'TOO_MANY_ATTEMPTS',
    message: 'Too many failed authentication attempts. Try again later.',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
    details: { retryAfterMs: Math.ceil(waitMs) },
  };
}

// The request is rejected before GraphQL, so the status is an error for `application/json` too.
function responseOf(request: Request, { status, code, message, headers, details }: Rejection): Response {
  const isGraphql = request.headers.get('accept')?.includes('application/graphql-response+json') === true;
  const type = isGraphql ? 'application/graphql-response+json' : 'application/json';
  return new Response(JSON.stringify({ errors: [{ message, extensions: { code, ...details } }] }), {
    status,
    headers: { 'content-type': `${type}; charset=utf-8`, ...headers },
  });
}
