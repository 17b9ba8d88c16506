import { type CallerCalls, type CallerRing, createCallerRing, type NextCall } from './caller-ring.ts';

/** Which calls of a lane may start now. */
export interface StartRules {
  /** Whether the limits of an operation allow one more call. */
  readonly canStart: (operation: string) => boolean;
  readonly isWithinShare: (caller: string) => boolean;
  /** Whether callers beyond their share may start a call. */
  readonly hasSurplus: () => boolean;
}

/** Decides whose turn it is: callers within their share go before those beyond it, and each group takes turns. */
export interface CallerTurns {
  /** Puts a caller behind all others. */
  append(caller: CallerCalls): void;
  /** Adds the first call of an operation to a caller. */
  addOperation(caller: CallerCalls, operation: string): void;
  /** Removes the last call of an operation from a caller. */
  removeOperation(caller: CallerCalls, operation: string): void;
  /** The next caller with a call that may start, and this call. Null if none may start. */
  next(rules: StartRules): NextCall | null;
}

export function createCallerTurns(): CallerTurns {
  const within = createCallerRing();
  // Callers that were beyond their share when it was their turn.
  const beyond = createCallerRing();
  const ringOf = ({ isBeyondShare }: CallerCalls) => (isBeyondShare ? beyond : within);

  function move(caller: CallerCalls, isBeyondShare: boolean): void {
    if (caller.isBeyondShare !== isBeyondShare) ringOf(caller).remove(caller);
    caller.isBeyondShare = isBeyondShare;
    ringOf(caller).append(caller);
  }

  /** The next of a ring. Moves the callers before it that no longer belong there, each once per change of its share. */
  function nextOf(ring: CallerRing, { canStart, isWithinShare }: StartRules): NextCall | null {
    for (let next = ring.next(canStart); next !== null; next = ring.next(canStart)) {
      const isBeyondShare = !isWithinShare(next.caller.name);
      if (isBeyondShare === next.caller.isBeyondShare) return next;
      move(next.caller, isBeyondShare);
    }
    return null;
  }

  return {
    append: (caller) => move(caller, false),
    addOperation: (caller, operation) => ringOf(caller).addOperation(caller, operation),
    removeOperation: (caller, operation) => ringOf(caller).removeOperation(caller, operation),
    next(rules) {
      // Callers that are within their share again move to the other ring.
      nextOf(beyond, rules);
      return nextOf(within, rules) ?? (rules.hasSurplus() ? beyond.next(rules.canStart) : null);
    },
  };
}
