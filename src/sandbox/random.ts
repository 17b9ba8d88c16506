/** A deterministic pseudo-random number generator. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A uniform integer from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** True with this probability, from 0 to 1. */
  boolean(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** The pattern with each `#` replaced by a digit and each `@` by a capital letter. */
  replaceSymbols(pattern: string): string;
  /** A string in the format of a version 4 UUID. */
  uuid(): string;
}

/**
 * Creates a generator from seed numbers. Each record has its own generator, seeded with the store's seed and the
 * record's position, so an additional address of one customer does not change other customers.
 */
export function createRandom(...numbers: readonly number[]): Random {
  let state = numbers.reduce((sum, number) => mixBits(sum ^ mixBits(number)), 0x9e3779b9);

  // Mulberry32: small, fast, and random enough for names and house numbers.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const hex = (digits: number) => Array.from({ length: digits }, () => integer(0, 15).toString(16)).join('');
  return Object.freeze({
    next,
    integer,
    boolean: (probability: number) => next() < probability,
    pick: <T>(from: readonly [T, ...T[]]): T => from[integer(0, from.length - 1)] ?? from[0],
    replaceSymbols: (pattern: string) =>
      pattern
        .replaceAll('#', () => String(integer(0, 9)))
        .replaceAll('@', () => String.fromCharCode(integer(65, 90))),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  });
}

function mixBits(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) ^ (mixed >>> 16);
}
