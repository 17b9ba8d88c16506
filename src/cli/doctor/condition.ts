import { readRateLimitHeaders } from '../../governor/quota/rate-limit-headers.ts';
import { type Finding, finding } from './finding.ts';
import { isOtherStore } from './scopes.ts';
import type { Answer, StoreAnswers } from './store-answers.ts';

/** Milliseconds by which two clocks may differ. Tokens are refused beyond a minute. */
const MAX_CLOCK_OFFSET_MS = 30_000;

/** Whether the store accepts the token. */
export function tokenFinding({ customers, hooks }: StoreAnswers): Finding {
  const { status } = customers;
  if (status === 401)
    return finding(
      'token',
      'wrong',
      'the store rejects BIGCOMMERCE_ACCESS_TOKEN (401): create an API account and use its token',
    );
  if (isOtherStore({ customers, hooks }))
    return finding(
      'token',
      'wrong',
      'the token may read nothing of this store (403): BIGCOMMERCE_STORE_HASH is not the store of its API account',
    );
  if (status === 200 || status === 403) return finding('token', 'ok', 'the store accepts it');
  return finding('token', 'unknown', 'the store did not say');
}

/** What is left of the quota. */
export function quotaFinding(answers: readonly Answer[]): Finding {
  const limited = answers.find(({ status }) => status === 429);
  const last = limited ?? answers.at(-1);
  const headers = last && readRateLimitHeaders(last.headers);
  const { quota = null, remaining = null, resetMs = null, windowMs = 0 } = headers ?? {};
  const window = `${remaining ?? '?'} of ${quota ?? '?'} calls are left in the window of ${windowMs / 1_000} s`;
  if (limited !== undefined && remaining !== 0)
    return finding(
      'quota',
      'wrong',
      'the store refuses calls (429) although the quota is not used up: it is overloaded, try again later',
    );
  if (remaining === 0)
    return finding(
      'quota',
      'wrong',
      `${window}; the next begins in ${Math.ceil((resetMs ?? windowMs) / 1_000)} s: another app or gateway uses the quota`,
    );
  if (last === undefined || last.status === null) return finding('quota', 'unknown', 'no answer shows it');
  if (quota === null)
    return finding(
      'quota',
      'notice',
      'the answers have no X-Rate-Limit headers: the plan is unlimited, or a proxy removes them',
    );
  return finding('quota', 'ok', window);
}

/** How long the store takes. @param slowMs milliseconds from which the store is slow */
export function latencyFinding(answers: readonly Answer[], slowMs: number): Finding {
  const times = answers
    .filter(({ status }) => status !== null)
    .map(({ durationMs }) => durationMs)
    .toSorted((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  if (median === undefined) return finding('latency', 'unknown', 'nothing answered');
  const text = `${Math.round(median)} ms for a read`;
  return median < slowMs
    ? finding('latency', 'ok', text)
    : finding(
        'latency',
        'wrong',
        `${text} is slow: run the gateway nearer to the store, and look at the network and its proxies`,
      );
}

/** How the clock of this machine differs from that of the store. */
export function clockFinding({ headers, endedAt }: Answer): Finding {
  const { date } = headers;
  const storeTime = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(storeTime)) return finding('clock', 'unknown', 'the store did not say what time it is');
  const offsetMs = endedAt - storeTime;
  if (Math.abs(offsetMs) <= MAX_CLOCK_OFFSET_MS) return finding('clock', 'ok', "it agrees with the store's");
  const direction = offsetMs > 0 ? 'ahead of' : 'behind';
  return finding(
    'clock',
    'wrong',
    `this machine is ${duration(Math.abs(offsetMs))} ${direction} the store: synchronize it (NTP), or tokens and webhooks are refused`,
  );
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}
