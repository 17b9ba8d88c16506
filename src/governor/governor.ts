import { GatewayError } from '../errors.ts';
import { createCallQueue, type QueuedCall } from './call-queue.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createConcurrencyLimits } from './concurrency-limits.ts';
import { createFairShare } from './fair-share.ts';
import { type CallOrigin, INTERACTIVE_CONNECTIONS, LANES, type Lane } from './lanes.ts';
import {
  type RateLimitHeaders,
  type ResponseHeaders,
  readRateLimitHeaders,
} from './quota/rate-limit-headers.ts';
import { createQuotaTracker, type WindowKind } from './quota/tracker.ts';
import { circuitOpen, deadlineExceeded, isQuotaRejection, queueFull } from './rejections.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createWaitEstimate } from './wait-estimate.ts';

/** A call to be scheduled. */
export interface CallRequest {
  readonly operation: string;
  readonly origin: CallOrigin;
  /** Aborting it removes the call from the queue. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the store has a separate limit for this call, so its 429 says nothing about other calls. @default false */
  readonly hasOwnLimit?: boolean;
}

/** Permission to send one call now. */
export interface Permit {
  /** Milliseconds until the operation's deadline. */
  readonly timeoutMs: number;
  /** Milliseconds that the call was queued. */
  readonly waitedMs: number;
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

/** When the governor sends a write again. */
export interface WriteRetry {
  /**
   * `if-rate-limited`: if the store rejected it because the quota was used up, so it was not executed. `never`: the store
   * also has a separate limit for it, whose 429 says nothing about other calls.
   */
  readonly retry: 'if-rate-limited' | 'never';
}

/** Schedules all calls to the store: decides which call starts when. */
export interface Governor {
  /**
   * Makes a read when it is its turn. Retries it if the failure is transient and the retry budget allows.
   *
   * @throws GatewayError if the call cannot start before its deadline, the queue is full or the circuit breaker is open
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

/** The current state, for metrics and reports. */
export interface GovernorState {
  /** Null if the store sets no limit or has not reported one yet. */
  readonly quota: { readonly limit: number; readonly remaining: number; readonly resetMs: number } | null;
  readonly window: WindowKind;
  readonly breaker: 'closed' | 'open' | 'half-open';
  readonly inFlight: number;
  /** Number of queued calls, by lane. */
  readonly queued: Readonly<Record<Lane, number>>;
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

/** Why a call was rejected: it cannot start before its deadline, the queue is full, or the circuit breaker is open. */
type RejectionReason = 'deadline' | 'full' | 'breaker';

export interface GovernorOptions {
  /** The documented maximum number of calls in flight, by operation. */
  readonly maxConcurrency: ReadonlyMap<string, number>;
  /** Maximum number of calls in flight, over all operations. Interactive calls may use INTERACTIVE_CONNECTIONS more. */
  readonly connections: number;
  /** Maximum number of queued calls. */
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

export interface Clock {
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Limits of the interval between two checks of the queue if nothing else happens, in milliseconds. */
const MIN_POLL_MS = 5;
const MAX_POLL_MS = 100;
/** Interval between two estimates of which queued calls will miss their deadline. */
const DEADLINE_CHECK_INTERVAL_MS = 1_000;
/** Number of consecutive failures from which no read is retried: retries would only add load to a store that is down. */
const MAX_FAILURES_TO_RETRY = 5;
const PROBE_REQUEST: CallRequest = {
  operation: 'probe',
  origin: { caller: 'probe', lane: 'interactive', deadlineAt: Number.POSITIVE_INFINITY },
};

interface IssuedPermit extends Permit {
  /** Whether the store rejected the call because its quota was used up. */
  wasQuotaUsedUp(): boolean;
}

export function createGovernor(options: GovernorOptions): Governor {
  const {
    maxConcurrency,
    connections,
    maxQueued,
    retryRatio,
    probe,
    events,
    clock,
    random = Math.random,
  } = options;
  const { now, sleep } = clock;
  const tracker = createQuotaTracker(now);
  const queue = createCallQueue();
  const shares = createFairShare(tracker, queue, now);
  const limits = createConcurrencyLimits({
    atOnce: maxConcurrency,
    defaultConcurrency: connections + INTERACTIVE_CONNECTIONS,
    now,
    random,
  });
  const breaker = createCircuitBreaker({ now });
  const estimateWait = createWaitEstimate(tracker, queue, shares);
  const retryBudget = createRetryBudget({ random, ...(retryRatio !== undefined && { ratio: retryRatio }) });
  let nextDispatchAt = Number.POSITIVE_INFINITY;
  let nextOverdueCheckAt = 0;
  let earliestDeadlineAt = Number.POSITIVE_INFINITY;

  function hasRoom(lane: Lane): boolean {
    const inFlight = limits.inFlight();
    if (inFlight >= connections + (lane === 'interactive' ? INTERACTIVE_CONNECTIONS : 0)) return false;
    // At most half of the remaining quota is in flight, so calls of other apps show up before the other half is sent.
    return inFlight === 0 || inFlight < Math.max(tracker.remaining(), tracker.probeAllowance());
  }

  function canStart(operation: string, lane: Lane, caller: string): boolean {
    return (
      breaker.state() === 'closed' &&
      limits.hasRoom(operation) &&
      hasRoom(lane) &&
      shares.canTake(lane, caller)
    );
  }

  /** Starts a call. Its result updates the quota, the limits and the breaker. */
  function issuePermit(
    { operation, origin, hasOwnLimit = false }: CallRequest,
    waitedMs: number,
  ): IssuedPermit {
    const { lane, caller, deadlineAt } = origin;
    limits.acquire(operation);
    shares.recordUse(lane, caller);
    const sent = tracker.send();
    events.onAdmit(lane, waitedMs);
    let ended = false;
    let wasQuotaUsedUp = false;
    return {
      wasQuotaUsedUp: () => wasQuotaUsedUp,
      timeoutMs: Math.max(1, deadlineAt - now()),
      waitedMs,
      release({ status, headers, failure }) {
        if (ended) return;
        ended = true;
        const rateLimit = status === null ? null : readRateLimitHeaders(headers);
        if (rateLimit?.invalid) events.onInvalidHeaders();
        const rejection = status === 429 ? rejectionOf(rateLimit, hasOwnLimit) : null;
        limits.release(operation, status !== null && status !== 429);
        if (status === 429) nextOverdueCheckAt = now();
        if (rejection === 'quota' && rateLimit !== null) {
          wasQuotaUsedUp = true;
          tracker.markExhausted(sent, rateLimit);
        } else tracker.complete(sent, rateLimit, status !== null);
        if (rejection === 'concurrency') limits.reduce(operation);
        // A failure after the deadline says nothing about the store.
        updateBreaker(status, now() >= deadlineAt ? null : failure);
        dispatch();
      },
    };
  }

  function updateBreaker(status: number | null, failure: unknown): void {
    const isDown =
      (status !== null && status >= 500) ||
      (failure instanceof GatewayError && OUTAGE_CODES.has(failure.code));
    const before = breaker.state();
    if (isDown || (status === null && before === 'half-open')) breaker.recordFailure();
    else if (status !== null) breaker.recordSuccess();
    if (breaker.state() === 'open' && before !== 'open') rejectAll();
  }

  function rejectAll(): void {
    for (const call of [...queue.all()]) rejectQueued(call, circuitOpen(breaker.waitMs()), 'breaker');
  }

  function rejectQueued(call: QueuedCall, error: GatewayError, reason: RejectionReason): void {
    queue.remove(call);
    events.onReject(call.lane, reason);
    call.reject(error);
  }

  /** Probes a store that is down. Triggered by arriving calls, not by a timer. */
  function sendProbe(): void {
    breaker.halfOpen();
    const permit = issuePermit(PROBE_REQUEST, 0);
    probe(permit).then(
      () => permit.release(NO_RESPONSE),
      (failure: unknown) => permit.release({ ...NO_RESPONSE, failure }),
    );
  }

  /** Resolves when the call may start. @throws GatewayError if it cannot start before its deadline */
  function admit(request: CallRequest): Promise<IssuedPermit> {
    const { operation, origin, signal } = request;
    signal?.throwIfAborted();
    const { lane, caller, deadlineAt } = origin;
    const queuedAt = now();
    if (breaker.canProbe()) sendProbe();
    if (breaker.state() === 'open') {
      events.onReject(lane, 'breaker');
      throw circuitOpen(breaker.waitMs());
    }
    shares.recordDemand(lane, caller);
    if (queue.size() === 0 && canStart(operation, lane, caller))
      return Promise.resolve(issuePermit(request, 0));
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        queue.remove(call);
        reject(signal?.reason);
      };
      const call: QueuedCall = {
        operation,
        lane,
        caller,
        deadlineAt,
        queuedAt,
        start() {
          signal?.removeEventListener('abort', onAbort);
          queue.remove(call);
          resolve(issuePermit(request, now() - queuedAt));
        },
        reject(error) {
          signal?.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      if (!tryMakeRoom(call)) return;
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(call);
      earliestDeadlineAt = Math.min(earliestDeadlineAt, deadlineAt);
      dispatch();
    });
  }

  /**
   * Whether the call may enter the queue. Rejects it if it would miss its deadline. In a full queue it replaces the last
   * call of a lower lane.
   */
  function tryMakeRoom(call: QueuedCall): boolean {
    const waitMs = estimateWait(call.lane, call.caller, queue.sizeOf(call.lane, call.caller));
    if (now() + waitMs > call.deadlineAt) {
      rejectQueued(call, deadlineExceeded(Math.max(waitMs, tracker.resetMs())), 'deadline');
      return false;
    }
    if (queue.size() < maxQueued) return true;
    const last = queue.lastOfLowerPriority(call.lane);
    rejectQueued(last ?? call, queueFull(maxQueued, tracker.resetMs()), 'full');
    return last !== null;
  }

  /** Starts all queued calls that may start, highest lane first. */
  function dispatch(): void {
    while (queue.size() > 0) {
      const next = nextCall();
      if (next === null) break;
      next.start();
    }
    if (queue.size() > 0) scheduleDispatch();
  }

  function nextCall(): QueuedCall | null {
    if (breaker.state() !== 'closed') return null;
    for (const lane of LANES) {
      if (queue.size(lane) === 0 || !hasRoom(lane)) continue;
      const heads = new Map<string, QueuedCall>();
      for (const caller of queue.callers(lane)) {
        const head = queue.first(lane, caller, limits.hasRoom);
        if (head) heads.set(caller, head);
      }
      const caller = shares.nextCaller(lane, [...heads.keys()]);
      if (caller !== null && shares.canTake(lane, caller)) return heads.get(caller) ?? null;
    }
    return null;
  }

  /** Checks the queue again later: as time passes, calls may start or will miss their deadline. */
  function scheduleDispatch(): void {
    const quota = tracker.quota() ?? 1;
    const interval = Math.min(Math.max(tracker.windowMs() / quota / 4, MIN_POLL_MS), MAX_POLL_MS);
    const pauses = [tracker.resetMs(), limits.backoffMs(), earliestDeadlineAt - now()].filter((ms) => ms > 0);
    const at = now() + Math.min(interval, ...pauses);
    if (nextDispatchAt <= at && nextDispatchAt > now()) return;
    nextDispatchAt = at;
    sleep(at - now()).then(() => {
      if (nextDispatchAt !== at) return;
      nextDispatchAt = Number.POSITIVE_INFINITY;
      rejectOverdue();
      dispatch();
    });
  }

  /** Rejects queued calls that will miss their deadline. */
  function rejectOverdue(): void {
    if (
      earliestDeadlineAt === Number.POSITIVE_INFINITY ||
      now() < Math.min(nextOverdueCheckAt, earliestDeadlineAt)
    )
      return;
    nextOverdueCheckAt = now() + DEADLINE_CHECK_INTERVAL_MS;
    earliestDeadlineAt = Number.POSITIVE_INFINITY;
    const before = new Map<string, number>();
    for (const call of [...queue.all()]) {
      const { lane, caller, deadlineAt } = call;
      earliestDeadlineAt = Math.min(earliestDeadlineAt, deadlineAt);
      const key = `${lane} ${caller}`;
      const count = before.get(key) ?? 0;
      before.set(key, count + 1);
      if (deadlineAt === Number.POSITIVE_INFINITY) continue;
      const waitMs = estimateWait(lane, caller, count);
      if (now() + waitMs >= deadlineAt)
        rejectQueued(call, deadlineExceeded(Math.max(waitMs, tracker.resetMs())), 'deadline');
    }
  }

  async function read<T>(request: CallRequest, send: (permit: Permit) => Promise<T>): Promise<T> {
    retryBudget.deposit();
    for (let attempt = 1; ; attempt += 1) {
      const permit = await admit(request);
      try {
        return await send(permit);
      } catch (error) {
        const waitMs = retryBudget.delayMs(error, attempt);
        if (waitMs === null || now() + waitMs > request.origin.deadlineAt) throw error;
        await sleep(waitMs);
        // The store may have gone down meanwhile.
        if (request.signal?.aborted || breaker.failures() >= MAX_FAILURES_TO_RETRY) throw error;
        if (!isQuotaRejection(error) && !retryBudget.withdraw()) throw error;
        events.onRetry(request.operation);
      } finally {
        permit.release(NO_RESPONSE);
      }
    }
  }

  async function write<T>(
    request: CallRequest,
    { retry }: WriteRetry,
    send: (permit: Permit) => Promise<T>,
  ): Promise<T> {
    const scheduled = { ...request, hasOwnLimit: retry === 'never' };
    let permit = await admit(scheduled);
    for (let attempt = 1; ; attempt += 1) {
      const { release, wasQuotaUsedUp } = permit;
      const result = await send(permit).finally(() => release(NO_RESPONSE));
      // The store did not execute a call that it rejected for the quota, so sending it again is safe.
      if (retry === 'never' || attempt >= MAX_WRITE_ATTEMPTS || !wasQuotaUsedUp()) return result;
      try {
        permit = await admit(scheduled);
      } catch {
        return result;
      }
      events.onRetry(request.operation);
    }
  }

  return Object.freeze<Governor>({
    read,
    write,
    state() {
      const limit = tracker.quota();
      const size = (lane: Lane) => queue.size(lane);
      const resetMs = Math.ceil(tracker.resetMs());
      return {
        quota: limit === null ? null : { limit, remaining: tracker.lastRemaining(), resetMs },
        window: tracker.windowKind(),
        breaker: breaker.state(),
        inFlight: limits.inFlight(),
        queued: { interactive: size('interactive'), standard: size('standard'), bulk: size('bulk') },
      };
    },
  });
}

/** Which limit a 429 response is about. If the quota is not used up, too many calls were in flight at once. */
function rejectionOf(
  rateLimit: RateLimitHeaders | null,
  hasOwnLimit: boolean,
): 'quota' | 'concurrency' | 'own-limit' {
  if (hasOwnLimit && (rateLimit === null || rateLimit.quota === null || rateLimit.remaining !== 0))
    return 'own-limit';
  return rateLimit === null || (rateLimit.remaining ?? 0) > 0 ? 'concurrency' : 'quota';
}

/** Ends a call that was not sent, or whose result was not reported. */
const NO_RESPONSE = { status: null, headers: {}, failure: null };
/** Maximum number of attempts at a write that the store rejects because the quota is used up. */
const MAX_WRITE_ATTEMPTS = 3;
const OUTAGE_CODES: ReadonlySet<string> = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT']);
