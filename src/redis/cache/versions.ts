/** The state of the server that holds the cache, as one answer states it. */
export interface ServerState {
  /** Begins anew when invalidations may have been lost. */
  readonly epoch: string;
  /** The number of the last invalidation in the epoch. */
  readonly version: number;
  /** The server's clock, in milliseconds. */
  readonly time: number;
  /** When the question was sent, on this process's clock. */
  readonly sentAt: number;
}

/** What this process knows of the order of invalidations. Its own numbers stand for an epoch and a version of the server. */
export interface Versions {
  /** The number of what is known now. */
  current(): number;
  /** The epoch and version that a number stands for; null if it stands for none, or was too long ago. */
  at(number: number): Pick<ServerState, 'epoch' | 'version'> | null;
  /** Makes earlier numbers older than an invalidation that the server has not confirmed. */
  advance(): void;
  /** Records an answer. @returns whether it shows invalidations of other processes */
  learn(state: ServerState, isOwnInvalidation: boolean): boolean;
  /** The server's time of a moment of this process: rather too early, so that a value seems older. */
  toServerTime(local: number): number;
  toLocalTime(server: number): number;
}

/** Reads that began longer ago than this many numbers leave nothing. */
const MAX_NUMBERS = 10_000;

/** @param now Unix milliseconds */
export function createVersions(now: () => number): Versions {
  const known = new Map<number, Pick<ServerState, 'epoch' | 'version'>>();
  let number = 0;
  let last: ServerState | null = null;
  /** The server's clock is ahead of this one's by at least and at most this. */
  let ahead = { least: 0, most: 0 };

  function next(state: Pick<ServerState, 'epoch' | 'version'> | null): void {
    number += 1;
    if (state !== null) known.set(number, state);
    const [first] = known.keys();
    if (known.size > MAX_NUMBERS && first !== undefined) known.delete(first);
  }

  return {
    current: () => number,
    at: (wanted) => known.get(wanted) ?? null,
    advance: () => next(last),
    learn(state, isOwnInvalidation) {
      const { epoch, version, time, sentAt } = state;
      ahead = { least: time - now(), most: time - sentAt };
      const before = last;
      // Answers on one connection come in order, so an older version is that of a new epoch.
      const isNew = before === null || before.epoch !== epoch || before.version !== version;
      if (!isNew) return false;
      last = state;
      next({ epoch, version });
      if (before === null) return false;
      const isExpected = isOwnInvalidation && before.epoch === epoch && version === before.version + 1;
      return !isExpected;
    },
    toServerTime: (local) => local + ahead.least,
    toLocalTime: (server) => server - ahead.most,
  };
}
