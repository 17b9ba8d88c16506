import type { UpstreamReport } from '../../client/index.ts';

/** What is known of the speed of an import. */
export interface Speed {
  /** Rows that were written, and what that took. */
  readonly rows: number;
  readonly calls: number;
  readonly elapsedMs: number;
  /** Longest time until the quota came back, as far as it was seen: the window of the quota. */
  readonly windowMs: number;
  readonly upstream: UpstreamReport | null;
}

/**
 * Milliseconds that the rest of the rows will take: as long as the rows before, or as long as the store's quota needs for their
 * calls. Null if nothing was written yet.
 */
export function timeLeft(
  rowsLeft: number,
  { rows, calls, elapsedMs, windowMs, upstream }: Speed,
): number | null {
  if (rows === 0) return null;
  const bySpeed = (rowsLeft * elapsedMs) / rows;
  const quota = upstream?.quota ?? null;
  const callsLeft = (rowsLeft * calls) / rows;
  if (quota === null || callsLeft <= quota.remaining) return bySpeed;
  const moreWindows = Math.floor((callsLeft - quota.remaining) / quota.limit);
  return quota.resetMs + moreWindows * Math.max(windowMs, quota.resetMs);
}
