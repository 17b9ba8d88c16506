import type { CancelSignal } from '../cancel-signal.ts';
import { GatewayError } from '../errors.ts';
import type { CallQueue } from './call-queue.ts';
import type { CallResult, CircuitBreaker } from './circuit-breaker.ts';
import type { ConcurrencyLimits } from './concurrency-limits.ts';
import type { FairShare } from './fair-share.ts';
import type { LaneSchedule } from './lane-schedule.ts';
import type { CallOrigin, Lane } from './lanes.ts';
import {
  type RateLimitHeaders,
  type ResponseHeaders,
  readRateLimitHeaders,
} from './quota/rate-limit-headers.ts';
import type { QuotaTracker } from './quota/tracker.ts';
import type { SharedOrigin } from './shared-origin.ts';
import type { WaitEstimate } from './wait-estimate.ts';

/** A call to be scheduled. */
export interface CallRequest {
  readonly operation: string;
  readonly origin: CallOrigin | SharedOrigin;
  /** Aborting it removes the call from the queue. */
  readonly signal?: CancelSignal | undefined;
  /** Whether the store has a separate limit for this call, so its 429 says nothing about other calls. @default false */
  readonly hasOwnLimit?: boolean;
  /**
   * Whether it reads what became of a write. Such a read has no deadline and is never evicted; up to a tenth of the quota
   * such reads go before all other calls. @default false
   */
  readonly settlesWrite?: boolean;
}

/** When a call has to start, on the governor's monotonic clock, in milliseconds. */
export function deadlineOf({ origin, settlesWrite = false }: CallRequest): number {
  return settlesWrite ? Number.POSITIVE_INFINITY : origin.deadlineAt;
}

/** Permission to send one call now. */
export interface Permit {
  /** Milliseconds left until the deadline, which is later if operations join the call. Infinity if there is none. */
  readonly timeLeftMs: () => number;
  /** Milliseconds that the call was queued. */
  readonly waitedMs: number;
  /**
   * Milliseconds until the store would take the call as the queue stands, if it rejected the call for a limit. Null if it
   * did not, or if only the store knows.
   */
  readonly retryAfterMs: () => number | null;
  /** Has to be called with the outcome of the call, also if it failed. Only the first call counts. */
  readonly release: (outcome: CallOutcome) => void;
}

/** How a call ended, as far as the governor needs to know. */
export interface CallOutcome {
  /** HTTP status of the response; null if none came. */
  readonly status: number | null;
  readonly headers: ResponseHeaders;
  /** The error, if no complete response was received; otherwise null. */
  readonly failure: unknown;
}

/** Which limit of the store rejected a call. It did not execute a call that it rejected for the quota. */
export type LimitRejection = 'quota' | 'concurrency' | 'own-limit';

export interface IssuedPermit extends Permit {
  /** Null if the store did not reject the call for a limit. */
  rejectedBy(): LimitRejection | null;
}

/** Callbacks for metrics. */
export interface GovernorEvents {
  /** A call was admitted after this many milliseconds in the queue. */
  readonly onAdmit: (lane: Lane, waitedMs: number) => void;
  /** A call was rejected before it was sent. */
  readonly onReject: (lane: Lane, reason: RejectionReason) => void;
  readonly onRetry: (operation: string) => void;
  /** A response had rate-limit headers with impossible values. */
  readonly onInvalidHeaders: () => void;
}

/** Why a call was rejected: it cannot start before its deadline, the queue is full, or the circuit is open. */
export type RejectionReason = 'deadline' | 'full' | 'breaker';

export interface PermitOptions {
  readonly tracker: QuotaTracker;
  readonly shares: FairShare;
  readonly schedule: LaneSchedule;
  readonly limits: ConcurrencyLimits;
  readonly breaker: CircuitBreaker;
  readonly queue: Pick<CallQueue, 'ahead' | 'sizeOf'>;
  readonly estimateWait: WaitEstimate;
  readonly events: GovernorEvents;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Called after the end of each call. */
  readonly onRelease: (operation: string, end: ReleaseEffect) => void;
}

/** What the end of a call means for queued calls. */
export interface ReleaseEffect {
  /** Whether the circuit of the operation has opened. */
  readonly hasOpened: boolean;
  readonly isRateLimited: boolean;
}

/** Ends a call that was not sent, or whose outcome was not reported. */
export const NO_RESPONSE: CallOutcome = { status: null, headers: {}, failure: null };

/**
 * Issues permits. The start and the end of each call update everything that later calls depend on.
 *
 * @returns a function that issues a permit. @param waitedMs milliseconds that the call was queued
 */
export function createPermits(
  options: PermitOptions,
): (request: CallRequest, waitedMs: number) => IssuedPermit {
  const { tracker, shares, schedule, limits, breaker, queue, estimateWait, events, now, onRelease } = options;

  return (request, waitedMs) => {
    const { operation, hasOwnLimit = false } = request;
    const { lane, caller } = request.origin;
    limits.acquire(operation);
    shares.recordUse(lane, caller);
    schedule.recordStart(lane);
    const isTrial = breaker.start(operation);
    const sent = tracker.send();
    events.onAdmit(lane, waitedMs);
    let ended = false;
    let rejection: LimitRejection | null = null;
    let statedRetryMs: number | null = null;
    return {
      timeLeftMs: () => deadlineOf(request) - now(),
      waitedMs,
      rejectedBy: () => rejection,
      retryAfterMs() {
        if (rejection === null || rejection === 'own-limit') return statedRetryMs;
        const ahead = queue.ahead(lane, queue.sizeOf(lane, caller));
        return Math.max(1, Math.ceil(estimateWait({ operation, lane }, ahead)));
      },
      release({ status, headers, failure }) {
        if (ended) return;
        ended = true;
        const rateLimit = status === null ? null : readRateLimitHeaders(headers);
        if (rateLimit?.invalid) events.onInvalidHeaders();
        const isRateLimited = status === 429;
        if (isRateLimited) rejection = limitOf(rateLimit, hasOwnLimit);
        if (rejection === 'own-limit') statedRetryMs = rateLimit?.retryAfterMs ?? null;
        schedule.recordEnd(lane);
        limits.release(operation, status !== null && !isRateLimited);
        if (rateLimit !== null && asksForPause(rejection, rateLimit)) tracker.markExhausted(sent, rateLimit);
        else tracker.complete(sent, rateLimit, status !== null);
        if (rejection === 'concurrency') limits.reduce(operation, sent.sentAt, rateLimit?.resetMs ?? 0);
        // A failure after the deadline says nothing about the store.
        const result = resultOf(status, now() >= deadlineOf(request) ? null : failure);
        onRelease(operation, { hasOpened: breaker.end(operation, result, isTrial), isRateLimited });
      },
    };
  };
}

/** Only a 429 that states that nothing is left is about the quota. Otherwise too many calls were in flight. */
function limitOf(rateLimit: RateLimitHeaders | null, hasOwnLimit: boolean): LimitRejection {
  const isQuota = rateLimit?.remaining === 0;
  if (hasOwnLimit) return isQuota && rateLimit.quota !== null ? 'quota' : 'own-limit';
  return isQuota ? 'quota' : 'concurrency';
}

/** Whether no call should start for a while: the quota is used up, or the 429 only states when to try again. */
function asksForPause(rejection: LimitRejection | null, { remaining }: RateLimitHeaders): boolean {
  return rejection === 'quota' || (rejection === 'concurrency' && remaining === null);
}

const OUTAGE_CODES: ReadonlySet<string> = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT']);
/** Server errors that are the store's verdict on the call: unknown method, and a limit of the store's plan. */
const VERDICTS: ReadonlySet<number> = new Set([501, 507]);

function resultOf(status: number | null, failure: unknown): CallResult {
  if (failure instanceof GatewayError && OUTAGE_CODES.has(failure.code)) return 'failure';
  if (status === null) return 'none';
  return status >= 500 && !VERDICTS.has(status) ? 'failure' : 'success';
}
