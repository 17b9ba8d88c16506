export interface QuotaOptions {
  /** Requests per window; 0 = unlimited. */
  readonly quota: number;
  readonly windowMs: number;
  /** A fixed window starts with its first request. A sliding window always covers the last `windowMs`. */
  readonly window: 'fixed' | 'sliding';
  readonly now: () => number;
}

/** The values of the rate-limit headers. */
export interface QuotaState {
  readonly allowed: boolean;
  readonly quota: number;
  readonly remaining: number;
  readonly windowMs: number;
  readonly resetMs: number;
}

/** The store's quota, shared by all tokens. */
export interface Quota {
  /** Consumes requests and returns the new state; null if unlimited. @param requests more than 1 simulates other apps */
  consume(requests?: number): QuotaState | null;
  /** Restores the full quota. */
  clear(): void;
}

export function createQuota({ quota, windowMs, window, now }: QuotaOptions): Quota {
  // A sliding window keeps the time of each request, oldest first. A fixed window keeps its start and a count.
  let taken: number[] = [];
  let openedAt = 0;
  let used = 0;

  function consumeFixed(requests: number): QuotaState {
    const time = now();
    if (used === 0 || time >= openedAt + windowMs) {
      openedAt = time;
      used = 0;
    }
    const allowed = used < quota;
    used = Math.min(quota, used + requests);
    return { allowed, quota, remaining: quota - used, windowMs, resetMs: openedAt + windowMs - time };
  }

  function consumeSliding(requests: number): QuotaState {
    const time = now();
    taken = taken.filter((takenAt) => takenAt > time - windowMs);
    const allowed = taken.length < quota;
    const room = Math.min(requests, quota - taken.length);
    for (let count = 0; count < room; count += 1) taken.push(time);
    return {
      allowed,
      quota,
      remaining: quota - taken.length,
      windowMs,
      resetMs: (taken[0] ?? time) + windowMs - time,
    };
  }

  return Object.freeze({
    consume(requests = 1): QuotaState | null {
      if (quota === 0) return null;
      return window === 'fixed' ? consumeFixed(requests) : consumeSliding(requests);
    },
    clear() {
      taken = [];
      used = 0;
    },
  });
}

/** The four rate-limit headers of every response under a quota, and `X-Retry-After` of a 429. */
export function rateLimitHeaders(state: QuotaState | null, retryAfter: boolean): Record<string, string> {
  if (state === null) return {};
  return {
    'X-Rate-Limit-Time-Window-Ms': String(state.windowMs),
    'X-Rate-Limit-Time-Reset-Ms': String(Math.ceil(state.resetMs)),
    'X-Rate-Limit-Requests-Quota': String(state.quota),
    'X-Rate-Limit-Requests-Left': String(state.remaining),
    ...(!state.allowed && retryAfter && { 'X-Retry-After': String(Math.ceil(state.resetMs / 1000)) }),
  };
}
