/**
 * Maximum number of calls in flight, by operation: the documented limit, reduced while the store rejects calls as too
 * many at once. Halves on a rejection and grows by one per round of successes (AIMD).
 */
export interface ConcurrencyLimits {
  /** Whether one more call may start now. */
  hasRoom(operation: string): boolean;
  acquire(operation: string): void;
  /** A call has ended. @param ok whether the store responded, and not with 429 */
  release(operation: string, ok: boolean): void;
  /** The store rejected a call as too many at once: halves the limit and backs off, longer with each rejection in a row. */
  reduce(operation: string): void;
  /** Milliseconds until the next back-off ends; 0 if there is none. */
  backoffMs(): number;
  /** Calls in flight of all operations. */
  inFlight(): number;
}

interface OperationLimit {
  inFlight: number;
  /** Null if only the documented limit applies. */
  reducedTo: number | null;
  rejections: number;
  backoffUntil: number;
}

const BASE_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 30_000;

export interface ConcurrencyLimitsOptions {
  /** The documented maximum number of calls in flight, by operation. */
  readonly atOnce: ReadonlyMap<string, number>;
  /** The maximum for operations without a documented one. */
  readonly defaultConcurrency: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export function createConcurrencyLimits({
  atOnce,
  defaultConcurrency,
  now,
  random,
}: ConcurrencyLimitsOptions): ConcurrencyLimits {
  const limits = new Map<string, OperationLimit>();
  let inFlight = 0;

  function limitOf(operation: string): OperationLimit {
    const limit = limits.get(operation) ?? { inFlight: 0, reducedTo: null, rejections: 0, backoffUntil: 0 };
    limits.set(operation, limit);
    return limit;
  }

  const documented = (operation: string) => atOnce.get(operation) ?? defaultConcurrency;

  return {
    hasRoom(operation) {
      const limit = limitOf(operation);
      const max = Math.floor(limit.reducedTo ?? documented(operation));
      return limit.inFlight < max && now() >= limit.backoffUntil;
    },
    acquire(operation) {
      limitOf(operation).inFlight += 1;
      inFlight += 1;
    },
    release(operation, ok) {
      const limit = limitOf(operation);
      limit.inFlight -= 1;
      inFlight -= 1;
      if (!ok || limit.reducedTo === null) return;
      limit.rejections = 0;
      // Adds up to one per round of successes.
      limit.reducedTo += 1 / limit.reducedTo;
      if (limit.reducedTo >= documented(operation)) limit.reducedTo = null;
    },
    reduce(operation) {
      const limit = limitOf(operation);
      // Concurrent rejections count as one.
      if (now() < limit.backoffUntil) return;
      limit.reducedTo = Math.max(
        1,
        Math.floor((limit.reducedTo ?? Math.min(documented(operation), limit.inFlight + 1)) / 2),
      );
      const maxMs = Math.min(BASE_BACKOFF_MS * 2 ** limit.rejections, MAX_BACKOFF_MS);
      limit.backoffUntil = now() + maxMs * (0.5 + random() / 2);
      limit.rejections += 1;
    },
    backoffMs() {
      const ends = [...limits.values()]
        .map(({ backoffUntil }) => backoffUntil - now())
        .filter((ms) => ms > 0);
      return ends.length === 0 ? 0 : Math.min(...ends);
    },
    inFlight: () => inFlight,
  };
}
