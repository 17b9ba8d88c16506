import type { PoolState } from './call-pool.ts';

/** Whether the pool can be reached, and what it stated last. */
export interface PoolConnection {
  /** What the pool stated last; null while it cannot be reached, and if that is long ago. */
  state(): PoolState | null;
  /** Milliseconds since then. */
  ageMs(): number;
  /** The number of the window that the pool stated; 0 if it stated none. */
  windowNumber(): number;
  /** The length of that window in milliseconds; 0 if it stated none. */
  windowMs(): number;
  /** Whether the first exchange has not ended yet. What the other replicas use is not known before that. */
  isJoining(): boolean;
  /**
   * Milliseconds until the window is over that the pool stated last; 0 if it is. Without the pool, until then only held leases
   * may be used: what was left may be leased to others.
   */
  lostWindowMs(): number;
  /** The fraction of the quota that this replica may use while the pool cannot be reached. */
  share(): number;
  /** Replicas that this one knew when it lost the pool; 0 if it has not lost it. */
  expected(): number;
  accept(reply: PoolState): void;
  lose(): void;
}

/** Milliseconds after which what the pool stated counts no more. Less than the time after which a replica is taken for dead. */
const STALE_MS = 2_000;

/**
 * @param now monotonic clock, in milliseconds
 * @param quotaShare the fraction of the quota that a replica uses while it cannot reach the pool
 */
export function createPoolConnection(now: () => number, quotaShare: number): PoolConnection {
  let last: PoolState | null = null;
  let statedAt = now();
  let isJoining = true;
  let hasBeenAlone = false;
  /** Replicas at the last exchange; null before the first one. */
  let known: number | null = null;
  let windowEndsAt = 0;

  const ageMs = () => now() - statedAt;

  return {
    // A process that was suspended for long may be taken for dead by the others.
    state: () => (ageMs() < STALE_MS ? last : null),
    ageMs,
    windowNumber: () => last?.window?.number ?? 0,
    windowMs: () => last?.window?.lengthMs ?? 0,
    isJoining: () => isJoining,
    lostWindowMs: () => Math.max(0, windowEndsAt - now()),
    share: () => Math.min(quotaShare, 1 / Math.max(1, known ?? 1)),
    expected: () => (hasBeenAlone ? (known ?? Math.floor(1 / quotaShare)) : 0),
    accept(reply) {
      last = reply;
      statedAt = now();
      windowEndsAt = now() + (reply.window?.resetMs ?? 0);
      known = reply.replicas;
      isJoining = false;
      hasBeenAlone = false;
    },
    lose() {
      last = null;
      isJoining = false;
      hasBeenAlone = true;
    },
  };
}
