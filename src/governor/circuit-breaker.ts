/** A circuit breaker: keeps calls from a store that is down. */
export interface CircuitBreaker {
  state(): 'closed' | 'open' | 'half-open';
  /** Number of consecutive failures. */
  failures(): number;
  /** Whether it is open and its reset timeout has passed. */
  canProbe(): boolean;
  /** Changes to half-open: one probe is in flight, and no other call may start until it ends. */
  halfOpen(): void;
  recordSuccess(): void;
  recordFailure(): void;
  /** Milliseconds until the next probe; 0 if it may start now. */
  waitMs(): number;
}

export interface CircuitBreakerOptions {
  /** Number of consecutive failures that open it. @default 10 */
  readonly failureThreshold?: number;
  /** Milliseconds between two probes. @default 5000 */
  readonly resetTimeoutMs?: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

// Not a library: calls that wait for the probe stay in the governor's queue, and the clock is the governor's.
export function createCircuitBreaker({
  failureThreshold = 10,
  resetTimeoutMs = 5_000,
  now,
}: CircuitBreakerOptions): CircuitBreaker {
  let state: ReturnType<CircuitBreaker['state']> = 'closed';
  let failures = 0;
  let probeAt = 0;

  return {
    state: () => state,
    failures: () => failures,
    canProbe: () => state === 'open' && now() >= probeAt,
    halfOpen() {
      state = 'half-open';
    },
    recordSuccess() {
      failures = 0;
      // Also closes on the success of a call that was sent before it opened.
      state = 'closed';
    },
    recordFailure() {
      failures += 1;
      if (state === 'open' || (state === 'closed' && failures < failureThreshold)) return;
      state = 'open';
      probeAt = now() + resetTimeoutMs;
    },
    waitMs: () => (state === 'open' ? Math.max(0, probeAt - now()) : 0),
  };
}
