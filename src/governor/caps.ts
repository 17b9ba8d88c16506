/**
 * Maximum number of calls in flight, by operation: the documented limit, reduced while the store rejects calls as too
 * many at once. Halves on a rejection and grows by one per round of successes (AIMD).
 */
export interface Caps {
  /** Whether one more call may start now. */
  isOpen(operation: string): boolean;
  enter(operation: string): void;
  /** A call has ended. @param ok whether the store responded, and not with 429 */
  leave(operation: string, ok: boolean): void;
  /** The store rejected a call as too many at once: halves the limit and backs off, longer with each rejection in a row. */
  lower(operation: string): void;
  /** Milliseconds until the next back-off ends; 0 if there is none. */
  pauseMs(): number;
  /** Calls in flight of all operations. */
  inFlight(): number;
}

interface Cap {
  inFlight: number;
  /** Null if only the documented limit applies. */
  lowered: number | null;
  complaints: number;
  pausedUntil: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

export interface CapsOptions {
  /** The documented maximum number of calls in flight, by operation. */
  readonly atOnce: ReadonlyMap<string, number>;
  /** The maximum for operations without a documented one. */
  readonly otherwise: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export function createCaps({ atOnce, otherwise, now, random }: CapsOptions): Caps {
  const limits = new Map<string, Cap>();
  let inFlight = 0;

  function limitOf(operation: string): Cap {
    const limit = limits.get(operation) ?? { inFlight: 0, lowered: null, complaints: 0, pausedUntil: 0 };
    limits.set(operation, limit);
    return limit;
  }

  const documented = (operation: string) => atOnce.get(operation) ?? otherwise;

  return {
    isOpen(operation) {
      const limit = limitOf(operation);
      const max = Math.floor(limit.lowered ?? documented(operation));
      return limit.inFlight < max && now() >= limit.pausedUntil;
    },
    enter(operation) {
      limitOf(operation).inFlight += 1;
      inFlight += 1;
    },
    leave(operation, ok) {
      const limit = limitOf(operation);
      limit.inFlight -= 1;
      inFlight -= 1;
      if (!ok || limit.lowered === null) return;
      limit.complaints = 0;
      // Adds up to one per round of successes.
      limit.lowered += 1 / limit.lowered;
      if (limit.lowered >= documented(operation)) limit.lowered = null;
    },
    lower(operation) {
      const limit = limitOf(operation);
      // Concurrent rejections count as one.
      if (now() < limit.pausedUntil) return;
      limit.lowered = Math.max(
        1,
        Math.floor((limit.lowered ?? Math.min(documented(operation), limit.inFlight + 1)) / 2),
      );
      const maxMs = Math.min(FIRST_PAUSE_MS * 2 ** limit.complaints, LONGEST_PAUSE_MS);
      limit.pausedUntil = now() + maxMs * (0.5 + random() / 2);
      limit.complaints += 1;
    },
    pauseMs() {
      const ends = [...limits.values()].map(({ pausedUntil }) => pausedUntil - now()).filter((ms) => ms > 0);
      return ends.length === 0 ? 0 : Math.min(...ends);
    },
    inFlight: () => inFlight,
  };
}
