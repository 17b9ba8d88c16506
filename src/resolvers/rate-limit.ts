import type { Context } from '../context.ts';

/** The state of the store's quota. */
export interface RateLimit {
  /** Calls that the store grants per window. Null if it sets no limit or has not stated one yet. */
  readonly limit: number | null;
  /** Calls left in the window. Null if `limit` is. */
  readonly remaining: number | null;
  /** When the store grants calls anew. Null if `limit` is. */
  readonly resetAt: Date | null;
  /** Calls of all callers that wait in the gateway. */
  readonly waiting: number;
}

const SECOND = 1_000;

/** The state of the store's quota, as its last response stated it. @param now wall clock, in Unix milliseconds */
export function rateLimit({ quotaState }: Pick<Context, 'quotaState'>, now = Date.now): RateLimit {
  const { quota, queued } = quotaState();
  const waiting = Object.values(queued).reduce((sum, calls) => sum + calls, 0);
  if (quota === null) return { limit: null, remaining: null, resetAt: null, waiting };
  // Timestamps are cut to whole seconds, and the quota must not seem to return before it does.
  const resetAt = new Date(Math.ceil((now() + quota.resetMs) / SECOND) * SECOND);
  return { limit: quota.limit, remaining: Math.max(0, quota.remaining), resetAt, waiting };
}
