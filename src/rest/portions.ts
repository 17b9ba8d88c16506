import { isTooLong, mayPassInParts } from './failure.ts';
import { LIST_VALUES } from './limits.ts';

/** The part of a list of keys that went out in one call, and what came of it. */
export type Portion<K, T> =
  | { readonly keys: readonly K[]; readonly items: readonly T[] }
  | { readonly keys: readonly K[]; readonly error: unknown };

type Refused<K> = { readonly keys: readonly K[]; readonly error: unknown };

/** Calls that may be spent on finding what the store refuses in one list. */
const CALLS_TO_DIVIDE = 20;

/**
 * Reads by a list of keys, which goes out in as few calls as fit, side by side. A call that fails takes only its own
 * keys with it; one that the store refuses is divided until the value at fault stands alone.
 *
 * @param room characters that the encoded list may take in one URL
 */
export async function inPortions<K extends string | number, T>(
  keys: readonly K[],
  room: number,
  read: (keys: readonly K[]) => Promise<readonly T[]>,
): Promise<Portion<K, T>[]> {
  let callsLeft = CALLS_TO_DIVIDE;

  async function attempt(part: readonly K[]): Promise<Portion<K, T>> {
    try {
      return { keys: part, items: await read(part) };
    } catch (error) {
      return { keys: part, error };
    }
  }

  async function divide(portion: Portion<K, T>): Promise<Portion<K, T>[]> {
    if (!isRefused(portion) || portion.keys.length === 1 || callsLeft < 2) return [portion];
    callsLeft -= 2;
    const middle = Math.ceil(portion.keys.length / 2);
    const halves = await Promise.all([
      attempt(portion.keys.slice(0, middle)),
      attempt(portion.keys.slice(middle)),
    ]);
    // Where both halves are refused it is hardly a value's fault, and every further call would be spent in vain.
    if (!isTooLong(portion.error) && halves.every(isRefused)) return halves;
    return (await Promise.all(halves.map(divide))).flat();
  }

  const answered = await Promise.all(split(keys, room).map(attempt));
  return (await Promise.all(answered.map(divide))).flat();
}

/** What all portions hold together; the first failure where any failed. */
export function joined<K, T>(portions: readonly Portion<K, T>[]): T[] {
  return portions.flatMap((portion) => {
    if ('error' in portion) throw portion.error;
    return portion.items;
  });
}

function isRefused<K, T>(portion: Portion<K, T>): portion is Refused<K> {
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
