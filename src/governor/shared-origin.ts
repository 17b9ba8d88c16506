import { type CallOrigin, LANES } from './lanes.ts';

/**
 * The origin of a call that several operations wait for. It belongs to the caller of the first one. Its lane is the
 * highest and its deadline the latest of all that have joined.
 */
export interface SharedOrigin extends CallOrigin {
  /** Another operation waits for the call. */
  join(origin: CallOrigin): void;
  /** Calls a function after each change of lane or deadline. @returns a function that ends this */
  onUpgrade(listener: () => void): () => void;
}

export function createSharedOrigin(first: CallOrigin): SharedOrigin {
  const listeners = new Set<() => void>();
  let { lane, deadlineAt } = first;

  return {
    caller: first.caller,
    get lane() {
      return lane;
    },
    get deadlineAt() {
      return deadlineAt;
    },
    join(other) {
      const isHigher = LANES.indexOf(other.lane) < LANES.indexOf(lane);
      if (!isHigher && other.deadlineAt <= deadlineAt) return;
      if (isHigher) lane = other.lane;
      deadlineAt = Math.max(deadlineAt, other.deadlineAt);
      for (const listener of listeners) listener();
    },
    onUpgrade(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The same origin in the bulk lane. */
export function inBulkLane(origin: CallOrigin | SharedOrigin): CallOrigin | SharedOrigin {
  const { caller } = origin;
  if (!('onUpgrade' in origin)) return { caller, lane: 'bulk', deadlineAt: origin.deadlineAt };
  return {
    ...origin,
    lane: 'bulk',
    get deadlineAt() {
      return origin.deadlineAt;
    },
  };
}
