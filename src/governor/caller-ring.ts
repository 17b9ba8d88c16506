import { RenewedMap, RenewedSet } from '../renewed-collections.ts';
import type { QueuedCall } from './queued-call.ts';

/** The queued calls of one caller in one lane. */
export interface CallerCalls {
  readonly name: string;
  /** In the order of arrival. No set is empty. */
  readonly byOperation: Map<string, RenewedSet<QueuedCall>>;
  /** Number of calls. */
  size: number;
  isBeyondShare: boolean;
  /** Order in the ring: the lowest goes first. */
  turn: number;
}

/** Callers that take turns. */
export interface CallerRing {
  /** Adds a caller behind all others. Moves it there if it is already in the ring. */
  append(caller: CallerCalls): void;
  remove(caller: CallerCalls): void;
  /** Adds the first call of an operation to a caller in the ring. */
  addOperation(caller: CallerCalls, operation: string): void;
  /** Removes the last call of an operation from a caller in the ring. */
  removeOperation(caller: CallerCalls, operation: string): void;
  /** The next caller with a call that can start, and this call. */
  next(canStart: (operation: string) => boolean): NextCall | null;
}

export interface NextCall {
  readonly caller: CallerCalls;
  readonly call: QueuedCall;
}

export function createCallerRing(): CallerRing {
  // By operation, so the cost of a search does not depend on the number of callers whose calls cannot start.
  const byOperation = new RenewedMap<string, RenewedSet<CallerCalls>>();
  let lastTurn = 0;

  function add(caller: CallerCalls, operation: string): void {
    const callers = byOperation.get(operation) ?? new RenewedSet();
    byOperation.set(operation, callers.add(caller));
  }

  function remove(caller: CallerCalls, operation: string): void {
    const callers = byOperation.get(operation);
    if (callers?.delete(caller) && callers.size === 0) byOperation.delete(operation);
  }

  return {
    append(caller) {
      lastTurn += 1;
      caller.turn = lastTurn;
      for (const operation of caller.byOperation.keys()) {
        const callers = byOperation.get(operation);
        const isAlone = callers?.size === 1 && callers.has(caller);
        if (isAlone) continue;
        // A set keeps the order of insertion, so removing the caller first moves it to the end.
        remove(caller, operation);
        add(caller, operation);
      }
    },
    remove(caller) {
      for (const operation of caller.byOperation.keys()) remove(caller, operation);
    },
    addOperation: add,
    removeOperation: remove,
    next(canStart) {
      let next: NextCall | null = null;
      for (const [operation, callers] of byOperation) {
        const caller = callers.first();
        const call = caller?.byOperation.get(operation)?.first();
        if (caller === undefined || call === undefined) continue;
        const isBefore =
          next === null ||
          caller.turn < next.caller.turn ||
          (caller === next.caller && call.queuedAt < next.call.queuedAt);
        if (isBefore && canStart(operation)) next = { caller, call };
      }
      return next;
    },
  };
}
