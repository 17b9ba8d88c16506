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

/** A call that is to be made. */
export interface Ticket {
  readonly operation: string;
  readonly asker: Asker;
  /** Aborted when nobody wants the call any more: it leaves the line. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the store has a limit of its own for this call, whose refusal says nothing of other calls. */
  readonly guarded?: boolean;
}

/** Leave to make one call now. */
export interface Pass {
  /** Milliseconds until the caller's deadline. */
  readonly timeoutMs: number;
  /** Milliseconds that the call has waited for its turn. */
  readonly waitedMs: number;
  /** To be told how the call ended, whatever came of it. */
  readonly end: (report: Pick<CallReport, 'status' | 'headers' | 'failure'>) => void;
}

/** Decides when each call to the store goes, and in whose place. */
export interface Governor {
  /** Makes a read in its turn, and again where that is right and the budget allows it. */
  read<T>(ticket: Ticket, send: (pass: Pass) => Promise<T>): Promise<T>;
  /** Makes one attempt at a write in its turn. One that was turned away at the store's door waits for the next. */
  write(
    ticket: Ticket,
    rule: Pick<WriteRule, 'repeat'>,
    send: (pass: Pass) => Promise<Attempt>,
  ): Promise<Attempt>;
  state(): GovernorState;
}

/** For whoever watches. */
export interface GovernorState {
  /** Null where the store sets no limit, or has not spoken of one yet. */
  readonly quota: { readonly limit: number; readonly remaining: number; readonly resetMs: number } | null;
  readonly window: WindowKind;
  readonly breaker: 'closed' | 'open' | 'probing';
  readonly inFlight: number;
  /** Calls that wait, by lane. */
  readonly waiting: Readonly<Record<Lane, number>>;
}

/** Told of what happens, as it happens. */
export interface GovernorEvents {
  /** A call was let through after so many milliseconds. */
  readonly onPass: (lane: Lane, waitedMs: number) => void;
  /** A call was refused before it was made. */
  readonly onRefuse: (lane: Lane, why: 'deadline' | 'full' | 'breaker') => void;
  readonly onRetry: (operation: string) => void;
  /** An answer's rate headers held figures that cannot be true. */
  readonly onAbsurd: () => void;
}

export interface GovernorOptions {
  /** Calls in flight at the most, by operation, where the store documents it. */
  readonly atOnce: ReadonlyMap<string, number>;
  /** Calls in flight at the most, of all operations; interactive ones may take a few more. */
  readonly connections: number;
  /** Calls that may wait at the most. */
  readonly maxWaiting: number;
  /** Retries per call, over all callers. @default 0.1 */
  readonly retryShare?: number;
  /** Makes one cheap read, to find out whether a store that was down is back. */
  readonly probe: (pass: Pass) => Promise<unknown>;
  readonly events: GovernorEvents;
  readonly clock: Clock;
  /** From 0 up to, and without, 1. @default Math.random */
  readonly random?: () => number;
}

export interface Clock {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Milliseconds between two looks at those who wait, where nothing else happens. */
const LEAST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 100;
/** Between two estimates of whether those who wait will be served in time. */
const REVIEW_EVERY_MS = 1_000;
/** Failures in a row after which no retry is made: they would only add to what a store that is down has to refuse. */
const TOO_MANY_FAILURES = 5;
const PROBE: Ticket = {
  operation: 'probe',
  asker: { caller: 'probe', lane: 'interactive', deadlineAt: Number.POSITIVE_INFINITY },
};

export function createGovernor(options: GovernorOptions): Governor {
  const { atOnce, connections, maxWaiting, retryShare, probe, events, clock, random = Math.random } = options;
  const { now, sleep } = clock;
  const picture = createQuotaPicture(now);
  const line = createLine();
  const shares = createShares(picture, line, now);
  const caps = createCaps({ atOnce, otherwise: connections + INTERACTIVE_CONNECTIONS, now, random });
  const breaker = createBreaker({ now });
  const forecast = createForecast(picture, line, shares);
  const retries = createRetries({ random, ...(retryShare !== undefined && { share: retryShare }) });
  let nextLookAt = Number.POSITIVE_INFINITY;
  let nextReviewAt = 0;
  let nextDeadlineAt = Number.POSITIVE_INFINITY;

  function hasRoom(lane: Lane): boolean {
    const inFlight = caps.inFlight();
    if (inFlight >= connections + (lane === 'interactive' ? INTERACTIVE_CONNECTIONS : 0)) return false;
    // Half of what is left may be under way: what foreign apps send meanwhile is seen before the rest goes.
    return inFlight === 0 || inFlight < Math.max(picture.left(), picture.opening());
  }

  function mayGo(operation: string, lane: Lane, caller: string): boolean {
    return (
      breaker.state() === 'closed' && caps.isOpen(operation) && hasRoom(lane) && shares.mayTake(lane, caller)
    );
  }

  /** Lets a call go; what it is told of its end is what the next ones go by. */
  function grant({ operation, asker, guarded = false }: Ticket, waitedMs: number): Pass {
    const { lane, caller, deadlineAt } = asker;
    caps.enter(operation);
    shares.use(lane, caller);
    const sending = picture.send();
    events.onPass(lane, waitedMs);
    let ended = false;
    return {
      timeoutMs: Math.max(1, deadlineAt - now()),
      waitedMs,
      end({ status, headers, failure }) {
        if (ended) return;
        ended = true;
        const said = status === null ? null : readRateHeaders(headers);
        if (said?.absurd) events.onAbsurd();
        const isRefusal = status === 429;
        caps.leave(operation, status !== null && !isRefusal);
        if (isRefusal) nextReviewAt = now();
        if (isRefusal && said && !(guarded && said.quota === null)) picture.exhaust(sending, said);
        else picture.land(sending, said, status !== null);
        if (isRefusal && !said && !guarded) caps.lower(operation);
        // Whose time was up says nothing of the store.
        judge(status, now() >= deadlineAt ? null : failure);
        letThrough();
      },
    };
  }

  function judge(status: number | null, failure: unknown): void {
    const isDown =
      (status !== null && status >= 500) || (failure instanceof GatewayError && DOWN.has(failure.code));
    const before = breaker.state();
    if (isDown || (status === null && before === 'probing')) breaker.fail();
    else if (status !== null) breaker.succeed();
    if (breaker.state() === 'open' && before !== 'open') refuseAll();
  }

  function refuseAll(): void {
    for (const waiting of [...line.all()]) refuse(waiting, storeIsDown(breaker.waitMs()), 'breaker');
  }

  function refuse(waiting: Waiting, error: GatewayError, why: 'deadline' | 'full' | 'breaker'): void {
    line.remove(waiting);
    events.onRefuse(waiting.lane, why);
    waiting.refuse(error);
  }

  /** Whoever comes while a store is down finds out, once in a while, whether it still is. */
  function findOut(): void {
    breaker.probe();
    const pass = grant(PROBE, 0);
    probe(pass).then(
      () => pass.end(NO_ANSWER),
      (failure: unknown) => pass.end({ ...NO_ANSWER, failure }),
    );
  }

  /** Leave to make a call, as soon as there is; a GatewayError where there will be none in time. */
  function admit(ticket: Ticket): Promise<Pass> {
    const { operation, asker, signal } = ticket;
    signal?.throwIfAborted();
    const { lane, caller, deadlineAt } = asker;
    const since = now();
    if (breaker.isDue()) findOut();
    if (breaker.state() === 'open') {
      events.onRefuse(lane, 'breaker');
      throw storeIsDown(breaker.waitMs());
    }
    shares.want(lane, caller);
    if (line.size() === 0 && mayGo(operation, lane, caller)) return Promise.resolve(grant(ticket, 0));
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.remove(waiting);
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        operation,
        lane,
        caller,
        deadlineAt,
        since,
        go() {
          signal?.removeEventListener('abort', leave);
          line.remove(waiting);
          resolve(grant(ticket, now() - since));
        },
        refuse(error) {
          signal?.removeEventListener('abort', leave);
          reject(error);
        },
      };
      if (!makeRoomFor(waiting)) return;
      signal?.addEventListener('abort', leave, { once: true });
      line.push(waiting);
      nextDeadlineAt = Math.min(nextDeadlineAt, deadlineAt);
      letThrough();
    });
  }

  /** Refuses at once whom waiting would not help, and lets who matters most have the last place. */
  function makeRoomFor(waiting: Waiting): boolean {
    const waitMs = forecast(waiting.lane, waiting.caller, line.sizeOf(waiting.lane, waiting.caller));
    if (now() + waitMs > waiting.deadlineAt) {
      refuse(waiting, tooLate(Math.max(waitMs, picture.resetMs())), 'deadline');
      return false;
    }
    if (line.size() < maxWaiting) return true;
    const last = line.lastBelow(waiting.lane);
    refuse(last ?? waiting, lineIsFull(maxWaiting, picture.resetMs()), 'full');
    return last !== null;
  }

  /** Lets through whoever may go, the most important first. */
  function letThrough(): void {
    while (line.size() > 0) {
      const next = nextInLine();
      if (next === null) break;
      next.go();
    }
    if (line.size() > 0) lookAgain();
  }

  function nextInLine(): Waiting | null {
    if (breaker.state() !== 'closed') return null;
    for (const lane of LANES) {
      if (line.size(lane) === 0 || !hasRoom(lane)) continue;
      const heads = new Map<string, Waiting>();
      for (const caller of line.callers(lane)) {
        const head = line.first(lane, caller, caps.isOpen);
        if (head) heads.set(caller, head);
      }
      const caller = shares.next(lane, [...heads.keys()]);
      if (caller !== null && shares.mayTake(lane, caller)) return heads.get(caller) ?? null;
    }
    return null;
  }

  /** Time alone lets some go, and makes it too late for others. */
  function lookAgain(): void {
    const quota = picture.quota() ?? 1;
    const usual = Math.min(Math.max(picture.windowMs() / quota / 4, LEAST_LOOK_MS), LONGEST_LOOK_MS);
    const pauses = [picture.resetMs(), caps.pauseMs(), nextDeadlineAt - now()].filter((ms) => ms > 0);
    const at = now() + Math.min(usual, ...pauses);
    if (nextLookAt <= at && nextLookAt > now()) return;
    nextLookAt = at;
    sleep(at - now()).then(() => {
      if (nextLookAt !== at) return;
      nextLookAt = Number.POSITIVE_INFINITY;
      review();
      letThrough();
    });
  }

  /** Refuses those whom waiting will not help any more. */
  function review(): void {
    if (nextDeadlineAt === Number.POSITIVE_INFINITY || now() < Math.min(nextReviewAt, nextDeadlineAt)) return;
    nextReviewAt = now() + REVIEW_EVERY_MS;
    nextDeadlineAt = Number.POSITIVE_INFINITY;
    const before = new Map<string, number>();
    for (const waiting of [...line.all()]) {
      const { lane, caller, deadlineAt } = waiting;
      nextDeadlineAt = Math.min(nextDeadlineAt, deadlineAt);
      const place = `${lane} ${caller}`;
      const count = before.get(place) ?? 0;
      before.set(place, count + 1);
      if (deadlineAt === Number.POSITIVE_INFINITY) continue;
      const waitMs = forecast(lane, caller, count);
      if (now() + waitMs >= deadlineAt)
        refuse(waiting, tooLate(Math.max(waitMs, picture.resetMs())), 'deadline');
    }
  }

  async function read<T>(ticket: Ticket, send: (pass: Pass) => Promise<T>): Promise<T> {
    retries.earn();
    for (let attempt = 1; ; attempt += 1) {
      const pass = await admit(ticket);
      try {
        return await send(pass);
      } catch (error) {
        const waitMs = retries.waitMs(error, attempt);
        if (waitMs === null || now() + waitMs > ticket.asker.deadlineAt) throw error;
        await sleep(waitMs);
        // Meanwhile it may have shown that the store is down.
        if (ticket.signal?.aborted || breaker.failures() >= TOO_MANY_FAILURES) throw error;
        if (!isTurnedAway(error) && !retries.spend()) throw error;
        events.onRetry(ticket.operation);
      } finally {
        pass.end(NO_ANSWER);
      }
    }
  }

  async function write(
    ticket: Ticket,
    { repeat }: Pick<WriteRule, 'repeat'>,
    send: (pass: Pass) => Promise<Attempt>,
  ): Promise<Attempt> {
    let refused: Attempt | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const pass = await admitted({ ...ticket, guarded: repeat === 'never' });
      if ('ended' in pass) return refused ?? pass;
      const result = await send(pass).finally(() => pass.end(NO_ANSWER));
      if (result.ended !== 'refused' || repeat === 'never' || attempt >= TURNED_AWAY) return result;
      // Nothing of it went in, so that sending it again is sending it for the first time.
      if (!isTurnedAway(result.error)) return result;
      refused = result;
      events.onRetry(ticket.operation);
    }
  }

  async function admitted(ticket: Ticket): Promise<Pass | Attempt> {
    try {
      return await admit(ticket);
    } catch (error) {
      return { ended: 'not-sent', error: error instanceof GatewayError ? error : callerLeft() };
    }
  }

  return Object.freeze({
    read,
    write,
    state() {
      const limit = picture.quota();
      const size = (lane: Lane) => line.size(lane);
      const resetMs = Math.ceil(picture.resetMs());
      return {
        quota: limit === null ? null : { limit, remaining: picture.lastLeft(), resetMs },
        window: picture.kind(),
        breaker: breaker.state(),
        inFlight: caps.inFlight(),
        waiting: { interactive: size('interactive'), standard: size('standard'), bulk: size('bulk') },
      };
    },
  });
}

/** For a call that was never begun, or of whose end nobody told. */
const NO_ANSWER = { status: null, headers: {}, failure: null };
/** Attempts at a write that the store's door turns away for want of quota. */
const TURNED_AWAY = 3;
const DOWN: ReadonlySet<string> = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT']);
