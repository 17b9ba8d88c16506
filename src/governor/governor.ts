import { createAdmission } from './admission.ts';
import type { Clock } from './alarm.ts';
import { createCallQueue } from './call-queue.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createConcurrencyLimits } from './concurrency-limits.ts';
import { createDispatcher } from './dispatcher.ts';
import { createFairShare } from './fair-share.ts';
import { INTERACTIVE_CONNECTIONS, type Lane } from './lanes.ts';
import type { GovernorEvents, Permit } from './permits.ts';
import { createQuotaTracker, type WindowKind } from './quota/tracker.ts';
import { createReads, type MakeRead } from './reads.ts';
import type { CallPool } from './replicas/call-pool.ts';
import { joinReplicas } from './replicas/join.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createWaitEstimate } from './wait-estimate.ts';
import { createWrites, type MakeWrite } from './writes.ts';

export type { Clock } from './alarm.ts';
export type { CallRequest, GovernorEvents, Permit } from './permits.ts';
export type { WriteRetry } from './writes.ts';

/** Schedules all calls to the store: decides which call starts when, and which one is sent again. */
export interface Governor {
  readonly read: MakeRead;
  readonly write: MakeWrite;
  /** Whether the quota is known to have room for this many bulk calls besides the queued ones, or the store sets none. */
  hasSpareQuota(calls: number): boolean;
  state(): GovernorState;
  /** Leaves the other replicas what this one has leased and not used. Rejects if they cannot be reached. */
  close(): Promise<void>;
}

/** The current state, for metrics and reports. */
export interface GovernorState {
  /** Null if the store sets no limit or has not reported one yet. */
  readonly quota: { readonly limit: number; readonly remaining: number; readonly resetMs: number } | null;
  readonly window: WindowKind;
  /** Length of the store's window, in milliseconds. */
  readonly windowMs: number;
  /** Open if calls are kept from the whole store. */
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Operations from which calls are kept. */
  readonly openCircuits: readonly string[];
  readonly inFlight: number;
  /** Number of queued calls, by lane. Urgent reads that settle a write count as interactive. */
  readonly queued: Readonly<Record<Lane, number>>;
  /** Number of replicas that share the quota, with this one; 1 while they cannot be reached. */
  readonly replicas: number;
}

/** The replicas with which a governor shares the store's quota and the limits of its operations. */
export interface ReplicaOptions {
  readonly pool: CallPool;
  /** The fraction of the quota that a replica uses while it cannot reach the pool. */
  readonly quotaShare: number;
}

export interface GovernorOptions {
  /** The documented maximum number of calls in flight, by operation. */
  readonly maxConcurrency: ReadonlyMap<string, number>;
  /** Maximum number of calls in flight, over all operations. Interactive calls may use INTERACTIVE_CONNECTIONS more. */
  readonly connections: number;
  /** Maximum number of queued calls. Urgent reads that settle a write may exceed it. */
  readonly maxQueued: number;
  /** Retries per call, across all callers. @default 0.1 */
  readonly retryRatio?: number;
  /** Makes one cheap read, to find out whether a store that was down has recovered. */
  readonly probe: (permit: Permit) => Promise<unknown>;
  readonly events: GovernorEvents;
  readonly clock: Clock;
  /** @default null: this process alone uses the quota, apart from other apps */
  readonly replicas?: ReplicaOptions | null;
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number;
}

export function createGovernor(options: GovernorOptions): Governor {
  const { maxConcurrency, connections, retryRatio, events, clock, random = Math.random } = options;
  const { now } = clock;
  const queue = createCallQueue();
  const defaultConcurrency = connections + INTERACTIVE_CONNECTIONS;
  const alone = {
    tracker: createQuotaTracker(now),
    limits: createConcurrencyLimits({ maxConcurrency, defaultConcurrency, now, random }),
  };
  const joined =
    options.replicas == null
      ? null
      : joinReplicas({
          ...options,
          ...options.replicas,
          ...alone,
          queued: queue.size,
          onGrant: () => dispatcher.wake(),
        });
  const { tracker, limits } = joined ?? alone;
  const shares = createFairShare(tracker, now);
  const breaker = createCircuitBreaker({ now });
  const estimateWait = createWaitEstimate(tracker, queue, shares, limits);
  const parts = { ...options, queue, tracker, shares, limits, breaker, estimateWait, now };
  const dispatcher = createDispatcher(parts);
  const admit = createAdmission({ ...parts, dispatcher });
  const retryBudget = createRetryBudget({ random, ...(retryRatio !== undefined && { ratio: retryRatio }) });

  return Object.freeze<Governor>({
    read: createReads({ admit, breaker, retryBudget, events, clock }),
    write: createWrites({ admit, events }),
    hasSpareQuota: (calls) => shares.available('bulk') - queue.size() >= calls,
    state() {
      const limit = tracker.storeQuota();
      const resetMs = Math.ceil(tracker.resetMs());
      return {
        quota: limit === null ? null : { limit, remaining: tracker.lastRemaining(), resetMs },
        window: tracker.windowKind(),
        windowMs: tracker.windowMs(),
        breaker: breaker.state(),
        openCircuits: breaker.openOperations(),
        inFlight: limits.inFlight(),
        queued: {
          interactive: queue.size('interactive') + queue.urgentSize(),
          standard: queue.size('standard'),
          bulk: queue.size('bulk'),
        },
        replicas: joined?.leases.state()?.replicas ?? 1,
      };
    },
    async close() {
      await joined?.leases.close();
    },
  });
}
