/** A circuit breaker: keeps calls from a store that is down. */
export interface Breaker {
  state(): 'closed' | 'open' | 'half-open';
  /** Number of consecutive failures. */
  failures(): number;
  /** Whether it is open and its reset timeout has passed. */
  isDue(): boolean;
  /** Changes to half-open: one probe is in flight, and no other call may start until it ends. */
  probe(): void;
  succeed(): void;
  fail(): void;
  /** Milliseconds until the next probe; 0 if it may start now. */
  waitMs(): number;
}

export interface BreakerOptions {
  /** Number of consecutive failures that open it. @default 10 */
  readonly trip?: number;
  /** Milliseconds between two probes. @default 5000 */
  readonly probeEveryMs?: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

// Not a library: calls that wait for the probe stay in the governor's queue, and the clock is the governor's.
export function createBreaker({ trip = 10, probeEveryMs = 5_000, now }: BreakerOptions): Breaker {
  let state: ReturnType<Breaker['state']> = 'closed';
  let failures = 0;
  let probeAt = 0;

  return {
    state: () => state,
    failures: () => failures,
    isDue: () => state === 'open' && now() >= probeAt,
    probe() {
      state = 'half-open';
    },
    succeed() {
      failures = 0;
      // Also closes on the success of a call that was sent before it opened.
      state = 'closed';
    },
    fail() {
      failures += 1;
      if (state === 'open' || (state === 'closed' && failures < trip)) return;
      state = 'open';
      probeAt = now() + probeEveryMs;
    },
    waitMs: () => (state === 'open' ? Math.max(0, probeAt - now()) : 0),
  };
}
