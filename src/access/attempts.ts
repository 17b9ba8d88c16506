/** Counts what failed, and says how long to wait before the next try. */
export interface Attempts {
  /** Milliseconds until something may be tried again; 0 where it may be tried now. */
  wait(what: string): number;
  /** Takes note of a failure. */
  failed(what: string): void;
  /** Forgets the failures of something that went well. */
  succeeded(what: string): void;
}

export interface AttemptsOptions {
  /** Failures that cost nothing. The one after them costs a second, and each further one twice as much. */
  readonly free: number;
  /** Milliseconds to wait at the most. @default 60000 */
  readonly longestMs?: number;
  /** Milliseconds after the last failure until all are forgotten. @default 900000 */
  readonly forgottenMs?: number;
  /** What is remembered at a time; what has not failed for longest is forgotten first. @default 10000 */
  readonly places?: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

const FIRST_WAIT_MS = 1_000;

/** A table of failures that never grows beyond its places, whoever makes them up. */
export function createAttempts({
  free,
  longestMs = 60_000,
  forgottenMs = 900_000,
  places = 10_000,
  now = () => performance.now(),
}: AttemptsOptions): Attempts {
  // In the order of their last failures.
  const table = new Map<string, { readonly failures: number; readonly at: number }>();

  function known(what: string) {
    const entry = table.get(what);
    if (entry === undefined || now() - entry.at < forgottenMs) return entry;
    table.delete(what);
    return undefined;
  }

  return {
    wait(what) {
      const entry = known(what);
      if (entry === undefined || entry.failures <= free) return 0;
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (entry.failures - free - 1), longestMs);
      return Math.max(0, entry.at + waitMs - now());
    },
    failed(what) {
      const failures = (known(what)?.failures ?? 0) + 1;
      table.delete(what);
      table.set(what, { failures, at: now() });
      const [oldest] = table.keys();
      if (table.size > places && oldest !== undefined) table.delete(oldest);
    },
    succeeded(what) {
      table.delete(what);
    },
  };
}
