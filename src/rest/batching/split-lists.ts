import { chunkKeys } from './chunks.ts';

/** Lists of values by the name of their condition. Undefined is no condition. */
type Lists = Readonly<Record<string, readonly (string | number)[] | undefined>>;

/** Maximum number of parts. An operation with more calls is too expensive anyway. */
const MAX_PARTS = 1_000;

/**
 * Splits the lists of a filter into combinations that fit one URL each. A record that matches the filter matches one of
 * them, or several if the store takes different values for the same.
 *
 * @param maxLength maximum length of all encoded lists in one URL, in characters
 * @returns null if a value is too long, or if there would be more than 1,000 parts
 */
export function splitLists<L extends Lists>(lists: L, maxLength: number): readonly L[] | null {
  const chunked = chunkLists(lists, maxLength);
  if (productOf(chunked) > MAX_PARTS) return null;
  const parts = chunked.reduce<readonly L[]>(
    (combined, { name, chunks }) =>
      combined.flatMap((part) => chunks.map((chunk) => ({ ...part, [name]: chunk }))),
    [lists],
  );
  return parts.every((part) => totalLength(part) <= maxLength) ? parts : null;
}

/** Number of parts in which `splitLists` splits these lists. Less space never takes fewer. */
export function countParts(lists: Lists, maxLength: number): number {
  return Math.min(productOf(chunkLists(lists, maxLength)), MAX_PARTS);
}

interface ChunkedList {
  readonly name: string;
  readonly chunks: readonly (readonly (string | number)[])[];
}

/** The lists that have to be split. Those that take no more than their share stay whole; the others share the rest. */
function chunkLists(lists: Lists, maxLength: number): readonly ChunkedList[] {
  if (totalLength(lists) <= maxLength) return [];
  const named = Object.entries(lists).flatMap(([name, values = []]) =>
    values.length === 0 ? [] : [{ name, values, length: listLength(values) }],
  );
  const share = maxLength / named.length;
  const long = named.filter(({ length }) => length > share);
  const short = named.filter(({ length }) => length <= share);
  const room = (maxLength - short.reduce((sum, { length }) => sum + length, 0)) / long.length;
  return long.map(({ name, values }) => ({ name, chunks: chunkKeys(values, room) }));
}

function productOf(chunked: readonly ChunkedList[]): number {
  return chunked.reduce((product, { chunks }) => product * chunks.length, 1);
}

function totalLength(lists: Lists): number {
  return Object.values(lists).reduce((sum, values = []) => sum + listLength(values), 0);
}

// One more than the encoded values for each: the comma, as in `chunkKeys`.
function listLength(values: readonly (string | number)[]): number {
  return values.reduce<number>((sum, value) => sum + encodeURIComponent(value).length + 1, 0);
}
