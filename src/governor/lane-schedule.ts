import { LANE_RULES, LANES, type Lane } from './lanes.ts';

/**
 * Start-time fair queueing over the lanes: a lane within its share goes first when it has a call, and a lane that always
 * has calls gets its share of the starts. Without it, a lane with many calls would keep all connections busy.
 */
export interface LaneSchedule {
  /** All lanes in the order in which they may start a call. */
  order(): readonly [Lane, Lane, Lane];
  /** Records that a lane starts a call. */
  recordStart(lane: Lane): void;
  /** Records that a call of a lane has ended. */
  recordEnd(lane: Lane): void;
  /** Calls in flight of a lane. */
  inFlight(lane: Lane): number;
}

export function createLaneSchedule(): LaneSchedule {
  const [first, second, third] = LANES as readonly [Lane, Lane, Lane];
  /** Virtual time at which the next call of a lane starts. */
  const next: Record<Lane, number> = { interactive: 0, standard: 0, bulk: 0 };
  const inFlight: Record<Lane, number> = { interactive: 0, standard: 0, bulk: 0 };
  let virtualTime = 0;
  const startOf = (lane: Lane) => Math.max(next[lane], virtualTime);

  return {
    order() {
      const [one, two] = startOf(second) < startOf(first) ? [second, first] : [first, second];
      if (startOf(third) < startOf(one)) return [third, one, two];
      return startOf(third) < startOf(two) ? [one, third, two] : [one, two, third];
    },
    recordStart(lane) {
      virtualTime = startOf(lane);
      next[lane] = virtualTime + 1 / LANE_RULES[lane].share;
      inFlight[lane] += 1;
    },
    recordEnd(lane) {
      inFlight[lane] -= 1;
    },
    inFlight: (lane) => inFlight[lane],
  };
}
