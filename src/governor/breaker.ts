/** Keeps calls from a store that is down. */
export interface Breaker {
  state(): 'closed' | 'open' | 'probing';
  /** Failures in a row. */
  failures(): number;
  /** Whether it is time to find out if the store is back. */
  isDue(): boolean;
  /** One call finds out; until it has, nobody else goes. */
  probe(): void;
  succeed(): void;
  fail(): void;
  /** Milliseconds until the next probe; 0 where it may begin at once. */
  waitMs(): number;
}

export interface BreakerOptions {
  /** Failures in a row that open it. @default 10 */
  readonly trip?: number;
  /** Milliseconds between two probes. @default 5000 */
  readonly probeEveryMs?: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

// Not a library's: the calls that wait for the probe wait in the governor's own line, and time is the governor's.
export function createBreaker({ trip = 10, probeEveryMs = 5_000, now }: BreakerOptions): Breaker {
  let state: ReturnType<Breaker['state']> = 'closed';
  let failures = 0;
  let dueAt = 0;

  return {
    state: () => state,
    failures: () => failures,
    isDue: () => state === 'open' && now() >= dueAt,
    probe() {
      state = 'probing';
    },
    succeed() {
      failures = 0;
      // What was sent before it opened tells nothing of now, except that it went well.
      state = 'closed';
    },
    fail() {
      failures += 1;
      if (state === 'open' || (state === 'closed' && failures < trip)) return;
      state = 'open';
      dueAt = now() + probeEveryMs;
    },
    waitMs: () => (state === 'open' ? Math.max(0, dueAt - now()) : 0),
  };
}
