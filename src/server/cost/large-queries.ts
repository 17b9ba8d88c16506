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
 * Lets the large queries of a caller take turns while only the number of connections limits its calls. Each query makes
 * many calls at once, so all of a burst together would fill the queue of calls, and hold memory for each of their calls
 * while only a few of them can be in flight.
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
  /** Maximum number of estimated calls of the large queries of one caller that run at the same time. A query alone may exceed it. */
  readonly maxCalls: number;
  /** Whether the quota is known to have room for this many calls, or the store sets none. */
  readonly hasSpareQuota: (calls: number) => boolean;
}

/** The turn of one query, or of several equal ones. */
interface Turn {
  readonly key: string;
  readonly calls: number;
  hasBegun: boolean;
  /** Number of queries that run or wait. */
  queries: number;
  /** Begins each query that waits. */
  readonly starts: Set<() => void>;
}

/** The turns of one caller. */
interface CallerTurns {
  /** Estimated calls of the queries that run. */
  runningCalls: number;
  /** Estimated calls of the queries that wait. */
  waitingCalls: number;
  /** In the order of arrival. */
  readonly waiting: RenewedSet<Turn>;
  /** The turn that equal queries may join. */
  readonly joinable: RenewedMap<string, Turn>;
}

export function createLargeQueries({ maxCalls, hasSpareQuota }: LargeQueriesOptions): LargeQueries {
  const byCaller = new RenewedMap<string, CallerTurns>();

  function mayStart({ runningCalls, waitingCalls }: CallerTurns, { calls }: Turn): boolean {
    if (runningCalls === 0 || runningCalls + calls <= maxCalls) return true;
    return !hasSpareQuota(runningCalls + waitingCalls);
  }

  /** Starts the turns that may start, in the order of arrival. */
  function startNext(turns: CallerTurns): void {
    for (const next of turns.waiting) {
      if (!mayStart(turns, next)) return;
      start(turns, next);
    }
  }

  function leave(caller: string, turns: CallerTurns, turn: Turn): void {
    turn.queries -= 1;
    if (turn.queries > 0) return;
    if (turns.joinable.get(turn.key) === turn) turns.joinable.delete(turn.key);
    if (turn.hasBegun) turns.runningCalls -= turn.calls;
    else removeWaiting(turns, turn);
    startNext(turns);
    if (turns.runningCalls === 0) byCaller.delete(caller);
  }

  return {
    begin(query) {
      const { caller, signal } = query;
      if (signal.aborted) return NOTHING_TO_END;
      const turns = byCaller.get(caller) ?? createCallerTurns();
      byCaller.set(caller, turns);
      const turn = turnOf(turns, query);
      turn.queries += 1;
      const end = () => leave(caller, turns, turn);
      startNext(turns);
      return turn.hasBegun ? end : waitForStart(turn, signal, end);
    },
  };
}

function createCallerTurns(): CallerTurns {
  return { runningCalls: 0, waitingCalls: 0, waiting: new RenewedSet(), joinable: new RenewedMap() };
}

/** The turn of a query: that of an equal one, or a new one, which waits. */
function turnOf(turns: CallerTurns, { key, cost }: StartingQuery): Turn {
  const { joinable, waiting } = turns;
  const known = joinable.get(key);
  // If others wait, a turn that has begun takes no more queries: it might never end.
  if (known !== undefined && (!known.hasBegun || waiting.size === 0)) return known;
  const turn: Turn = { key, calls: cost.usual, hasBegun: false, queries: 0, starts: new Set() };
  joinable.set(key, turn);
  waiting.add(turn);
  turns.waitingCalls += turn.calls;
  return turn;
}

function removeWaiting(turns: CallerTurns, turn: Turn): void {
  turns.waiting.delete(turn);
  turns.waitingCalls -= turn.calls;
}

function start(turns: CallerTurns, turn: Turn): void {
  removeWaiting(turns, turn);
  turn.hasBegun = true;
  turns.runningCalls += turn.calls;
  for (const begin of turn.starts) begin();
  turn.starts.clear();
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
