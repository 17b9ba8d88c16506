import type { RateLimitHeaders } from '../quota/rate-limit-headers.ts';
import type { LocalTracker, QuotaTracker, SentCall } from '../quota/tracker.ts';
import type { CallLeases } from './call-leases.ts';
import { createQuotaView } from './quota-view.ts';

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
  const { pooled, allowance, unseenAllowance, leasable, otherAppsUsage } = createQuotaView(local, leases);

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
      return pool === null ? local.otherAppsUsage() : otherAppsUsage(pool);
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
