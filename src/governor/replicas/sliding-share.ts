import type { PoolState } from './call-pool.ts';

/** The part of a sliding window that this replica may use. Such a window has no end at which leases could be settled. */
export interface SlidingShare {
  start(): void;
  end(): void;
  /** Records what the pool states. */
  learn(state: PoolState): void;
  /** Calls that may start now, of a quota of which this replica has a part. @param part a fraction */
  allowance(window: { readonly quota: number; readonly lengthMs: number }, part: number): number;
}

/** Milliseconds after the window for which what was sent in it may still arrive at the store. */
const LATE_MS = 1_000;

/** Length of a window before it is known, in milliseconds. */
const UNKNOWN_LENGTH_MS = 60_000;
/** Calls after which those that have left the window are forgotten, if nothing asks for the others. */
const FORGET_EVERY = 100;

/**
 * Each replica keeps its own calls below its part in any time of the window's length, so all together keep to the quota. When the
 * replicas find out that the window slides, they have used it unevenly: for one window they divide what is left of it. A replica
 * that joins waits for one window, until the others have made room.
 *
 * @param now monotonic clock, in milliseconds
 */
export function createSlidingShare(now: () => number): SlidingShare {
  let inFlight = 0;
  /** When calls ended. Until the window has passed since then, the store may count them. */
  let ended: number[] = [];
  let lengthMs = UNKNOWN_LENGTH_MS;
  let since: number | null = null;
  /** Calls that may start until the first window is over. */
  let left = 0;
  /** The recent numbers of replicas, with the last time of each. */
  const replicasAt = new Map<number, number>();

  function used(): number {
    const horizon = now() - lengthMs;
    ended = ended.filter((at) => at > horizon);
    return inFlight + ended.length;
  }

  function mostReplicas(): number {
    for (const [replicas, at] of replicasAt) if (at < now() - lengthMs - LATE_MS) replicasAt.delete(replicas);
    return Math.max(1, ...replicasAt.keys());
  }

  return {
    start() {
      inFlight += 1;
      left = Math.max(0, left - 1);
    },
    end() {
      inFlight -= 1;
      ended.push(now());
      if (ended.length % FORGET_EVERY === 0) used();
    },
    learn({ replicas, sliding }) {
      replicasAt.set(replicas, now());
      if (sliding === null) since = null;
      else if (since === null) {
        since = now();
        left = sliding.isNew ? sliding.share : 0;
      }
    },
    allowance(window, part) {
      lengthMs = window.lengthMs;
      const own = Math.floor(window.quota * Math.min(part, 1 / mostReplicas())) - used();
      const isFirst = since !== null && now() - since < lengthMs + LATE_MS;
      return isFirst ? Math.min(left, own) : own;
    },
  };
}
