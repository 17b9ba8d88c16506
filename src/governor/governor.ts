import { createAdmission } from './admission.ts';
import type { Clock } from './alarm.ts';
import { createCallQueue } from './call-queue.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createConcurrencyLimits } from './concurrency-limits.ts';
import { createDispatcher } from './dispatcher.ts';
import { createFairShare } from './fair-share.ts';
import { INTERACTIVE_CONNECTIONS, type Lane } from './lanes.ts';
import { type CallRequest, type GovernorEvents, NO_RESPONSE, type Permit } from './permits.ts';
import { createQuotaTracker, type WindowKind } from './quota/tracker.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createWaitEstimate } from './wait-estimate.ts';

export type { Clock } from './alarm.ts';
export type { CallRequest, GovernorEvents, Permit } from './permits.ts';

/** Schedules all calls to the store: decides which call starts when, and which one is sent again. */
export interface Governor {
  /**
   * Makes a read when it is its turn. Makes it again if the store rejected it for a limit, or if the failure is transient
   * and the retry budget allows.
   *
   * @throws GatewayError if the call cannot start before its deadline, the queue is full or the circuit is open
   */
  read<T>(request: CallRequest, send: (permit: Permit) => Promise<T>): Promise<T>;
  /**
   * Makes a write when it is its turn. Returns the result of the last attempt.
   *
   * @throws GatewayError if the first attempt cannot start; then nothing was sent
   */
  write<T>(request: CallRequest, retry: WriteRetry, send: (permit: Permit) => Promise<T>): Promise<T>;
  state(): GovernorState;
}

/** When the governor sends a write again. */
export interface WriteRetry {
  /**
   * `if-rate-limited`: if the store rejected it because the quota was used up, so it was not executed. `never`: the store
   * also has a separate limit for it, whose 429 says nothing about other calls.
   */
  readonly retry: 'if-rate-limited' | 'never';
}

/** The current state, for metrics and reports. */
export interface GovernorState {
  /** Null if the store sets no limit or has not reported one yet. */
  readonly quota: { readonly limit: number; readonly remaining: number; readonly resetMs: number } | null;
  readonly window: WindowKind;
  /** Open if calls are kept from the whole store. */
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Operations from which calls are kept. */
  readonly openCircuits: readonly string[];
  readonly inFlight: number;
  /** Number of queued calls, by lane. Urgent reads that settle a write count as interactive. */
  readonly queued: Readonly<Record<Lane, number>>;
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
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** Number of failures of an operation in a row from which its reads are not retried: retries would only add load. */
const MAX_FAILURES_TO_RETRY = 5;
/** Maximum number of attempts at a read that the store rejects for a limit. Each round of rejections halves the concurrency. */
const MAX_REJECTED_READS = 8;
/** Maximum number of attempts at a write that the store rejects because the quota is used up. */
const MAX_REJECTED_WRITES = 3;

export function createGovernor(options: GovernorOptions): Governor {
  const { maxConcurrency, connections, retryRatio, events, clock, random = Math.random } = options;
  const { now, sleep } = clock;
  const tracker = createQuotaTracker(now);
  const queue = createCallQueue();
  const shares = createFairShare(tracker, now);
  const defaultConcurrency = connections + INTERACTIVE_CONNECTIONS;
  const limits = createConcurrencyLimits({ maxConcurrency, defaultConcurrency, now, random });
  const breaker = createCircuitBreaker({ now });
  const estimateWait = createWaitEstimate(tracker, queue, shares);
  const parts = { ...options, queue, tracker, shares, limits, breaker, estimateWait, now };
  const admit = createAdmission({ ...parts, dispatcher: createDispatcher(parts) });
  const retryBudget = createRetryBudget({ random, ...(retryRatio !== undefined && { ratio: retryRatio }) });

  /** Waits before the next attempt at a read that failed. @returns whether there is one */
  async function waitToRetry(
    { operation, origin, signal }: CallRequest,
    error: unknown,
    failures: number,
  ): Promise<boolean> {
    const waitMs = retryBudget.delayMs(error, failures);
    if (waitMs === null || now() + waitMs > origin.deadlineAt) return false;
    await sleep(waitMs);
    // The store may have gone down meanwhile.
    if (signal?.aborted || breaker.failures(operation) >= MAX_FAILURES_TO_RETRY) return false;
    return retryBudget.withdraw();
  }

  return Object.freeze<Governor>({
    async read(request, send) {
      retryBudget.deposit();
      let failures = 0;
      let rejections = 0;
      for (;;) {
        const permit = await admit(request, 'read');
        try {
          return await send(permit);
        } catch (error) {
          const rejection = permit.rejectedBy();
          // The store did nothing, and the next attempt waits in the queue until the limit allows it.
          if (rejection === 'quota' || rejection === 'concurrency') rejections += 1;
          else failures += 1;
          const isRejected = rejection === 'quota' || rejection === 'concurrency';
          if (isRejected ? rejections >= MAX_REJECTED_READS : !(await waitToRetry(request, error, failures)))
            throw error;
          events.onRetry(request.operation);
        } finally {
          permit.release(NO_RESPONSE);
        }
      }
    },
    async write(request, { retry }, send) {
      const scheduled = { ...request, hasOwnLimit: retry === 'never' };
      let permit = await admit(scheduled, 'write');
      for (let attempt = 1; ; attempt += 1) {
        const { release, rejectedBy } = permit;
        const result = await send(permit).finally(() => release(NO_RESPONSE));
        // The store did not execute a call that it rejected for the quota, so sending it again is safe.
        if (retry === 'never' || attempt >= MAX_REJECTED_WRITES || rejectedBy() !== 'quota') return result;
        try {
          permit = await admit(scheduled, 'write');
        } catch {
          return result;
        }
        events.onRetry(request.operation);
      }
    },
    state() {
      const limit = tracker.quota();
      const resetMs = Math.ceil(tracker.resetMs());
      return {
        quota: limit === null ? null : { limit, remaining: tracker.lastRemaining(), resetMs },
        window: tracker.windowKind(),
        breaker: breaker.state(),
        openCircuits: breaker.openOperations(),
        inFlight: limits.inFlight(),
        queued: {
          interactive: queue.size('interactive') + queue.urgentSize(),
          standard: queue.size('standard'),
          bulk: queue.size('bulk'),
        },
      };
    },
  });
}
