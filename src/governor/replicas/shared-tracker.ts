import { createOtherApps } from '../quota/other-apps.ts';
import type { RateLimitHeaders } from '../quota/rate-limit-headers.ts';
import type { LocalTracker, QuotaTracker, SentCall } from '../quota/tracker.ts';
import type { CallLeases } from './call-leases.ts';
import type { PoolState, PoolWindow } from './call-pool.ts';

/** Calls in flight, over all replicas, before a response shows the quota. */
const COLD_START_LIMIT = 32;
/** A window that is over is out of date after this fraction of its length. */
const STALE_AFTER = 0.05;

/** Fraction of the quota that may be in flight in a new window before a response shows the use of other apps. */
const NEW_WINDOW_FRACTION = 0.25;

/** A pool that states the current window, and how old the statement is. */
interface Pooled {
  readonly state: PoolState;
  readonly window: PoolWindow | null;
  /** Milliseconds until the window is over; 0 if it is. */
  readonly resetMs: number;
}

/**
 * Tracks the quota of a store that several replicas share. It shows each of them its part, as if that were the whole quota,
 * so the lanes and callers of a replica divide its part. While the pool cannot be reached, a replica relies on the responses
 * to its own calls, and uses at most its share.
 *
 * @param local what the responses to this replica's own calls show
 * @param now monotonic clock, in milliseconds
 */
export function createSharedTracker(
  local: LocalTracker,
  leases: CallLeases,
  now: () => number,
): QuotaTracker {
  const otherApps = createOtherApps();
  let observed: PoolState | null = null;

  /** A sliding window has no end at which leases could be settled, and a store without a limit needs none. */
  const needsLeases = () =>
    local.windowKind() !== 'sliding' && local.remaining() !== Number.POSITIVE_INFINITY;

  /** Null if this replica relies on its own responses. */
  function pooled(): Pooled | null {
    const state = leases.state();
    if (state === null || !needsLeases()) return null;
    const { window } = state;
    const resetMs = window === null ? 0 : Math.max(0, window.resetMs - leases.ageMs());
    if (window !== null && state !== observed) {
      if (window.number !== observed?.window?.number) otherApps.startWindow();
      if (resetMs > 0) otherApps.observe(window.otherApps, passed({ ...window, resetMs }));
      observed = state;
    }
    return { state, window, resetMs };
  }

  /** Calls that this replica may send without the pool. */
  function allowance(): number {
    if (leases.isJoining()) return 0;
    if (local.windowKind() !== 'sliding' && leases.lostWindowMs() > 0) return leases.held();
    const isConnected = leases.state() !== null;
    if (local.remaining() === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const quota = local.quota() ?? COLD_START_LIMIT;
    const share = isConnected ? 1 / (leases.state()?.replicas ?? 1) : leases.share();
    return Math.floor(quota * share) - local.ownUse();
  }

  /** Calls that may start in a window that no response has shown: one at first, since other apps may have used it. */
  function unseenAllowance({ state, window, resetMs }: Pooled): number {
    if (window === null || resetMs > 0) return 0;
    const isFresh = leases.ageMs() - window.resetMs < window.lengthMs * STALE_AFTER;
    const part = (window.quota * NEW_WINDOW_FRACTION) / state.activeReplicas;
    return (isFresh ? 1 : Math.max(1, Math.floor(part))) - leases.inFlight();
  }

  /** Calls that this replica may lease. At least one if there is one: its part of a few calls is less. */
  function leasable({ state, window }: Pooled): number {
    const others = window === null ? 0 : otherApps.during(leases.ageMs() / window.lengthMs, 'fixed');
    const free = state.free - others;
    return free < 1 ? 0 : Math.max(1, free / state.activeReplicas);
  }

  return Object.freeze<QuotaTracker>({
    remaining() {
      const pool = pooled();
      if (pool === null) return Math.min(local.remaining(), allowance());
      if (local.pauseMs() > 0) return 0;
      return leases.held() + leasable(pool);
    },
    probeAllowance() {
      const pool = pooled();
      if (pool === null) return Math.min(local.probeAllowance(), allowance());
      return local.pauseMs() > 0 ? 0 : unseenAllowance(pool);
    },
    hasLease() {
      if (pooled() === null) return allowance() >= 1;
      if (leases.held() >= 1) return true;
      leases.request();
      return false;
    },
    send() {
      leases.start();
      return local.send();
    },
    complete(call, headers, answered) {
      local.complete(call, headers, answered);
      leases.end(answered && observe(call, headers));
    },
    markExhausted(call, headers) {
      local.markExhausted(call, headers);
      leases.end(observe(call, { ...headers, remaining: 0 }));
    },
    quota() {
      const pool = pooled();
      if (pool !== null) return pool.window && pool.window.quota / pool.state.activeReplicas;
      const quota = local.quota();
      return quota === null ? null : Math.max(1, quota * leases.share());
    },
    storeQuota: () => pooled()?.window?.quota ?? local.storeQuota(),
    lastRemaining() {
      const pool = pooled();
      if (pool === null || pool.window === null) return local.lastRemaining();
      return pool.resetMs === 0 ? pool.window.quota : pool.window.left;
    },
    windowKind: () => (pooled()?.window ? 'fixed' : local.windowKind()),
    windowMs: () => pooled()?.window?.lengthMs ?? local.windowMs(),
    resetMs: () => Math.max(local.pauseMs(), pooled()?.resetMs ?? local.resetMs()),
    otherAppsUsage() {
      const pool = pooled();
      if (pool === null) return local.otherAppsUsage();
      const { state, window, resetMs } = pool;
      if (window === null || resetMs === 0) return 0;
      return otherApps.untilEnd(resetMs / window.lengthMs) / state.activeReplicas;
    },
    windowNumber() {
      const pool = pooled();
      if (pool === null || pool.window === null) return local.windowNumber();
      return pool.window.number + (pool.resetMs === 0 ? 1 : 0);
    },
  });

  /** Records what a response says. Returns whether it shows its call in the quota. */
  function observe(call: SentCall, headers: RateLimitHeaders | null): boolean {
    if (headers === null) return false;
    const { quota, remaining: left, resetMs, windowMs: lengthMs } = headers;
    // The length of an odd response, which the local tracker did not believe.
    if (quota === null || left === null || resetMs === null || lengthMs !== local.windowMs()) return false;
    if (call.completedAt === null) return false;
    leases.observe({ quota, left, lengthMs }, now() + resetMs);
    return true;
  }
}

function passed({ lengthMs, resetMs }: PoolWindow): number {
  return Math.min(1, Math.max(0, 1 - resetMs / lengthMs));
}
