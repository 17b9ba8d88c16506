import type { Random } from '../random.ts';
import { sameSecondIds } from './edge-cases.ts';

/** The start of the seeded time range, in Unix seconds: 2019-03-04T09:00:00Z. */
export const startSeconds = Date.UTC(2019, 2, 4, 9) / 1000;

/** The end of the seeded time range, in Unix seconds: 2026-10-31T18:00:00Z. Fixed, so a store does not depend on the date. */
const endSeconds = Date.UTC(2026, 9, 31, 18) / 1000;

/** The creation time of a customer, in Unix seconds. Spread evenly over the time range, in order of the ids. */
export function createdAt(id: number, customers: number): number {
  let position = id;
  while (sameSecondIds.has(position)) position -= 1;
  return Math.floor(startSeconds + ((endSeconds - startSeconds) * position) / (customers + 1));
}

/** A random later time, at most the end of the time range. */
export function randomLaterTime(random: Random, since: number): number {
  return since + Math.floor(random.next() ** 2 * (endSeconds - since));
}
