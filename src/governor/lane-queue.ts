import { RenewedMap, RenewedSet } from '../renewed-collections.ts';
import type { CallerCalls } from './caller-ring.ts';
import { createCallerSizes } from './caller-sizes.ts';
import { createCallerTurns, type StartRules } from './caller-turns.ts';
import type { QueuedCall } from './queued-call.ts';

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
  const callers = new RenewedMap<string, CallerCalls>();
  const turns = createCallerTurns();
  const sizes = createCallerSizes();

  /** Removes a call. Returns its caller if it has others. */
  function remove(call: QueuedCall): CallerCalls | null {
    const { caller: name, operation } = call;
    const caller = callers.get(name);
    const calls = caller?.byOperation.get(operation);
    if (!caller || !calls?.delete(call)) return null;
    sizes.change(caller, -1);
    if (calls.size === 0) {
      caller.byOperation.delete(operation);
      turns.removeOperation(caller, operation);
    }
    if (caller.size > 0) return caller;
    callers.delete(name);
    return null;
  }

  return {
    size: sizes.total,
    sizeOf: (caller) => callers.get(caller)?.size ?? 0,
    push(call) {
      const { caller: name, operation } = call;
      const caller = callers.get(name) ?? createCaller(name);
      const calls = caller.byOperation.get(operation);
      sizes.change(caller, 1);
      if (calls !== undefined) {
        calls.add(call);
        return;
      }
      caller.byOperation.set(operation, new RenewedSet<QueuedCall>().add(call));
      if (caller.size > 1) {
        turns.addOperation(caller, operation);
        return;
      }
      callers.set(name, caller);
      turns.append(caller);
    },
    remove: (call) => void remove(call),
    next: (rules) => turns.next(rules)?.call ?? null,
    take(call) {
      const caller = remove(call);
      if (caller !== null) turns.append(caller);
    },
    ahead: (own) => sizes.inRounds(own + 1),
    largestSize: sizes.largestSize,
    lastOfLargest: () => lastEvictable(sizes.largest()),
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

function createCaller(name: string): CallerCalls {
  return { name, byOperation: new Map(), size: 0, isBeyondShare: false, turn: 0 };
}

/** The last call of one of the callers, apart from those that settle writes. */
function lastEvictable(callers: Iterable<CallerCalls>): QueuedCall | null {
  for (const { byOperation } of callers) {
    let last: QueuedCall | null = null;
    for (const calls of byOperation.values()) {
      for (const call of calls) {
        if (!call.settlesWrite && (last === null || call.queuedAt >= last.queuedAt)) last = call;
      }
    }
    if (last !== null) return last;
  }
  return null;
}
