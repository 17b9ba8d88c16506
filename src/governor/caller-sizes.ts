import { RenewedSet } from '../renewed-collections.ts';
import type { CallerCalls } from './caller-ring.ts';

/** Counts the calls of all callers in a lane. Its cost does not depend on the number of callers. */
export interface CallerSizes {
  /** Number of calls of all callers. */
  total(): number;
  /** Adds a call to a caller, or removes one. */
  change(caller: CallerCalls, by: 1 | -1): void;
  /** Number of calls of the caller that has the most. */
  largestSize(): number;
  /** The callers with this number of calls. */
  largest(): Iterable<CallerCalls>;
  /** Number of calls in the first rounds, if every caller starts one call per round. */
  inRounds(count: number): number;
  /** The same for every number of rounds, from 0. */
  allRounds(): readonly number[];
}

export function createCallerSizes(): CallerSizes {
  /** The callers that have a certain number of calls, by that number. */
  const bySize: RenewedSet<CallerCalls>[] = [new RenewedSet()];
  /** Number of callers that still have a call in a round, by the index of the round. */
  const rounds: number[] = [];
  let total = 0;

  return {
    total: () => total,
    change(caller, by) {
      bySize[caller.size]?.delete(caller);
      const round = by === 1 ? caller.size : caller.size - 1;
      rounds[round] = (rounds[round] ?? 0) + by;
      caller.size += by;
      total += by;
      const callers = bySize[caller.size] ?? new RenewedSet();
      bySize[caller.size] = caller.size === 0 ? callers : callers.add(caller);
      while (bySize.length > 1 && bySize[bySize.length - 1]?.size === 0) bySize.pop();
      if (rounds[rounds.length - 1] === 0) rounds.pop();
    },
    largestSize: () => bySize.length - 1,
    largest: () => bySize[bySize.length - 1] ?? [],
    inRounds(count) {
      if (count >= rounds.length) return total;
      let sum = 0;
      // Whichever end is nearer.
      if (count <= rounds.length / 2) {
        for (let round = 0; round < count; round += 1) sum += rounds[round] ?? 0;
        return sum;
      }
      for (let round = count; round < rounds.length; round += 1) sum += rounds[round] ?? 0;
      return total - sum;
    },
    allRounds() {
      const sums = [0];
      for (const callers of rounds) sums.push((sums.at(-1) ?? 0) + callers);
      return sums;
    },
  };
}
