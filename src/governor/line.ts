import { LANES, type Lane } from './lanes.ts';

/** A call that waits to be let through. */
export interface Waiting {
  readonly operation: string;
  readonly lane: Lane;
  readonly caller: string;
  readonly deadlineAt: number;
  readonly since: number;
  readonly go: () => void;
  readonly refuse: (error: Error) => void;
}

/** Those who wait, by lane and caller, each caller's calls in the order in which they came. */
export interface Line {
  size(lane?: Lane): number;
  push(waiting: Waiting): void;
  remove(waiting: Waiting): void;
  /** Callers who wait in a lane. */
  callers(lane: Lane): readonly string[];
  /** How many calls of one caller wait in a lane. */
  sizeOf(lane: Lane, caller: string): number;
  /** The first call of a caller whose operation is open. */
  first(lane: Lane, caller: string, isOpen: (operation: string) => boolean): Waiting | null;
  /** The one who came last, in the lowest lane below this one where somebody waits. */
  lastBelow(lane: Lane): Waiting | null;
  /** Everybody, lane by lane. */
  all(): Iterable<Waiting>;
}

/** One caller's calls, by operation: those of one operation may have to wait while those of another may go. */
type Calls = Map<string, Set<Waiting>>;

export function createLine(): Line {
  const lanes = new Map<Lane, Map<string, Calls>>(LANES.map((lane) => [lane, new Map()]));
  const sizes = new Map<Lane, number>(LANES.map((lane) => [lane, 0]));
  const laneOf = (lane: Lane) => lanes.get(lane) ?? new Map<string, Calls>();

  function resize(lane: Lane, by: number): void {
    sizes.set(lane, (sizes.get(lane) ?? 0) + by);
  }

  function* inLane(lane: Lane): Generator<Waiting> {
    for (const calls of laneOf(lane).values()) for (const some of calls.values()) yield* some;
  }

  return {
    size: (lane) =>
      lane === undefined ? [...sizes.values()].reduce((sum, size) => sum + size, 0) : (sizes.get(lane) ?? 0),
    push(waiting) {
      const callers = laneOf(waiting.lane);
      const calls: Calls = callers.get(waiting.caller) ?? new Map();
      const same = calls.get(waiting.operation) ?? new Set();
      callers.set(waiting.caller, calls.set(waiting.operation, same.add(waiting)));
      resize(waiting.lane, 1);
    },
    remove(waiting) {
      const callers = laneOf(waiting.lane);
      const calls = callers.get(waiting.caller);
      const same = calls?.get(waiting.operation);
      if (!calls || !same?.delete(waiting)) return;
      resize(waiting.lane, -1);
      if (same.size === 0) calls.delete(waiting.operation);
      if (calls.size === 0) callers.delete(waiting.caller);
    },
    callers: (lane) => [...laneOf(lane).keys()],
    sizeOf: (lane, caller) =>
      [...(laneOf(lane).get(caller)?.values() ?? [])].reduce((sum, { size }) => sum + size, 0),
    first(lane, caller, isOpen) {
      const heads = [...(laneOf(lane).get(caller) ?? [])].flatMap(([operation, [head]]) =>
        head && isOpen(operation) ? [head] : [],
      );
      return heads.reduce<Waiting | null>(
        (first, head) => (first === null || head.since < first.since ? head : first),
        null,
      );
    },
    lastBelow(lane) {
      const below = LANES.slice(LANES.indexOf(lane) + 1).toReversed();
      const lowest = below.find((other) => (sizes.get(other) ?? 0) > 0);
      return lowest === undefined ? null : ([...inLane(lowest)].at(-1) ?? null);
    },
    *all() {
      for (const lane of LANES) yield* inLane(lane);
    },
  };
}
