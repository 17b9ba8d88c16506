import type { Layer } from '../client/call.ts';

/** The time between two writes. Reads are shared only if they begin in the same period. */
export interface SharingPeriod {
  number: number;
}

/**
 * Ends the period after each call. Reads in flight may return the state before a write, so later reads must not join
 * them. The same holds for a read that settles a write: the write may have taken effect just before it.
 */
export function endSharing<A, C>(period: SharingPeriod, next: Layer<A, C>): Layer<A, C> {
  return async (call) => {
    try {
      return await next(call);
    } finally {
      period.number += 1;
    }
  };
}
