/** Exponential back-off of failed attempts, per key. */
export interface FailedAttempts {
  /** Milliseconds until the next attempt is allowed; 0 if it is allowed now. */
  delayMs(key: string): number;
  /** Records a failure. */
  recordFailure(key: string): void;
  /** Forgets all failures of a key. */
  reset(key: string): void;
}

export interface FailedAttemptsOptions {
  /** Failures without a delay. The next failure costs 1 second, and each further one twice as much. */
  readonly freeAttempts: number;
  /** Maximum delay, in milliseconds. @default 60000 */
  readonly maxDelayMs?: number;
  /** Milliseconds after its last failure until a key is forgotten. @default 900000 */
  readonly ttlMs?: number;
  /** Maximum number of keys. The key whose last failure is oldest is evicted first. @default 10000 */
  readonly maxEntries?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

const FIRST_DELAY_MS = 1_000;

/** Creates a table of failures whose size is bounded, even if clients invent keys. */
export function createFailedAttempts({
  freeAttempts,
  maxDelayMs = 60_000,
  ttlMs = 900_000,
  maxEntries = 10_000,
  now = () => performance.now(),
}: FailedAttemptsOptions): FailedAttempts {
  // Ordered by last failure, oldest first.
  const table = new Map<string, { readonly failures: number; readonly at: number }>();

  function entryOf(key: string) {
    const entry = table.get(key);
    if (entry === undefined || now() - entry.at < ttlMs) return entry;
    table.delete(key);
    return undefined;
  }

  return {
    delayMs(key) {
      const entry = entryOf(key);
      if (entry === undefined || entry.failures <= freeAttempts) return 0;
      const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (entry.failures - freeAttempts - 1), maxDelayMs);
      return Math.max(0, entry.at + delayMs - now());
    },
    recordFailure(key) {
      const failures = (entryOf(key)?.failures ?? 0) + 1;
      table.delete(key);
      table.set(key, { failures, at: now() });
      const [oldest] = table.keys();
      if (table.size > maxEntries && oldest !== undefined) table.delete(oldest);
    },
    reset(key) {
      table.delete(key);
    },
  };
}
