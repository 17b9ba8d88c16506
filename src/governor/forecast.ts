import { LANES, type Lane } from './lanes.ts';
import type { Line } from './line.ts';
import type { QuotaPicture } from './quota-picture.ts';
import type { Shares } from './shares.ts';

/**
 * Foretells how long a call has to wait at the least.
 *
 * @param before calls of the same caller, in the same lane, that wait before it
 * @returns milliseconds
 */
export type Forecast = (lane: Lane, caller: string, before: number) => number;

export function createForecast(picture: QuotaPicture, line: Line, shares: Shares): Forecast {
  /** Calls that go first: callers take turns, so that of each other one no more goes before than of this one. */
  function ahead(lane: Lane, caller: string, before: number): number {
    const others = line.callers(lane).filter((other) => other !== caller);
    const above = LANES.slice(0, LANES.indexOf(lane)).reduce((sum, other) => sum + line.size(other), 0);
    return (
      others.reduce((sum, other) => sum + Math.min(before + 1, line.sizeOf(lane, other)), before) + above
    );
  }

  return (lane, caller, before) => {
    const free = shares.free();
    const perWindow = picture.quota();
    // Without a word of the store's on what it grants, all that is known is how long it told to stay away.
    if (free === Number.POSITIVE_INFINITY || perWindow === null) return picture.resetMs();
    const windowMs = picture.windowMs();
    const position = ahead(lane, caller, before);
    if (picture.kind() === 'sliding') return Math.max(0, ((position + 1 - free) / perWindow) * windowMs);
    const resetMs = picture.resetMs();
    if (resetMs === 0) return Math.floor(position / perWindow) * windowMs;
    const spare = Math.max(0, shares.spare(lane));
    if (position < spare) return 0;
    // What is kept for others is let go evenly until the window ends.
    if (position < free) return (resetMs * (position + 1 - spare)) / (free - spare);
    return resetMs + Math.floor((position - Math.max(0, free)) / perWindow) * windowMs;
  };
}
