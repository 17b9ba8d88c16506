import type { Chance } from '../chance.ts';
import { sameSecond } from './awkward.ts';

/** The second before which nothing happened in any seeded store: 2019-03-04T09:00:00Z. */
export const opening = Date.UTC(2019, 2, 4, 9) / 1000;

/** The last second of the seeded past: 2026-10-31T18:00:00Z. Fixed, so that a store does not change with the day. */
const closing = Date.UTC(2026, 9, 31, 18) / 1000;

/** When a customer of a store of some size signed up: spread over the past, in order of the ids. */
export function createdAt(id: number, customers: number): number {
  let place = id;
  while (sameSecond.has(place)) place -= 1;
  return Math.floor(opening + ((closing - opening) * place) / (customers + 1));
}

/** A later moment, at the latest the end of the past. */
export function afterwards(chance: Chance, since: number): number {
  return since + Math.floor(chance.number() ** 2 * (closing - since));
}
