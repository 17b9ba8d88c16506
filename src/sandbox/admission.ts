import type { IncomingHttpHeaders } from 'node:http';
import type { ConcurrencyLimiter, Limits } from './limits.ts';
import { type Quota, rateLimitHeaders } from './quota.ts';
import { type ApiResponse, errorResponse, jsonResponse, notFoundResponse } from './responses.ts';
import type { Operation, Route } from './routes.ts';
import type { Switches } from './switches.ts';
import { type Account, type Accounts, authenticate, hasAccess, isAccount } from './tokens.ts';

export interface AdmissionOptions {
  readonly storeHash: string;
  readonly accounts: Accounts;
  readonly quota: Quota;
  readonly concurrencyLimiter: ConcurrencyLimiter;
  readonly limits: Limits;
  readonly switches: Switches;
}

export interface AdmissionRequest {
  readonly route: Route | null;
  readonly urlLength: number;
  readonly headers: IncomingHttpHeaders;
  readonly hasBody: boolean;
  /** Whether the operation is within its concurrency limit. */
  readonly withinConcurrencyLimit: boolean;
}

/** Either the account of an admitted request or the response that rejects it, and the headers of every later response. */
export interface Admission {
  readonly account: Account | null;
  readonly rejection: ApiResponse | null;
  readonly headers: Readonly<Record<string, string>>;
}

const missingScopeTitle = "You don't have a required scope to access the endpoint";

/** Admits or rejects a request. Checks in the platform's order: route and method, token, store, quota, scope, media types. */
export function admit(options: AdmissionOptions, arrival: AdmissionRequest): Admission {
  const { route, headers, hasBody, withinConcurrencyLimit } = arrival;
  if (!route) return reject(notFoundResponse('The route is not found, check the URL'));
  const account = authenticate(headers, options.accounts);
  if (!isAccount(account)) return reject(adaptErrorBody(route.operation, account));
  if (route.storeHash !== options.storeHash) return reject(errorResponse(403, missingScopeTitle));

  const quota = options.quota.consume();
  const rate = rateLimitHeaders(quota, options.switches.retryAfter);
  if (quota && !quota.allowed) return reject(errorResponse(429, 'Too many requests'), rate);
  // The platform's other 429 has no rate-limit headers. Clients tell it from the quota's 429 by that.
  if (!withinConcurrencyLimit) return reject(errorResponse(429, 'Too many concurrent requests'));
  if (!hasAccess(account, route.operation.access)) {
    return reject(adaptErrorBody(route.operation, errorResponse(403, missingScopeTitle)), rate);
  }
  const maxLength = options.limits.urlLength || Number.POSITIVE_INFINITY;
  if (arrival.urlLength > maxLength) return reject(errorResponse(414, 'URI Too Long'), rate);
  if (!acceptsJson(headers.accept)) return reject(errorResponse(406, 'Not Acceptable'), rate);
  if (hasBody && !isJson(headers['content-type']))
    return reject(errorResponse(415, 'Unsupported Media Type'), rate);
  return { account, rejection: null, headers: rate };
}

function reject(rejection: ApiResponse, headers: Admission['headers'] = {}): Admission {
  return { account: null, rejection, headers };
}

/** Stored instruments come from the payments service, which has its own error body. */
function adaptErrorBody({ access }: Operation, rejection: ApiResponse): ApiResponse {
  if (access !== 'instruments' || rejection.contentType !== 'application/json') return rejection;
  const message = rejection.status === 401 ? 'Unauthorized' : missingScopeTitle;
  return jsonResponse(rejection.status, { code: rejection.status, message });
}

function acceptsJson(accept: string | undefined): boolean {
  const ranges = (accept ?? '*/*').split(',').map((range) => range.split(';')[0]?.trim());
  return ranges.some((range) => range === 'application/json' || range === 'application/*' || range === '*/*');
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}
