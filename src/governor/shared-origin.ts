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
  const { caller, lane, deadlineAt } = first;
  // Properties, not getters: there is one such object for each call.
  const shared = {
    caller,
    lane,
    deadlineAt,
    join(other: CallOrigin) {
      const isHigher = LANES.indexOf(other.lane) < LANES.indexOf(shared.lane);
      if (!isHigher && other.deadlineAt <= shared.deadlineAt) return;
      if (isHigher) shared.lane = other.lane;
      shared.deadlineAt = Math.max(shared.deadlineAt, other.deadlineAt);
      for (const listener of listeners) listener();
    },
    onUpgrade(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return shared;
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
