import { isObject } from '../../rest/wire/decode.ts';
import { printable } from '../printable.ts';
import { adviceOn, CHECK_ADDRESS, isCertificateError, isNameError, networkCode } from '../unreachable.ts';
import { type Finding, finding } from './finding.ts';
import type { Answer } from './store-answers.ts';

/** What the doctor knows of the configured store, besides its answers. */
export interface StoreFacts {
  readonly apiUrl: string;
  readonly hash: string;
  /** Time limit of a call, in milliseconds. */
  readonly timeoutMs: number;
  /** Variables of the environment that name a proxy. */
  readonly proxyVariables: readonly string[];
}

/** Whether the address of the REST API answers, and whether it is the store that does. */
export function connectionFindings(answer: Answer, facts: StoreFacts): readonly Finding[] {
  return [addressFinding(answer, facts), proxyFinding(answer, facts)];
}

function addressFinding({ status, error, value }: Answer, { apiUrl, hash, timeoutMs }: StoreFacts): Finding {
  const check = 'API address';
  const { origin, pathname } = new URL(apiUrl);
  // The time limit covers the body too, whose headers may have come.
  if (error?.code === 'UPSTREAM_TIMEOUT')
    return finding(check, 'wrong', `${origin} did not answer in ${timeoutMs} ms: ${CHECK_ADDRESS}`);
  if (status === null) return finding(check, 'wrong', unreachable(origin, networkCode(error?.cause)));
  if (status === 404)
    return finding(
      check,
      'wrong',
      `${origin} has no REST API at ${pathname} (404): BIGCOMMERCE_API_URL ends with /stores/{hash}/v3`,
    );
  if (status >= 500)
    return finding(
      check,
      'wrong',
      `the store answers with ${status}: it is down or suspended; try again later`,
    );
  if (status >= 400 && !OF_THE_API.has(status))
    return finding(
      check,
      'wrong',
      `${origin} refuses a read with ${status}, which the REST API does not: ${CHECK_ADDRESS}`,
    );
  if (status < 400 && !isList(value)) return finding(check, 'unknown', `something answers at ${origin}`);
  const inPath = /^\/stores\/([^/]+)\//.exec(pathname)?.[1];
  if (inPath !== undefined && inPath !== hash)
    return finding(
      check,
      'wrong',
      'BIGCOMMERCE_API_URL contains another store hash than BIGCOMMERCE_STORE_HASH: make them equal',
    );
  return finding(check, 'ok', `${origin} answers`);
}

/** Statuses with which the REST API refuses a read: the token, its scopes, the quota. */
const OF_THE_API: ReadonlySet<number> = new Set([401, 403, 429]);

function unreachable(origin: string, code: string): string {
  if (isNameError(code)) return `the name of ${origin} cannot be resolved (${code}): ${adviceOn(code)}`;
  if (isCertificateError(code))
    return `the certificate of ${origin} is not trusted (${code}): ${adviceOn(code)}`;
  return `${origin} cannot be reached (${code}): ${adviceOn(code)}`;
}

/** Headers of a cache or a proxy that answers in place of the store. */
const PROXY_HEADERS = ['via', 'age', 'x-cache', 'x-forwarded-server'];

function proxyFinding(
  { status, headers, error, value }: Answer,
  { apiUrl, proxyVariables }: StoreFacts,
): Finding {
  const check = 'redirects and proxies';
  if (status === null) return finding(check, 'unknown', 'nothing answered');
  if (status >= 300 && status < 400)
    return finding(
      check,
      'wrong',
      `the answer is a redirect (${status})${targetOf(headers.location, apiUrl)}: redirects are not followed, so set BIGCOMMERCE_API_URL to the target`,
    );
  if (error?.code === 'UPSTREAM_BAD_RESPONSE' || (error === null && !isList(value)))
    return finding(
      check,
      'wrong',
      `the answer is not that of the REST API (${mediaTypeOf(headers['content-type'])}): something else answers in its place, such as a proxy or a login page`,
    );
  const seen = PROXY_HEADERS.filter((name) => headers[name] !== undefined);
  if (seen.length > 0)
    return finding(
      check,
      'notice',
      `a proxy or cache is in between (${seen.join(', ')}): it must not cache answers, and must pass X-Auth-Token on`,
    );
  if (proxyVariables.length > 0)
    return finding(
      check,
      'notice',
      `${proxyVariables.join(', ')} is set, but the gateway calls the store directly`,
    );
  return finding(check, 'ok', 'the store answers itself');
}

function isList(body: unknown): boolean {
  return isObject(body) && Array.isArray(body.data);
}

/** The origin of a redirect's target: its path could hold anything. */
function targetOf(location: string | string[] | undefined, base: string): string {
  if (typeof location !== 'string' || !URL.canParse(location, base)) return '';
  return ` to ${printable(new URL(location, base).origin)}`;
}

function mediaTypeOf(contentType: string | string[] | undefined): string {
  return /^[\w.+/-]{1,60}/.exec(String(contentType ?? ''))?.[0] ?? 'no media type';
}
