export interface QuotaOptions {
  /** Requests in a window; 0 = unlimited. */
  readonly quota: number;
  readonly windowMs: number;
  /** A fixed window opens with its first request; a sliding one always reaches back by its length. */
  readonly window: 'fixed' | 'sliding';
  readonly now: () => number;
}

/** What the rate headers of one answer say. */
export interface QuotaState {
  readonly allowed: boolean;
  readonly quota: number;
  readonly left: number;
  readonly windowMs: number;
  readonly resetMs: number;
}

/** The store's quota, shared by every token. */
export interface Quota {
  /** Takes some requests (one, unless a foreign app is at work) and tells what is left; null when unlimited. */
  take(requests?: number): QuotaState | null;
  /** Forgets what was taken. */
  clear(): void;
}

export function createQuota({ quota, windowMs, window, now }: QuotaOptions): Quota {
  // Times at which requests were taken, oldest first; a fixed window keeps its first time and a count.
  let taken: number[] = [];
  let openedAt = 0;
  let used = 0;

  function takeFixed(requests: number): QuotaState {
    const time = now();
    if (used === 0 || time >= openedAt + windowMs) {
      openedAt = time;
      used = 0;
    }
    const allowed = used < quota;
    used = Math.min(quota, used + requests);
    return { allowed, quota, left: quota - used, windowMs, resetMs: openedAt + windowMs - time };
  }

  function takeSliding(requests: number): QuotaState {
    const time = now();
    taken = taken.filter((moment) => moment > time - windowMs);
    const allowed = taken.length < quota;
    const room = Math.min(requests, quota - taken.length);
    for (let count = 0; count < room; count += 1) taken.push(time);
    return {
      allowed,
      quota,
      left: quota - taken.length,
      windowMs,
      resetMs: (taken[0] ?? time) + windowMs - time,
    };
  }

  return Object.freeze({
    take(requests = 1): QuotaState | null {
      if (quota === 0) return null;
      return window === 'fixed' ? takeFixed(requests) : takeSliding(requests);
    },
    clear() {
      taken = [];
      used = 0;
    },
  });
}

/** The four headers that come with every answer of a metered store, and the fifth when it refuses. */
export function quotaHeaders(state: QuotaState | null, retryAfter: boolean): Record<string, string> {
  if (state === null) return {};
  return {
    'X-Rate-Limit-Time-Window-Ms': String(state.windowMs),
    'X-Rate-Limit-Time-Reset-Ms': String(Math.ceil(state.resetMs)),
    'X-Rate-Limit-Requests-Quota': String(state.quota),
    'X-Rate-Limit-Requests-Left': String(state.left),
    ...(!state.allowed && retryAfter && { 'X-Retry-After': String(Math.ceil(state.resetMs / 1000)) }),
  };
}
