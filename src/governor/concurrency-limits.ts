/** Limits the calls in flight of each operation: to the documented number, and to fewer if the store rejects them. */
export interface ConcurrencyLimits {
  /** Whether one more call may start now. */
  hasRoom(operation: string): boolean;
  acquire(operation: string): void;
  /** Records the end of a call. @param ok whether the store accepted the call */
  release(operation: string, ok: boolean): void;
  /**
   * Records that the store rejected a call that was already released, because too many were in flight. From then on as
   * many may be in flight as it accepted together with this one. Its calls pause, longer with each round of rejections.
   *
   * @param sentAt when the rejected call was sent
   * @param resetMs when the store says that it accepts calls again, in milliseconds from now; 0 if it does not say
   */
  reduce(operation: string, sentAt: number, resetMs?: number): void;
  /** Milliseconds until the pause of an operation ends; 0 if there is none. */
  pauseMs(operation: string): number;
  /** Milliseconds until the next pause of an operation ends; 0 if there is none. */
  nextPauseEndMs(): number;
  /** Calls in flight over all operations. */
  inFlight(): number;
}

interface OperationLimit {
  inFlight: number;
  /** Null if only the documented limit applies. */
  reducedTo: number | null;
  /** The last round of rejections: when it started, how many calls were in flight, and how many of them were rejected. */
  round: { readonly startedAt: number; readonly inFlight: number; rejected: number };
  /** Rounds in a row without a success. */
  rounds: number;
  backoffUntil: number;
}

const BASE_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 30_000;
/** Time without a rejection after which a reduced limit grows again. */
const GROW_AFTER_MS = 10_000;

export interface ConcurrencyLimitsOptions {
  /** The documented maximum number of calls in flight, by operation. */
  readonly maxConcurrency: ReadonlyMap<string, number>;
  /** The limit of operations without a documented one. */
  readonly defaultConcurrency: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export function createConcurrencyLimits(options: ConcurrencyLimitsOptions): ConcurrencyLimits {
  const { maxConcurrency, defaultConcurrency, now, random } = options;
  const limits = new Map<string, OperationLimit>();
  let inFlight = 0;

  function limitOf(operation: string): OperationLimit {
    const known = limits.get(operation);
    if (known !== undefined) return known;
    const round = { startedAt: Number.NEGATIVE_INFINITY, inFlight: 0, rejected: 0 };
    const limit: OperationLimit = { inFlight: 0, reducedTo: null, round, rounds: 0, backoffUntil: 0 };
    limits.set(operation, limit);
    return limit;
  }

  const documented = (operation: string) => maxConcurrency.get(operation) ?? defaultConcurrency;

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
      limit.rounds = 0;
      if (now() < limit.round.startedAt + GROW_AFTER_MS) return;
      // One more per round of successes.
      limit.reducedTo += 1 / limit.reducedTo;
      if (limit.reducedTo >= documented(operation)) limit.reducedTo = null;
    },
    reduce(operation, sentAt, resetMs = 0) {
      const limit = limitOf(operation);
      if (sentAt > limit.round.startedAt) {
        limit.round = { startedAt: now(), inFlight: limit.inFlight + 1, rejected: 0 };
        const maxMs = resetMs > 0 ? Math.min(resetMs, MAX_BACKOFF_MS) : MAX_BACKOFF_MS;
        const backoffMs = Math.min(BASE_BACKOFF_MS * 2 ** limit.rounds, maxMs);
        limit.backoffUntil = now() + backoffMs * (0.5 + random() / 2);
        limit.rounds += 1;
      }
      limit.round.rejected += 1;
      const accepted = limit.round.inFlight - limit.round.rejected;
      // If the store rejects all of them, it does not show how many it accepts.
      limit.reducedTo = Math.max(1, accepted > 0 ? accepted : Math.floor(limit.round.inFlight / 2));
    },
    pauseMs: (operation) => Math.max(0, (limits.get(operation)?.backoffUntil ?? 0) - now()),
    nextPauseEndMs() {
      let least = Number.POSITIVE_INFINITY;
      for (const { backoffUntil } of limits.values()) {
        if (backoffUntil > now()) least = Math.min(least, backoffUntil - now());
      }
      return least === Number.POSITIVE_INFINITY ? 0 : least;
    },
    inFlight: () => inFlight,
  };
}
