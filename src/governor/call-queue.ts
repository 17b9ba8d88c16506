import type { StartRules } from './caller-turns.ts';
import { createLaneQueue, type LaneQueue } from './lane-queue.ts';
import { LANE_RULES, LANES, type Lane } from './lanes.ts';
import type { QueuedCall } from './queued-call.ts';

/** The queued calls: of the three lanes, and the urgent ones, which go before all lanes. */
export interface CallQueue {
  /** Number of calls in a lane, or of all calls. */
  size(lane?: Lane): number;
  urgentSize(): number;
  push(call: QueuedCall): void;
  /** Removes a call that does not start. Does nothing if it is not in the queue. */
  remove(call: QueuedCall): void;
  /** Removes a call that starts. */
  take(call: QueuedCall): void;
  /** The next call of a lane; null if none can start. */
  next(lane: Lane, rules: StartRules): QueuedCall | null;
  /** The next urgent call; null if none can start. */
  nextUrgent(canStart: (operation: string) => boolean): QueuedCall | null;
  /** Number of calls of a caller in a lane. */
  sizeOf(lane: Lane, caller: string): number;
  /** Number of calls of a lane that start before one of a caller, if `own` of its calls start before this one. */
  ahead(lane: Lane, own: number): number;
  /**
   * Makes room for a call in a full queue. Evicts the last call of the caller with the most calls, in the lowest lane
   * that holds more than its share of the queue.
   *
   * @returns the evicted call; null if it is the new call that has to be rejected
   */
  evictFor(call: QueuedCall, maxQueued: number): QueuedCall | null;
  /** All calls, each with the number of calls of its lane that start before it. */
  entries(): Iterable<readonly [QueuedCall, number]>;
}

export function createCallQueue(): CallQueue {
  const lanes: Readonly<Record<Lane, LaneQueue>> = {
    interactive: createLaneQueue(),
    standard: createLaneQueue(),
    bulk: createLaneQueue(),
  };
  const urgent = createLaneQueue();
  const lowestFirst = LANES.toReversed();
  const queueOf = ({ isUrgent, lane }: QueuedCall) => (isUrgent ? urgent : lanes[lane]);
  const inLanes = () => lanes.interactive.size() + lanes.standard.size() + lanes.bulk.size();

  return {
    size: (lane) => (lane === undefined ? urgent.size() + inLanes() : lanes[lane].size()),
    urgentSize: urgent.size,
    push: (call) => queueOf(call).push(call),
    remove: (call) => queueOf(call).remove(call),
    take: (call) => queueOf(call).take(call),
    next: (lane, rules) => lanes[lane].next(rules),
    nextUrgent: (canStart) => urgent.next({ canStart, ...WITHOUT_SHARES }),
    sizeOf: (lane, caller) => lanes[lane].sizeOf(caller),
    ahead: (lane, own) => urgent.size() + lanes[lane].ahead(own),
    evictFor(call, maxQueued) {
      // The shares add up to 1 and the new call is one too many, so a lane is over its share.
      const isOverShare = (lane: Lane) =>
        lanes[lane].size() + (lane === call.lane ? 1 : 0) > Math.floor(LANE_RULES[lane].share * maxQueued);
      const lane = lowestFirst.find(isOverShare) ?? call.lane;
      const queue = lanes[lane];
      if (lane === call.lane && queue.sizeOf(call.caller) + 1 >= queue.largestSize()) return null;
      const evicted = queue.lastOfLargest();
      if (evicted !== null) queue.remove(evicted);
      return evicted;
    },
    *entries() {
      yield* urgent.entries();
      for (const lane of LANES) {
        for (const [call, ahead] of lanes[lane].entries()) yield [call, urgent.size() + ahead];
      }
    },
  };
}

const WITHOUT_SHARES = { isWithinShare: () => true, hasSurplus: () => true };
