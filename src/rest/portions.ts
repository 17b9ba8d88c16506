import { isTooLong, mayPassInParts } from './failure.ts';
import { LIST_VALUES } from './limits.ts';

/** The keys of one call, and the records or the error that it returned. */
export type Portion<K, T> =
  | { readonly keys: readonly K[]; readonly items: readonly T[] }
  | { readonly keys: readonly K[]; readonly error: unknown };

type Refused<K> = { readonly keys: readonly K[]; readonly error: unknown };

type Read<K, T> = (keys: readonly K[]) => Promise<readonly T[]>;

/** How many calls may still be spent on bisecting a rejected list. */
export interface Division {
  callsLeft: number;
}

/** @param callsLeft for all chunks of one caller's list together. @default 20 */
export function createDivision(callsLeft = 20): Division {
  return { callsLeft };
}

/**
 * Reads by a list of keys, in as few concurrent calls as possible. A failed call fails only its own keys. A rejected
 * call is bisected until the faulty key is alone.
 *
 * @param room maximum length of the encoded list in one URL, in characters
 */
export async function inPortions<K extends string | number, T>(
  keys: readonly K[],
  room: number,
  read: Read<K, T>,
): Promise<Portion<K, T>[]> {
  const budget = createDivision();
  const results = await Promise.all(split(keys, room).map((chunk) => attempt(chunk, read)));
  return (await Promise.all(results.map((chunk) => divided(chunk, read, budget)))).flat();
}

/** Reads a list without bisecting it. Never rejects. */
export async function attempt<K, T>(keys: readonly K[], read: Read<K, T>): Promise<Portion<K, T>> {
  try {
    return { keys, items: await read(keys) };
  } catch (error) {
    return { keys, error };
  }
}

/** Returns the chunk, or its bisected parts if the store rejected it. */
export async function divided<K, T>(
  chunk: Portion<K, T>,
  read: Read<K, T>,
  budget: Division,
): Promise<Portion<K, T>[]> {
  if (!isRefused(chunk) || chunk.keys.length === 1 || budget.callsLeft < 2) return [chunk];
  budget.callsLeft -= 2;
  const middle = Math.ceil(chunk.keys.length / 2);
  const halves = await Promise.all([
    attempt(chunk.keys.slice(0, middle), read),
    attempt(chunk.keys.slice(middle), read),
  ]);
  // If both halves are rejected, a single key is hardly the cause, and further calls would be wasted.
  if (!isTooLong(chunk.error) && halves.every(isRefused)) return halves;
  return (await Promise.all(halves.map((half) => divided(half, read, budget)))).flat();
}

/** Decodes the records of each chunk. A chunk with an undecodable record becomes a failed one. */
export function readPortions<K, T>(
  chunks: readonly Portion<K, unknown>[],
  read: (record: unknown) => T,
): Portion<K, T>[] {
  return chunks.map((chunk) => {
    if ('error' in chunk) return chunk;
    try {
      return { keys: chunk.keys, items: chunk.items.map(read) };
    } catch (error) {
      return { keys: chunk.keys, error };
    }
  });
}

/** The records of all chunks. @throws the error of the first failed chunk */
export function joined<K, T>(chunks: readonly Portion<K, T>[]): T[] {
  return chunks.flatMap((chunk) => {
    if ('error' in chunk) throw chunk.error;
    return chunk.items;
  });
}

/** Whether the store rejected the list but may accept a smaller part of it. */
export function isRefused<K, T>(chunk: Portion<K, T>): chunk is Refused<K> {
  return 'error' in chunk && mayPassInParts(chunk.error);
}

/** Splits a list into chunks that fit one call each. A key that is too long by itself gets its own chunk, for the store to reject. */
export function split<K extends string | number>(keys: readonly K[], room: number): K[][] {
  const chunks: K[][] = [];
  let chunk: K[] = [];
  let length = 0;
  for (const key of keys) {
    const added = encodeURIComponent(key).length + 1;
    if (chunk.length > 0 && (chunk.length === LIST_VALUES || length + added > room)) {
      chunks.push(chunk);
      chunk = [];
      length = 0;
    }
    chunk.push(key);
    length += added;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
