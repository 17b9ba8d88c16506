/** A stream of chance that always runs the same way from the same numbers. */
export interface Chance {
  /** At least 0, less than 1. */
  number(): number;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  /** True for this share of the calls, 0 to 1. */
  happens(share: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** A text with each `#` replaced by a digit and each `@` by a capital letter. */
  fill(pattern: string): string;
  /** A version 4 UUID in shape. */
  uuid(): string;
}

/**
 * Each record has a stream of its own, made from the seed and the record's place, so that one customer does not
 * change when another gets one address more.
 */
export function createChance(...numbers: readonly number[]): Chance {
  let state = numbers.reduce((sum, number) => scramble(sum ^ scramble(number)), 0x9e3779b9);

  // Mulberry32: small, fast, and good enough for names and house numbers.
  function number(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  const between = (low: number, high: number) => low + Math.floor(number() * (high - low + 1));
  const hex = (digits: number) => Array.from({ length: digits }, () => between(0, 15).toString(16)).join('');
  return Object.freeze({
    number,
    between,
    happens: (share: number) => number() < share,
    pick: <T>(from: readonly [T, ...T[]]): T => from[between(0, from.length - 1)] ?? from[0],
    fill: (pattern: string) =>
      pattern
        .replaceAll('#', () => String(between(0, 9)))
        .replaceAll('@', () => String.fromCharCode(between(65, 90))),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  });
}

function scramble(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) ^ (mixed >>> 16);
}
