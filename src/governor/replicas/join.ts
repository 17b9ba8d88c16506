import type { Clock } from '../alarm.ts';
import type { ConcurrencyLimits } from '../concurrency-limits.ts';
import type { LocalTracker, QuotaTracker } from '../quota/tracker.ts';
import { type CallLeases, createCallLeases } from './call-leases.ts';
import type { CallPool } from './call-pool.ts';
import { createOperationLeases } from './operation-leases.ts';
import { createSharedTracker } from './shared-tracker.ts';

export interface JoinOptions {
  readonly pool: CallPool;
  /** The fraction of the quota that a replica uses while it cannot reach the pool. */
  readonly quotaShare: number;
  /** What this replica alone observes. */
  readonly tracker: LocalTracker;
  readonly limits: ConcurrencyLimits;
  /** The documented maximum number of calls in flight, by operation. */
  readonly maxConcurrency: ReadonlyMap<string, number>;
  /** Number of queued calls. */
  readonly queued: () => number;
  readonly connections: number;
  readonly clock: Clock;
  /** Called when further calls may start. */
  readonly onGrant: () => void;
}

/** Shares the quota and the limits of operations with other replicas. */
export function joinReplicas(options: JoinOptions): {
  readonly tracker: QuotaTracker;
  readonly limits: ConcurrencyLimits;
  readonly leases: CallLeases;
} {
  const { tracker, maxConcurrency, clock } = options;
  const limits = createOperationLeases(options.limits, maxConcurrency, () => leases.share());
  const leases: CallLeases = createCallLeases({
    ...options,
    operations: limits,
    isSliding: () => tracker.windowKind() === 'sliding',
  });
  return { tracker: createSharedTracker(tracker, leases, clock.now), limits, leases };
}
