/** Exponential back-off of failed attempts, per key. */
export interface Attempts {
  /** Milliseconds until the next attempt is allowed; 0 if it is allowed now. */
  wait(key: string): number;
  /** Records a failure. */
  failed(key: string): void;
  /** Forgets all failures of a key. */
  succeeded(key: string): void;
}

export interface AttemptsOptions {
  /** Failures without a delay. The next failure costs 1 second, and each further one twice as much. */
  readonly free: number;
  /** Maximum delay, in milliseconds. @default 60000 */
  readonly longestMs?: number;
  /** Milliseconds after its last failure until a key is forgotten. @default 900000 */
  readonly forgottenMs?: number;
  /** Maximum number of keys. The key whose last failure is oldest is evicted first. @default 10000 */
  readonly places?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

const FIRST_WAIT_MS = 1_000;

/** Creates a table of failures whose size is bounded, even if clients invent keys. */
export function createAttempts({
  free,
  longestMs = 60_000,
  forgottenMs = 900_000,
  places = 10_000,
  now = () => performance.now(),
}: AttemptsOptions): Attempts {
  // Ordered by last failure, oldest first.
  const table = new Map<string, { readonly failures: number; readonly at: number }>();

  function entryOf(key: string) {
    const entry = table.get(key);
    if (entry === undefined || now() - entry.at < forgottenMs) return entry;
    table.delete(key);
    return undefined;
  }

  return {
    wait(key) {
      const entry = entryOf(key);
      if (entry === undefined || entry.failures <= free) return 0;
      const delayMs = Math.min(FIRST_WAIT_MS * 2 ** (entry.failures - free - 1), longestMs);
      return Math.max(0, entry.at + delayMs - now());
    },
    failed(key) {
      const failures = (entryOf(key)?.failures ?? 0) + 1;
      table.delete(key);
      table.set(key, { failures, at: now() });
      const [oldest] = table.keys();
      if (table.size > places && oldest !== undefined) table.delete(oldest);
    },
    succeeded(key) {
      table.delete(key);
    },
  };
}
