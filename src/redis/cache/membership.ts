/**
 * The lease under which the other processes trust what is kept. A process that cannot report a write to them waits until the lease is
 * over: from then on none of them uses an entry, until this process is back.
 */
export interface Membership {
  /** The other processes, as the server named them last. */
  others(): readonly string[];
  /** Records that the server answered. @param time its clock, in milliseconds */
  learnTime(time: number): void;
  /** Asks for the next lease. Returns its end by the server's clock, in milliseconds. */
  next(): number;
  accept(others: readonly string[]): void;
  /** Milliseconds until every lease is over that this process has asked for. */
  remainingMs(): number;
}

/** Length of a lease. A write that cannot be reported to the others waits as long. */
const LEASE_MS = 2_000;
/** Clocks run at different speeds. */
const DRIFT_MS = 20;

/** @param monotonic a clock that is never set, in milliseconds */
export function createMembership(monotonic: () => number): Membership {
  /** The server's clock is ahead of this one's by at least this. */
  let ahead = 0;
  let others: readonly string[] = [];
  let endsAt = 0;

  return {
    others: () => others,
    learnTime(time) {
      ahead = time - monotonic();
    },
    next() {
      endsAt = monotonic() + LEASE_MS;
      return Math.floor(endsAt + ahead);
    },
    accept(names) {
      others = names;
    },
    remainingMs: () => Math.max(0, endsAt + DRIFT_MS - monotonic()),
  };
}
