import { GatewayError } from '../errors.ts';
import type { Attempt, CallReport } from '../rest/http.ts';
import type { WriteRule } from '../rest/write-rules.ts';
import { createBreaker } from './breaker.ts';
import { createCaps } from './caps.ts';
import { createForecast } from './forecast.ts';
import { type Asker, INTERACTIVE_CONNECTIONS, LANES, type Lane } from './lanes.ts';
import { createLine, type Waiting } from './line.ts';
import { createQuotaPicture, type WindowKind } from './quota-picture.ts';
import { readRateHeaders } from './rate-headers.ts';
import { callerLeft, isTurnedAway, lineIsFull, storeIsDown, tooLate } from './refusals.ts';
import { createRetries } from './retries.ts';
import { createShares } from './shares.ts';

/** A call to be scheduled. */
export interface Ticket {
  readonly operation: string;
  readonly asker: Asker;
  /** Aborting it removes the call from the queue. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the store has a separate limit for this call, so its 429 says nothing about other calls. @default false */
  readonly guarded?: boolean;
}

/** Permission to send one call now. */
export interface Pass {
  /** Milliseconds until the operation's deadline. */
  readonly timeoutMs: number;
  /** Milliseconds that the call was queued. */
  readonly waitedMs: number;
  /** Has to be called with the result of the call, also if it failed. Only the first call counts. */
  readonly end: (report: Pick<CallReport, 'status' | 'headers' | 'failure'>) => void;
}

/** Schedules all calls to the store: decides which call starts when. */
export interface Governor {
  /**
   * Makes a read when it is its turn. Retries it if the failure is transient and the retry budget allows.
   *
   * @throws GatewayError if the call cannot start before its deadline, the queue is full or the circuit breaker is open
   */
  read<T>(request: Ticket, send: (permit: Pass) => Promise<T>): Promise<T>;
  /** Makes a write when it is its turn. Sends it again only if the store rejected it because the quota was used up. */
  write(
    request: Ticket,
    rule: Pick<WriteRule, 'repeat'>,
    send: (permit: Pass) => Promise<Attempt>,
  ): Promise<Attempt>;
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
  readonly waiting: Readonly<Record<Lane, number>>;
}

/** Callbacks for metrics. */
export interface GovernorEvents {
  /** A call was admitted after this many milliseconds in the queue. */
  readonly onPass: (lane: Lane, waitedMs: number) => void;
  /** A call was rejected before it was sent. */
  readonly onRefuse: (lane: Lane, reason: RejectionReason) => void;
  readonly onRetry: (operation: string) => void;
  /** A response had rate-limit headers with impossible values. */
  readonly onAbsurd: () => void;
}

/** Why a call was rejected: it cannot start before its deadline, the queue is full, or the circuit breaker is open. */
type RejectionReason = 'deadline' | 'full' | 'breaker';

export interface GovernorOptions {
  /** The documented maximum number of calls in flight, by operation. */
  readonly atOnce: ReadonlyMap<string, number>;
  /** Maximum number of calls in flight, over all operations. Interactive calls may use INTERACTIVE_CONNECTIONS more. */
  readonly connections: number;
  /** Maximum number of queued calls. */
  readonly maxWaiting: number;
  /** Retries per call, across all callers. @default 0.1 */
  readonly retryShare?: number;
  /** Makes one cheap read, to find out whether a store that was down has recovered. */
  readonly probe: (permit: Pass) => Promise<unknown>;
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
const LEAST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 100;
/** Interval between two estimates of which queued calls will miss their deadline. */
const REVIEW_EVERY_MS = 1_000;
/** Number of consecutive failures from which no read is retried: retries would only add load to a store that is down. */
const TOO_MANY_FAILURES = 5;
const PROBE: Ticket = {
  operation: 'probe',
  asker: { caller: 'probe', lane: 'interactive', deadlineAt: Number.POSITIVE_INFINITY },
};

export function createGovernor(options: GovernorOptions): Governor {
  const { atOnce, connections, maxWaiting, retryShare, probe, events, clock, random = Math.random } = options;
  const { now, sleep } = clock;
  const tracker = createQuotaPicture(now);
  const queue = createLine();
  const shares = createShares(tracker, queue, now);
  const limits = createCaps({ atOnce, otherwise: connections + INTERACTIVE_CONNECTIONS, now, random });
  const breaker = createBreaker({ now });
  const estimateWait = createForecast(tracker, queue, shares);
  const retries = createRetries({ random, ...(retryShare !== undefined && { share: retryShare }) });
  let nextDispatchAt = Number.POSITIVE_INFINITY;
  let nextOverdueCheckAt = 0;
  let earliestDeadlineAt = Number.POSITIVE_INFINITY;

  function hasRoom(lane: Lane): boolean {
    const inFlight = limits.inFlight();
    if (inFlight >= connections + (lane === 'interactive' ? INTERACTIVE_CONNECTIONS : 0)) return false;
    // At most half of the remaining quota is in flight, so calls of other apps show up before the other half is sent.
    return inFlight === 0 || inFlight < Math.max(tracker.left(), tracker.opening());
  }

  function canStart(operation: string, lane: Lane, caller: string): boolean {
    return (
      breaker.state() === 'closed' &&
      limits.isOpen(operation) &&
      hasRoom(lane) &&
      shares.mayTake(lane, caller)
    );
  }

  /** Starts a call. Its result updates the quota, the limits and the breaker. */
  function issuePermit({ operation, asker, guarded = false }: Ticket, waitedMs: number): Pass {
    const { lane, caller, deadlineAt } = asker;
    limits.enter(operation);
    shares.use(lane, caller);
    const sent = tracker.send();
    events.onPass(lane, waitedMs);
    let ended = false;
    return {
      timeoutMs: Math.max(1, deadlineAt - now()),
      waitedMs,
      end({ status, headers, failure }) {
        if (ended) return;
        ended = true;
        const rateLimit = status === null ? null : readRateHeaders(headers);
        if (rateLimit?.absurd) events.onAbsurd();
        const isRateLimited = status === 429;
        limits.leave(operation, status !== null && !isRateLimited);
        if (isRateLimited) nextOverdueCheckAt = now();
        if (isRateLimited && rateLimit && !(guarded && rateLimit.quota === null))
          tracker.exhaust(sent, rateLimit);
        else tracker.land(sent, rateLimit, status !== null);
        if (isRateLimited && !rateLimit && !guarded) limits.lower(operation);
        // A failure after the deadline says nothing about the store.
        updateBreaker(status, now() >= deadlineAt ? null : failure);
        dispatch();
      },
    };
  }

  function updateBreaker(status: number | null, failure: unknown): void {
    const isDown =
      (status !== null && status >= 500) || (failure instanceof GatewayError && DOWN.has(failure.code));
    const before = breaker.state();
    if (isDown || (status === null && before === 'half-open')) breaker.fail();
    else if (status !== null) breaker.succeed();
    if (breaker.state() === 'open' && before !== 'open') rejectAll();
  }

  function rejectAll(): void {
    for (const call of [...queue.all()]) rejectQueued(call, storeIsDown(breaker.waitMs()), 'breaker');
  }

  function rejectQueued(call: Waiting, error: GatewayError, reason: RejectionReason): void {
    queue.remove(call);
    events.onRefuse(call.lane, reason);
    call.refuse(error);
  }

  /** Probes a store that is down. Triggered by arriving calls, not by a timer. */
  function sendProbe(): void {
    breaker.probe();
    const permit = issuePermit(PROBE, 0);
    probe(permit).then(
      () => permit.end(NO_ANSWER),
      (failure: unknown) => permit.end({ ...NO_ANSWER, failure }),
    );
  }

  /** Resolves when the call may start. @throws GatewayError if it cannot start before its deadline */
  function admit(request: Ticket): Promise<Pass> {
    const { operation, asker, signal } = request;
    signal?.throwIfAborted();
    const { lane, caller, deadlineAt } = asker;
    const since = now();
    if (breaker.isDue()) sendProbe();
    if (breaker.state() === 'open') {
      events.onRefuse(lane, 'breaker');
      throw storeIsDown(breaker.waitMs());
    }
    shares.want(lane, caller);
    if (queue.size() === 0 && canStart(operation, lane, caller))
      return Promise.resolve(issuePermit(request, 0));
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        queue.remove(call);
        reject(signal?.reason);
      };
      const call: Waiting = {
        operation,
        lane,
        caller,
        deadlineAt,
        since,
        go() {
          signal?.removeEventListener('abort', onAbort);
          queue.remove(call);
          resolve(issuePermit(request, now() - since));
        },
        refuse(error) {
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
  function tryMakeRoom(call: Waiting): boolean {
    const waitMs = estimateWait(call.lane, call.caller, queue.sizeOf(call.lane, call.caller));
    if (now() + waitMs > call.deadlineAt) {
      rejectQueued(call, tooLate(Math.max(waitMs, tracker.resetMs())), 'deadline');
      return false;
    }
    if (queue.size() < maxWaiting) return true;
    const last = queue.lastBelow(call.lane);
    rejectQueued(last ?? call, lineIsFull(maxWaiting, tracker.resetMs()), 'full');
    return last !== null;
  }

  /** Starts all queued calls that may start, highest lane first. */
  function dispatch(): void {
    while (queue.size() > 0) {
      const next = nextCall();
      if (next === null) break;
      next.go();
    }
    if (queue.size() > 0) scheduleDispatch();
  }

  function nextCall(): Waiting | null {
    if (breaker.state() !== 'closed') return null;
    for (const lane of LANES) {
      if (queue.size(lane) === 0 || !hasRoom(lane)) continue;
      const heads = new Map<string, Waiting>();
      for (const caller of queue.callers(lane)) {
        const head = queue.first(lane, caller, limits.isOpen);
        if (head) heads.set(caller, head);
      }
      const caller = shares.next(lane, [...heads.keys()]);
      if (caller !== null && shares.mayTake(lane, caller)) return heads.get(caller) ?? null;
    }
    return null;
  }

  /** Checks the queue again later: as time passes, calls may start or will miss their deadline. */
  function scheduleDispatch(): void {
    const quota = tracker.quota() ?? 1;
    const interval = Math.min(Math.max(tracker.windowMs() / quota / 4, LEAST_LOOK_MS), LONGEST_LOOK_MS);
    const pauses = [tracker.resetMs(), limits.pauseMs(), earliestDeadlineAt - now()].filter((ms) => ms > 0);
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
    nextOverdueCheckAt = now() + REVIEW_EVERY_MS;
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
        rejectQueued(call, tooLate(Math.max(waitMs, tracker.resetMs())), 'deadline');
    }
  }

  async function read<T>(request: Ticket, send: (permit: Pass) => Promise<T>): Promise<T> {
    retries.earn();
    for (let attempt = 1; ; attempt += 1) {
      const permit = await admit(request);
      try {
        return await send(permit);
      } catch (error) {
        const waitMs = retries.waitMs(error, attempt);
        if (waitMs === null || now() + waitMs > request.asker.deadlineAt) throw error;
        await sleep(waitMs);
        // The store may have gone down meanwhile.
        if (request.signal?.aborted || breaker.failures() >= TOO_MANY_FAILURES) throw error;
        if (!isTurnedAway(error) && !retries.spend()) throw error;
        events.onRetry(request.operation);
      } finally {
        permit.end(NO_ANSWER);
      }
    }
  }

  async function write(
    request: Ticket,
    { repeat }: Pick<WriteRule, 'repeat'>,
    send: (permit: Pass) => Promise<Attempt>,
  ): Promise<Attempt> {
    let rejection: Attempt | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const permit = await admitWrite({ ...request, guarded: repeat === 'never' });
      if (!('timeoutMs' in permit)) return rejection ?? permit;
      const result = await send(permit).finally(() => permit.end(NO_ANSWER));
      if (result.ended !== 'refused' || repeat === 'never' || attempt >= TURNED_AWAY) return result;
      // The store did not execute it, so sending it again is safe.
      if (!isTurnedAway(result.error)) return result;
      rejection = result;
      events.onRetry(request.operation);
    }
  }

  async function admitWrite(request: Ticket): Promise<Pass | Attempt> {
    try {
      return await admit(request);
    } catch (error) {
      return { ended: 'not-sent', error: error instanceof GatewayError ? error : callerLeft() };
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
        quota: limit === null ? null : { limit, remaining: tracker.lastLeft(), resetMs },
        window: tracker.kind(),
        breaker: breaker.state(),
        inFlight: limits.inFlight(),
        waiting: { interactive: size('interactive'), standard: size('standard'), bulk: size('bulk') },
      };
    },
  });
}

/** Ends a call that was not sent, or whose result was not reported. */
const NO_ANSWER = { status: null, headers: {}, failure: null };
/** Maximum number of attempts at a write that the store rejects because the quota is used up. */
const TURNED_AWAY = 3;
const DOWN: ReadonlySet<string> = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT']);
