import type { CallReport } from '../rest/http.ts';

/** What the store last said of its quota. */
export interface Quota {
  /** Requests granted in a window. */
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

export interface QuotaWatch {
  observe(report: CallReport): void;
  /** Null where the store has said nothing, as one without a quota does. */
  read(): Quota | null;
}

/** @param now milliseconds that only grow */
export function createQuotaWatch(now: () => number = () => performance.now()): QuotaWatch {
  let last: (Quota & { readonly at: number }) | null = null;
  return {
    observe({ headers }) {
      const limit = numberOf(headers['x-rate-limit-requests-quota']);
      const remaining = numberOf(headers['x-rate-limit-requests-left']);
      const resetMs = numberOf(headers['x-rate-limit-time-reset-ms']);
      if (limit !== null && remaining !== null && resetMs !== null)
        last = { limit, remaining, resetMs, at: now() };
    },
    read() {
      if (last === null) return null;
      const { limit, remaining, resetMs, at } = last;
      const left = resetMs - (now() - at);
      // A window that has ended gives back all of its quota.
      return left > 0
        ? { limit, remaining, resetMs: Math.round(left) }
        : { limit, remaining: limit, resetMs: 0 };
    },
  };
}

function numberOf(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : null;
}
