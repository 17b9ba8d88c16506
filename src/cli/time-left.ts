import type { UpstreamReport } from '../client/index.ts';

/** What was done at once, and what it cost. */
export interface Step {
  /** Rows that were written, or customers that were read. */
  readonly items: number;
  /** REST calls that the gateway made for them. */
  readonly calls: number;
  readonly upstream: UpstreamReport | null;
}

/** Estimates when a long task ends. */
export interface TimeLeft {
  add(step: Step): void;
  /** Milliseconds that the rest will take. Null if it is not known. */
  of(itemsLeft: number): number | null;
}

/** @param now milliseconds since any moment */
export function createTimeLeft(now: () => number): TimeLeft {
  const begunAt = now();
  let speed: Speed = { items: 0, calls: 0, elapsedMs: 0, windowMs: 0, upstream: null };
  return {
    add({ items, calls, upstream }) {
      speed = {
        items: speed.items + items,
        calls: speed.calls + calls,
        elapsedMs: now() - begunAt,
        windowMs: Math.max(speed.windowMs, upstream?.quota?.resetMs ?? 0),
        upstream: upstream ?? speed.upstream,
      };
    },
    of: (itemsLeft) => timeLeft(itemsLeft, speed),
  };
}

/** What is known of the speed of a task. */
export interface Speed {
  /** Items that are done, and what that took. */
  readonly items: number;
  readonly calls: number;
  readonly elapsedMs: number;
  /** Longest time until the quota came back, as far as it was seen: the window of the quota. */
  readonly windowMs: number;
  readonly upstream: UpstreamReport | null;
}

/**
 * Milliseconds that the rest of the items will take: as long as the items before, or as long as the store's quota needs for their
 * calls. Null if nothing is done yet.
 */
export function timeLeft(
  itemsLeft: number,
  { items, calls, elapsedMs, windowMs, upstream }: Speed,
): number | null {
  if (items === 0) return null;
  const bySpeed = (itemsLeft * elapsedMs) / items;
  const quota = upstream?.quota ?? null;
  const callsLeft = (itemsLeft * calls) / items;
  if (quota === null || callsLeft <= quota.remaining) return bySpeed;
  const moreWindows = Math.floor((callsLeft - quota.remaining) / quota.limit);
  return quota.resetMs + moreWindows * Math.max(windowMs, quota.resetMs);
}
