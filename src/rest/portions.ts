import { isTooLong, mayPassInParts } from './failure.ts';
import { LIST_VALUES } from './limits.ts';

/** The part of a list of keys that went out in one call, and what came of it. */
export type Portion<K, T> =
  | { readonly keys: readonly K[]; readonly items: readonly T[] }
  | { readonly keys: readonly K[]; readonly error: unknown };

type Refused<K> = { readonly keys: readonly K[]; readonly error: unknown };

type Read<K, T> = (keys: readonly K[]) => Promise<readonly T[]>;

/** Calls that may still be spent on finding what the store refuses in a list. */
export interface Division {
  callsLeft: number;
}

/** @param callsLeft for one caller's list, in however many calls it went out. @default 20 */
export function createDivision(callsLeft = 20): Division {
  return { callsLeft };
}

/**
 * Reads by a list of keys, which goes out in as few calls as fit, side by side. A call that fails takes only its own
 * keys with it; one that the store refuses is divided until the value at fault stands alone.
 *
 * @param room characters that the encoded list may take in one URL
 */
export async function inPortions<K extends string | number, T>(
  keys: readonly K[],
  room: number,
  read: Read<K, T>,
): Promise<Portion<K, T>[]> {
  const division = createDivision();
  const answered = await Promise.all(split(keys, room).map((part) => attempt(part, read)));
  return (await Promise.all(answered.map((portion) => divided(portion, read, division)))).flat();
}

/** Reads a list in one go. */
export async function attempt<K, T>(keys: readonly K[], read: Read<K, T>): Promise<Portion<K, T>> {
  try {
    return { keys, items: await read(keys) };
  } catch (error) {
    return { keys, error };
  }
}

/** A portion as it is, or what became of its parts where the store refuses it as a whole. */
export async function divided<K, T>(
  portion: Portion<K, T>,
  read: Read<K, T>,
  division: Division,
): Promise<Portion<K, T>[]> {
  if (!isRefused(portion) || portion.keys.length === 1 || division.callsLeft < 2) return [portion];
  division.callsLeft -= 2;
  const middle = Math.ceil(portion.keys.length / 2);
  const halves = await Promise.all([
    attempt(portion.keys.slice(0, middle), read),
    attempt(portion.keys.slice(middle), read),
  ]);
  // Where both halves are refused it is hardly a value's fault, and every further call would be spent in vain.
  if (!isTooLong(portion.error) && halves.every(isRefused)) return halves;
  return (await Promise.all(halves.map((half) => divided(half, read, division)))).flat();
}

/** The same portions with their records read. One that holds a record that cannot be read has failed. */
export function readPortions<K, T>(
  portions: readonly Portion<K, unknown>[],
  read: (record: unknown) => T,
): Portion<K, T>[] {
  return portions.map((portion) => {
    if ('error' in portion) return portion;
    try {
      return { keys: portion.keys, items: portion.items.map(read) };
    } catch (error) {
      return { keys: portion.keys, error };
    }
  });
}

/** What all portions hold together; the first failure where any failed. */
export function joined<K, T>(portions: readonly Portion<K, T>[]): T[] {
  return portions.flatMap((portion) => {
    if ('error' in portion) throw portion.error;
    return portion.items;
  });
}

/** Whether the store refuses the list, and might take a smaller part of it. */
export function isRefused<K, T>(portion: Portion<K, T>): portion is Refused<K> {
  return 'error' in portion && mayPassInParts(portion.error);
}

/** Cuts a list so that each part fits one call. A value that is too long by itself stands alone, for the store to judge. */
export function split<K extends string | number>(keys: readonly K[], room: number): K[][] {
  const parts: K[][] = [];
  let part: K[] = [];
  let length = 0;
  for (const key of keys) {
    const added = encodeURIComponent(key).length + 1;
    if (part.length > 0 && (part.length === LIST_VALUES || length + added > room)) {
      parts.push(part);
      part = [];
      length = 0;
    }
    part.push(key);
    length += added;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
