import type { Plugin } from 'graphql-yoga';
import type { Admission, Doorkeeper } from '../access/doorkeeper.ts';
import type { ErrorCode } from '../errors.ts';
import { clientAddress } from './client-address.ts';
import type { RequestFacts } from './request-log.ts';

/** What is served to whoever asks: nothing of it is about the store's customers. */
const OPEN: ReadonlySet<string> = new Set(['/', '/health/live', '/health/ready']);

/** What is served to backends alone: it tells of everyone's doings. */
const FOR_KEYS: ReadonlySet<string> = new Set(['/metrics']);

/** A token of an OpenID provider may be long; nothing that is longer is one. */
const LONGEST_CREDENTIAL = 8_192;

export interface AuthenticationOptions {
  readonly doorkeeper: Doorkeeper;
  /** Proxies in front of the gateway, whose word on the caller's address counts. */
  readonly proxies: number;
}

/**
 * Lets nobody in who does not say who they are: `Authorization: Bearer`, with a key or a token. Why someone is not let in
 * is not told: missing, unknown, expired and broken are one answer.
 */
export function authentication({ doorkeeper, proxies }: AuthenticationOptions): Plugin<object, RequestFacts> {
  return {
    async onRequest({ request, url, serverContext, endResponse }) {
      if (OPEN.has(url.pathname)) return;
      const address = clientAddress(request, serverContext, { proxies });
      const admission = await doorkeeper.admit(credentialOf(request), address);
      const refusal = refusalOf(admission, url.pathname);
      if (admission.caller !== null) serverContext.caller = admission.caller;
      if (refusal === null) return;
      serverContext.errorCodes = [refusal.code];
      endResponse(responseOf(request, refusal));
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

function refusalOf(admission: Admission, path: string): Refusal | null {
  if (admission.caller === null) return admission.waitMs > 0 ? tooMany(admission.waitMs) : UNKNOWN;
  return FOR_KEYS.has(path) && admission.caller.kind !== 'key' ? NO_KEY : null;
}

const NO_KEY: Refusal = {
  status: 403,
  code: 'FORBIDDEN',
  message: 'Only a key opens this.',
  headers: {},
};

const UNKNOWN: Refusal = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'It is not known who asks: send a valid key or token as "Authorization: Bearer ...".',
  headers: { 'www-authenticate': 'Bearer' },
};

function tooMany(waitMs: number): Refusal {
  return {
    status: 429,
    code: 'TOO_MANY_ATTEMPTS',
    message: 'Too many credentials were not valid; try again later.',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
    details: { retryAfterMs: Math.ceil(waitMs) },
  };
}

// Refused before GraphQL has its say, so that the status tells it whatever type is wished for.
function responseOf(request: Request, { status, code, message, headers, details }: Refusal): Response {
  const isGraphql = request.headers.get('accept')?.includes('application/graphql-response+json') === true;
  const type = isGraphql ? 'application/graphql-response+json' : 'application/json';
  return new Response(JSON.stringify({ errors: [{ message, extensions: { code, ...details } }] }), {
    status,
    headers: { 'content-type': `${type}; charset=utf-8`, ...headers },
  });
}
