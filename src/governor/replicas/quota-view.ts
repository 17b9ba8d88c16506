import { createOtherApps } from '../quota/other-apps.ts';
import type { LocalTracker } from '../quota/tracker.ts';
import type { CallLeases } from './call-leases.ts';
import type { PoolState, PoolWindow } from './call-pool.ts';

/** Calls in flight, over all replicas, before a response shows the quota. */
const COLD_START_LIMIT = 32;
/** A window that is over is out of date after this fraction of its length. */
const STALE_AFTER = 0.05;
/** Fraction of the quota that may be in flight in a new window before a response shows the use of other apps. */
const NEW_WINDOW_FRACTION = 0.25;

/** A pool that states the current window, and how old the statement is. */
export interface Pooled {
  readonly state: PoolState;
  readonly window: PoolWindow | null;
  /** Milliseconds until the window is over; 0 if it is. */
  readonly resetMs: number;
}

/** What a replica may send: with the pool, and without. */
export interface QuotaView {
  /** Null if this replica relies on its own responses. */
  pooled(): Pooled | null;
  /** Calls that this replica may send without the pool. */
  allowance(): number;
  /** Calls that may start in a window that no response has shown: one at first, since other apps may have used it. */
  unseenAllowance(pool: Pooled): number;
  /** Calls that this replica may lease. At least one if there is one: its part of a few calls is less. */
  leasable(pool: Pooled): number;
  /** Calls that other apps are expected to send until the window ends, of this replica's part. */
  otherAppsUsage(pool: Pooled): number;
}

/** @param local what the responses to this replica's own calls show */
export function createQuotaView(local: LocalTracker, leases: CallLeases): QuotaView {
  const otherApps = createOtherApps();
  let observed: PoolState | null = null;

  function pooled(): Pooled | null {
    const state = leases.state();
    if (state === null || state.sliding !== null) return null;
    const { window } = state;
    const resetMs = window === null ? 0 : Math.max(0, window.resetMs - leases.ageMs());
    // A store without a limit needs no leases. If another replica knows of one, this one has seen an odd response.
    if (local.remaining() === Number.POSITIVE_INFINITY && resetMs === 0) return null;
    if (window !== null && state !== observed) {
      if (window.number !== observed?.window?.number) otherApps.startWindow();
      if (resetMs > 0) otherApps.observe(window.otherApps, passed({ ...window, resetMs }));
      observed = state;
    }
    return { state, window, resetMs };
  }

  function allowance(): number {
    if (leases.isJoining()) return 0;
    const isSliding = local.windowKind() === 'sliding' || leases.state()?.sliding != null;
    if (!isSliding && leases.lostWindowMs() > 0) return leases.held();
    const isConnected = leases.state() !== null;
    if (local.remaining() === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const quota = local.quota() ?? COLD_START_LIMIT;
    const share = isConnected ? 1 / (leases.state()?.replicas ?? 1) : leases.share();
    return isSliding
      ? leases.allowance({ quota, lengthMs: local.windowMs() }, share)
      : Math.floor(quota * share) - local.ownUse();
  }

  function unseenAllowance({ state, window, resetMs }: Pooled): number {
    if (window === null || resetMs > 0) return 0;
    const isFresh = leases.ageMs() - window.resetMs < window.lengthMs * STALE_AFTER;
    const part = (window.quota * NEW_WINDOW_FRACTION) / state.activeReplicas;
    return (isFresh ? 1 : Math.max(1, Math.floor(part))) - leases.inFlight();
  }

  function leasable({ state, window }: Pooled): number {
    const others = window === null ? 0 : otherApps.during(leases.ageMs() / window.lengthMs, 'fixed');
    const free = state.free - others;
    return free < 1 ? 0 : Math.max(1, free / state.activeReplicas);
  }

  return {
    pooled,
    allowance,
    unseenAllowance,
    leasable,
    otherAppsUsage({ state, window, resetMs }) {
      if (window === null || resetMs === 0) return 0;
      return otherApps.untilEnd(resetMs / window.lengthMs) / state.activeReplicas;
    },
  };
}

function passed({ lengthMs, resetMs }: PoolWindow): number {
  return Math.min(1, Math.max(0, 1 - resetMs / lengthMs));
}
