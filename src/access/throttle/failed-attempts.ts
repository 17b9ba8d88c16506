/** Exponential back-off of failed attempts, per key. One that replicas share answers later. */
export interface FailedAttempts {
  /** Milliseconds until the next attempt is allowed; 0 if it is allowed now. */
  delayMs(key: string): number | Promise<number>;
  /** Records a failure. */
  recordFailure(key: string): void | Promise<void>;
  /** Forgets all failures of a key. */
  reset(key: string): void | Promise<void>;
}

/** The failures that one process has seen. */
export interface LocalFailedAttempts extends FailedAttempts {
  delayMs(key: string): number;
  recordFailure(key: string): void;
  reset(key: string): void;
}

/** How long failures delay the next attempt. */
export interface DelayRule {
  /** Failures without a delay. The next failure costs 1 second, and each further one twice as much. */
  readonly freeAttempts: number;
  /** Maximum delay, in milliseconds. @default 60000 */
  readonly maxDelayMs?: number;
  /** Milliseconds after its last failure until a key is forgotten. @default 900000 */
  readonly ttlMs?: number;
}

/** Shares failed attempts with other replicas. @param kind names the table, the same in each of them */
export type ShareAttempts = (kind: string, rule: DelayRule, local: LocalFailedAttempts) => FailedAttempts;

export interface FailedAttemptsOptions extends DelayRule {
  /** Maximum number of keys. The key whose last failure is oldest is evicted first. @default 10000 */
  readonly maxEntries?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;
/** Default of `DelayRule.ttlMs`. */
export const FAILURE_TTL_MS = 900_000;

/** Milliseconds from the last failure until the next attempt is allowed. */
export function delayAfter(failures: number, { freeAttempts, maxDelayMs = MAX_DELAY_MS }: DelayRule): number {
  if (failures <= freeAttempts) return 0;
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - freeAttempts - 1), maxDelayMs);
}

/** Creates a table of failures whose size is bounded, even if clients invent keys. */
export function createFailedAttempts({
  ttlMs = FAILURE_TTL_MS,
  maxEntries = 10_000,
  now = () => performance.now(),
  ...rule
}: FailedAttemptsOptions): LocalFailedAttempts {
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
      return entry === undefined ? 0 : Math.max(0, entry.at + delayAfter(entry.failures, rule) - now());
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
