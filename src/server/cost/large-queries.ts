import type { CancelSignal } from '../../cancel-signal.ts';
import { BULK_MIN_CALLS } from '../../governor/lanes.ts';
import { RenewedMap, RenewedSet } from '../../renewed-collections.ts';
import type { Available } from '../../when-known.ts';
import type { Estimate } from './estimate.ts';

/** Whether an operation is so large that it waits behind the others. */
export function isLarge(cost: Pick<Estimate, 'usual'>): boolean {
  return cost.usual > BULK_MIN_CALLS;
}

/** A large query that is about to run. */
export interface StartingQuery {
  /** Text and variables. Equal queries that run at the same time share their calls. */
  readonly key: string;
  readonly cost: Pick<Estimate, 'usual'>;
  readonly caller: string;
  /** Aborted when no request waits for the query any more. */
  readonly signal: CancelSignal;
}

/**
 * Lets large queries take turns while only the number of connections limits their calls. Each query makes many calls at
 * once, so all of a burst together would fill the queue of calls, and hold memory for each of their calls while only a few of
 * them can be in flight. Callers take turns too, so none waits for all queries of another one.
 *
 * If the quota limits the calls, no query waits: queries that overlap share their calls only if they run at the same time.
 */
export interface LargeQueries {
  /**
   * Waits until a query may begin.
   *
   * @returns has to be called when the query has ended
   */
  begin(query: StartingQuery): Available<() => void>;
}

export interface LargeQueriesOptions {
  /** Maximum number of estimated calls of the large queries that run at the same time. A query alone may exceed it. */
  readonly maxCalls: number;
  /** The same for those of one caller. */
  readonly maxCallsOfCaller: number;
  /** Whether the quota is known to have room for this many calls, or the store sets none. */
  readonly hasSpareQuota: (calls: number) => boolean;
}

/** The turn of one query, or of several equal ones of a caller. */
interface Turn {
  readonly caller: TurnsOfCaller;
  readonly key: string;
  readonly calls: number;
  hasBegun: boolean;
  /** Number of queries that run or wait. */
  queries: number;
  /** Begins each query that waits. */
  readonly starts: Set<() => void>;
}

/** The turns of one caller. */
interface TurnsOfCaller {
  readonly name: string;
  /** Estimated calls of the queries that run. */
  runningCalls: number;
  /** In the order of arrival. */
  readonly waiting: RenewedSet<Turn>;
  /** The turn that equal queries may join. */
  readonly joinable: RenewedMap<string, Turn>;
}

export function createLargeQueries(options: LargeQueriesOptions): LargeQueries {
  const { maxCalls, maxCallsOfCaller, hasSpareQuota } = options;
  const byName = new RenewedMap<string, TurnsOfCaller>();
  // The next one first.
  const waitingCallers = new RenewedSet<TurnsOfCaller>();
  let runningCalls = 0;
  let waitingCalls = 0;

  /** The turn of a query: that of an equal one, or a new one, which waits. */
  function turnOf({ caller: name, key, cost }: StartingQuery): Turn {
    const caller = byName.get(name) ?? createTurnsOfCaller(name);
    byName.set(name, caller);
    const known = caller.joinable.get(key);
    // If others wait, a turn that has begun takes no more queries: it might never end.
    if (known !== undefined && (!known.hasBegun || waitingCallers.size === 0)) return known;
    const turn: Turn = { caller, key, calls: cost.usual, hasBegun: false, queries: 0, starts: new Set() };
    caller.joinable.set(key, turn);
    caller.waiting.add(turn);
    waitingCallers.add(caller);
    waitingCalls += turn.calls;
    return turn;
  }

  /** The turn that may start now. Null if none may. */
  function nextTurn(): Turn | null {
    const isQuotaShort = !hasSpareQuota(runningCalls + waitingCalls);
    for (const caller of waitingCallers) {
      const turn = caller.waiting.first();
      if (turn === undefined) continue;
      if (isQuotaShort) return turn;
      if (!hasRoom(caller.runningCalls, turn, maxCallsOfCaller)) continue;
      // No other caller goes first, or a query with more calls than the others might never start.
      return hasRoom(runningCalls, turn, maxCalls) ? turn : null;
    }
    return null;
  }

  function removeWaiting(turn: Turn): void {
    const { caller, calls } = turn;
    caller.waiting.delete(turn);
    waitingCalls -= calls;
    if (caller.waiting.size === 0) waitingCallers.delete(caller);
  }

  function start(turn: Turn): void {
    const { caller, calls, starts } = turn;
    removeWaiting(turn);
    if (waitingCallers.delete(caller)) waitingCallers.add(caller);
    turn.hasBegun = true;
    caller.runningCalls += calls;
    runningCalls += calls;
    for (const begin of starts) begin();
    starts.clear();
  }

  function startNext(): void {
    for (let turn = nextTurn(); turn !== null; turn = nextTurn()) start(turn);
  }

  function leave(turn: Turn): void {
    turn.queries -= 1;
    if (turn.queries > 0) return;
    const { caller, key, calls, hasBegun } = turn;
    if (caller.joinable.get(key) === turn) caller.joinable.delete(key);
    if (hasBegun) {
      caller.runningCalls -= calls;
      runningCalls -= calls;
    } else removeWaiting(turn);
    if (caller.runningCalls === 0 && caller.waiting.size === 0) byName.delete(caller.name);
    startNext();
  }

  return {
    begin(query) {
      const { signal } = query;
      if (signal.aborted) return NOTHING_TO_END;
      const turn = turnOf(query);
      turn.queries += 1;
      const end = () => leave(turn);
      startNext();
      return turn.hasBegun ? end : waitForStart(turn, signal, end);
    },
  };
}

function createTurnsOfCaller(name: string): TurnsOfCaller {
  return { name, runningCalls: 0, waiting: new RenewedSet(), joinable: new RenewedMap() };
}

function hasRoom(runningCalls: number, { calls }: Turn, maxCalls: number): boolean {
  return runningCalls === 0 || runningCalls + calls <= maxCalls;
}

function waitForStart(turn: Turn, signal: CancelSignal, end: () => void): Promise<() => void> {
  return new Promise((resolve) => {
    function begin(): void {
      signal.removeEventListener('abort', abandon);
      resolve(end);
    }
    function abandon(): void {
      turn.starts.delete(begin);
      end();
      resolve(NOTHING_TO_END);
    }
    turn.starts.add(begin);
    signal.addEventListener('abort', abandon);
  });
}

const NOTHING_TO_END = (): void => {};
