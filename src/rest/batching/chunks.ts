import { isListTooLong, isSplittable } from '../errors.ts';
import { MAX_IN_VALUES } from '../limits.ts';
import { encodeValue } from '../wire/query.ts';

/** The keys of one call, and the records or the error that it returned. */
export type Chunk<K, T> =
  | {
      readonly keys: readonly K[];
      readonly items: readonly T[];
      /** The records that could not be decoded. @default none */
      readonly unreadable?: readonly UnreadableRecord<K>[];
    }
  | { readonly keys: readonly K[]; readonly error: unknown };

export interface UnreadableRecord<K> {
  /** The key that it belongs to. Null if it does not say, so it may belong to any. */
  readonly key: K | null;
  readonly error: unknown;
}

type RejectedChunk<K> = { readonly keys: readonly K[]; readonly error: unknown };

/** @param isWhole false for a part of a list that the store rejected */
type ReadKeys<K, T> = (keys: readonly K[], isWhole: boolean) => Promise<readonly T[]>;

/** How many calls may still be spent on bisecting a rejected list. */
interface BisectBudget {
  remainingCalls: number;
}

/** Maximum number of calls that bisect the rejected chunks of one caller's list. */
export const MAX_BISECT_CALLS = 20;

function createBisectBudget(remainingCalls = MAX_BISECT_CALLS): BisectBudget {
  return { remainingCalls };
}

/**
 * Reads by a list of keys, in as few concurrent calls as possible. A failed call fails only its own keys. A rejected
 * call is bisected until the faulty key is alone.
 *
 * @param maxLength maximum length of the encoded list in one URL, in characters
 */
export async function readInChunks<K extends string | number, T>(
  keys: readonly K[],
  maxLength: number,
  read: ReadKeys<K, T>,
): Promise<Chunk<K, T>[]> {
  const budget = createBisectBudget();
  const results = await Promise.all(chunkKeys(keys, maxLength).map((chunk) => readChunk(chunk, true, read)));
  return (await Promise.all(results.map((chunk) => bisect(chunk, read, budget)))).flat();
}

/** Reads a list without bisecting it. Never rejects. */
async function readChunk<K, T>(
  keys: readonly K[],
  isWhole: boolean,
  read: ReadKeys<K, T>,
): Promise<Chunk<K, T>> {
  try {
    return { keys, items: await read(keys, isWhole) };
  } catch (error) {
    return { keys, error };
  }
}

/** Returns the chunk, or its bisected parts if the store rejected it. */
async function bisect<K, T>(
  chunk: Chunk<K, T>,
  read: ReadKeys<K, T>,
  budget: BisectBudget,
): Promise<Chunk<K, T>[]> {
  if (!isRejected(chunk) || chunk.keys.length === 1 || budget.remainingCalls < 2) return [chunk];
  budget.remainingCalls -= 2;
  const middle = Math.ceil(chunk.keys.length / 2);
  const halves = await Promise.all([
    readChunk(chunk.keys.slice(0, middle), false, read),
    readChunk(chunk.keys.slice(middle), false, read),
  ]);
  // If both halves are rejected, a single key is hardly the cause, and further calls would be wasted.
  if (!isListTooLong(chunk.error) && halves.every(isRejected)) return halves;
  return (await Promise.all(halves.map((half) => bisect(half, read, budget)))).flat();
}

/** Decodes the records of each chunk. One that cannot be decoded fails only the key that it belongs to. */
export function decodeChunks<K, T>(
  chunks: readonly Chunk<K, unknown>[],
  decode: (record: unknown) => T,
  keyOf: (record: unknown) => K | null,
): Chunk<K, T>[] {
  return chunks.map((chunk) => {
    if ('error' in chunk) return chunk;
    const items: T[] = [];
    const unreadable: UnreadableRecord<K>[] = [];
    for (const record of chunk.items) {
      try {
        items.push(decode(record));
      } catch (error) {
        unreadable.push({ key: keyOf(record), error });
      }
    }
    return { keys: chunk.keys, items, unreadable };
  });
}

/** The records of all chunks. @throws the error of the first chunk or record that failed */
export function itemsOrThrow<K, T>(chunks: readonly Chunk<K, T>[]): T[] {
  return chunks.flatMap((chunk) => {
    if ('error' in chunk) throw chunk.error;
    const [failed] = chunk.unreadable ?? [];
    if (failed !== undefined) throw failed.error;
    return chunk.items;
  });
}

/** Whether the store rejected the list but may accept a smaller part of it. */
function isRejected<K, T>(chunk: Chunk<K, T>): chunk is RejectedChunk<K> {
  return 'error' in chunk && isSplittable(chunk.error);
}

/** Splits a list into chunks that fit one call each. A key that is too long by itself gets its own chunk, for the store to reject. */
export function chunkKeys<K extends string | number>(keys: readonly K[], maxLength: number): K[][] {
  const chunks: K[][] = [];
  let chunk: K[] = [];
  let length = 0;
  for (const key of keys) {
    const added = encodeValue(key).length + 1;
    if (chunk.length > 0 && (chunk.length === MAX_IN_VALUES || length + added > maxLength)) {
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
