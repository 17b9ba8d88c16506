import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, json, missing, problem } from './answers.ts';
import type { ConcurrencyGate, Limits } from './limits.ts';
import { type Quota, quotaHeaders } from './quota.ts';
import type { Operation, Route } from './routes.ts';
import type { Switches } from './switches.ts';
import { type Account, type Accounts, authenticate, isAccount, mayUse } from './tokens.ts';

export interface AdmissionOptions {
  readonly storeHash: string;
  readonly accounts: Accounts;
  readonly quota: Quota;
  readonly concurrency: ConcurrencyGate;
  readonly limits: Limits;
  readonly switches: Switches;
}

export interface Arrival {
  readonly route: Route | null;
  readonly urlCharacters: number;
  readonly headers: IncomingHttpHeaders;
  readonly hasBody: boolean;
  /** Whether the operation is within its concurrency limit. */
  readonly withinCap: boolean;
}

/** Either the account of an admitted request or the response that rejects it, and the headers of every later response. */
export interface Admission {
  readonly account: Account | null;
  readonly refusal: Answer | null;
  readonly headers: Readonly<Record<string, string>>;
}

const missingScope = "You don't have a required scope to access the endpoint";

/** Admits or rejects a request. Checks in the platform's order: route and method, token, store, quota, scope, media types. */
export function admit(options: AdmissionOptions, arrival: Arrival): Admission {
  const { route, headers, hasBody, withinCap } = arrival;
  if (!route) return refuse(missing('The route is not found, check the URL'));
  const account = authenticate(headers, options.accounts);
  if (!isAccount(account)) return refuse(inStyleOf(route.operation, account));
  if (route.storeHash !== options.storeHash) return refuse(problem(403, missingScope));

  const quota = options.quota.take();
  const rate = quotaHeaders(quota, options.switches.retryAfter);
  if (quota && !quota.allowed) return refuse(problem(429, 'Too many requests'), rate);
  // The platform's other 429 has no rate-limit headers. Clients tell it from the quota's 429 by that.
  if (!withinCap) return refuse(problem(429, 'Too many concurrent requests'));
  if (!mayUse(account, route.operation.access)) {
    return refuse(inStyleOf(route.operation, problem(403, missingScope)), rate);
  }
  const maxLength = options.limits.urlCharacters || Number.POSITIVE_INFINITY;
  if (arrival.urlCharacters > maxLength) return refuse(problem(414, 'URI Too Long'), rate);
  if (!acceptsJson(headers.accept)) return refuse(problem(406, 'Not Acceptable'), rate);
  if (hasBody && !isJson(headers['content-type']))
    return refuse(problem(415, 'Unsupported Media Type'), rate);
  return { account, refusal: null, headers: rate };
}

function refuse(refusal: Answer, headers: Admission['headers'] = {}): Admission {
  return { account: null, refusal, headers };
}

/** Stored instruments come from the payments service, which has its own error body. */
function inStyleOf({ access }: Operation, rejection: Answer): Answer {
  if (access !== 'instruments' || rejection.contentType !== 'application/json') return rejection;
  const message = rejection.status === 401 ? 'Unauthorized' : missingScope;
  return json(rejection.status, { code: rejection.status, message });
}

function acceptsJson(accept: string | undefined): boolean {
  const ranges = (accept ?? '*/*').split(',').map((range) => range.split(';')[0]?.trim());
  return ranges.some((range) => range === 'application/json' || range === 'application/*' || range === '*/*');
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}
