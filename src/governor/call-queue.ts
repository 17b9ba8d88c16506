import { LANES, type Lane } from './lanes.ts';

/** A call in the queue. */
export interface QueuedCall {
  readonly operation: string;
  readonly lane: Lane;
  readonly caller: string;
  readonly deadlineAt: number;
  readonly queuedAt: number;
  /** Removes the call from the queue and starts it. */
  readonly start: () => void;
  readonly reject: (error: Error) => void;
}

/** The queued calls by lane and caller. The calls of one caller are in order of arrival. */
export interface CallQueue {
  /** Number of queued calls, in one lane or in all. */
  size(lane?: Lane): number;
  push(call: QueuedCall): void;
  remove(call: QueuedCall): void;
  /** Callers with queued calls in a lane. */
  callers(lane: Lane): readonly string[];
  /** Number of queued calls of one caller in a lane. */
  sizeOf(lane: Lane, caller: string): number;
  /** The oldest call of a caller for which `hasRoom(operation)` is true. */
  first(lane: Lane, caller: string, hasRoom: (operation: string) => boolean): QueuedCall | null;
  /** The last call of the lowest lane that is below this one and not empty. */
  lastOfLowerPriority(lane: Lane): QueuedCall | null;
  /** All calls, lane by lane. */
  all(): Iterable<QueuedCall>;
}

/** The calls of one caller by operation: one operation may be at its concurrency limit while another is not. */
type CallsByOperation = Map<string, Set<QueuedCall>>;

export function createCallQueue(): CallQueue {
  const lanes = new Map<Lane, Map<string, CallsByOperation>>(LANES.map((lane) => [lane, new Map()]));
  const sizes = new Map<Lane, number>(LANES.map((lane) => [lane, 0]));
  const callersIn = (lane: Lane) => lanes.get(lane) ?? new Map<string, CallsByOperation>();

  function resize(lane: Lane, by: number): void {
    sizes.set(lane, (sizes.get(lane) ?? 0) + by);
  }

  function* callsIn(lane: Lane): Generator<QueuedCall> {
    for (const operations of callersIn(lane).values()) for (const calls of operations.values()) yield* calls;
  }

  return {
    size: (lane) =>
      lane === undefined ? [...sizes.values()].reduce((sum, size) => sum + size, 0) : (sizes.get(lane) ?? 0),
    push(call) {
      const callers = callersIn(call.lane);
      const operations: CallsByOperation = callers.get(call.caller) ?? new Map();
      const calls = operations.get(call.operation) ?? new Set();
      callers.set(call.caller, operations.set(call.operation, calls.add(call)));
      resize(call.lane, 1);
    },
    remove(call) {
      const callers = callersIn(call.lane);
      const operations = callers.get(call.caller);
      const calls = operations?.get(call.operation);
      if (!operations || !calls?.delete(call)) return;
      resize(call.lane, -1);
      if (calls.size === 0) operations.delete(call.operation);
      if (operations.size === 0) callers.delete(call.caller);
    },
    callers: (lane) => [...callersIn(lane).keys()],
    sizeOf: (lane, caller) =>
      [...(callersIn(lane).get(caller)?.values() ?? [])].reduce((sum, { size }) => sum + size, 0),
    first(lane, caller, hasRoom) {
      const heads = [...(callersIn(lane).get(caller) ?? [])].flatMap(([operation, [head]]) =>
        head && hasRoom(operation) ? [head] : [],
      );
      return heads.reduce<QueuedCall | null>(
        (oldest, head) => (oldest === null || head.queuedAt < oldest.queuedAt ? head : oldest),
        null,
      );
    },
    lastOfLowerPriority(lane) {
      const below = LANES.slice(LANES.indexOf(lane) + 1).toReversed();
      const lowest = below.find((other) => (sizes.get(other) ?? 0) > 0);
      return lowest === undefined ? null : ([...callsIn(lowest)].at(-1) ?? null);
    },
    *all() {
      for (const lane of LANES) yield* callsIn(lane);
    },
  };
}
