import { type CallerCalls, type CallerRing, createCallerRing, type NextCall } from './caller-ring.ts';
import { createCallerSizes } from './caller-sizes.ts';
import type { QueuedCall } from './queued-call.ts';

/** Which calls of a lane may start now. */
export interface StartRules {
  /** Whether the limits of an operation allow one more call. */
  readonly canStart: (operation: string) => boolean;
  readonly isWithinShare: (caller: string) => boolean;
  /** Whether callers beyond their share may start a call. */
  readonly hasSurplus: () => boolean;
}

/** The queued calls of one lane. Callers take turns, those within their share first. */
export interface LaneQueue {
  size(): number;
  sizeOf(caller: string): number;
  push(call: QueuedCall): void;
  /** Removes a call that does not start. */
  remove(call: QueuedCall): void;
  /** The call that starts next; null if none may start. */
  next(rules: StartRules): QueuedCall | null;
  /** Removes a call that starts. Its caller goes behind all others. */
  take(call: QueuedCall): void;
  /** Number of calls that start before one of a caller, if `own` of its calls start before this one. */
  ahead(own: number): number;
  /** Number of calls of the caller that has the most. */
  largestSize(): number;
  /** The last call of the caller that has the most, apart from those that settle writes; null if there is none. */
  lastOfLargest(): QueuedCall | null;
  /** All calls, each with the number of calls that start before it. */
  entries(): Iterable<readonly [QueuedCall, number]>;
}

export function createLaneQueue(): LaneQueue {
  const callers = new Map<string, CallerCalls>();
  const withinShare = createCallerRing();
  const beyondShare = createCallerRing();
  const sizes = createCallerSizes();

  function callerOf(name: string): CallerCalls {
    const known = callers.get(name);
    if (known !== undefined) return known;
    const caller: CallerCalls = { name, byOperation: new Map(), size: 0, ring: withinShare, turn: 0 };
    callers.set(name, caller);
    return caller;
  }

  /** Removes a call. Returns its caller if it has others. */
  function remove(call: QueuedCall): CallerCalls | null {
    const { caller: name, operation } = call;
    const caller = callers.get(name);
    const calls = caller?.byOperation.get(operation);
    if (!caller || !calls?.delete(call)) return null;
    sizes.change(caller, -1);
    if (calls.size === 0) {
      caller.byOperation.delete(operation);
      caller.ring.removeOperation(caller, operation);
    }
    if (caller.size > 0) return caller;
    callers.delete(name);
    return null;
  }

  function move(caller: CallerCalls, ring: CallerRing): void {
    if (caller.ring !== ring) caller.ring.remove(caller);
    caller.ring = ring;
    ring.append(caller);
  }

  /** Puts callers at the front of each ring into the other one if their share has changed. */
  function sort({ canStart, isWithinShare }: StartRules): NextCall | null {
    for (let next = beyondShare.next(canStart); next && isWithinShare(next.caller.name); ) {
      move(next.caller, withinShare);
      next = beyondShare.next(canStart);
    }
    let next = withinShare.next(canStart);
    while (next && !isWithinShare(next.caller.name)) {
      move(next.caller, beyondShare);
      next = withinShare.next(canStart);
    }
    return next;
  }

  return {
    size: sizes.total,
    sizeOf: (caller) => callers.get(caller)?.size ?? 0,
    push(call) {
      const caller = callerOf(call.caller);
      const calls = caller.byOperation.get(call.operation);
      if (calls === undefined) caller.byOperation.set(call.operation, new Set([call]));
      else calls.add(call);
      if (caller.size === 0) move(caller, withinShare);
      else if (calls === undefined) caller.ring.addOperation(caller, call.operation);
      sizes.change(caller, 1);
    },
    remove: (call) => void remove(call),
    next(rules) {
      const next = sort(rules) ?? (rules.hasSurplus() ? beyondShare.next(rules.canStart) : null);
      return next?.call ?? null;
    },
    take(call) {
      const caller = remove(call);
      if (caller !== null) move(caller, withinShare);
    },
    ahead: (own) => sizes.inRounds(own + 1),
    largestSize: sizes.largestSize,
    lastOfLargest() {
      for (const { byOperation } of sizes.largest()) {
        const calls = [...byOperation.values()]
          .flatMap((some) => [...some])
          .filter((call) => !call.settlesWrite);
        const last = calls.at(-1);
        if (last !== undefined) return last;
      }
      return null;
    },
    *entries() {
      const inRounds = sizes.allRounds();
      for (const { byOperation } of callers.values()) {
        let round = 0;
        for (const calls of byOperation.values()) {
          for (const call of calls) {
            round += 1;
            yield [call, (inRounds[round] ?? round) - 1];
          }
        }
      }
    },
  };
}
