import { describe, expect, test } from 'vitest';
import {
  checkCount,
  checkWord,
  matchesNothing,
  parseDates,
  parseIds,
  parseWords,
} from '../../src/resolvers/filters.ts';

const second = (n: number) => new Date(Date.UTC(2024, 0, 1, 0, 0, n));

describe('a list in a filter', () => {
  test('is absent for null, empty for empty, and has each value once', () => {
    expect([parseIds(null, 'f'), parseIds(undefined, 'f'), parseWords(null, 'f')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([parseIds([], 'f'), parseWords([], 'f')]).toEqual([[], []]);
    expect(parseIds([3, 1, 3], 'f')).toEqual([3, 1]);
    expect(parseWords(['b', 'a', 'b'], 'f')).toEqual(['b', 'a']);
  });

  test.each([[[0]], [[1, -1]], [[1.5]], [[2_147_483_648]]])('of ids does not hold %o', (ids) => {
    expect(() => parseIds(ids, 'filter.entityIds')).toThrow(
      'filter.entityIds: holds a number that is no id.',
    );
  });

  test.each([
    ['a,b', 'holds a comma, which the store cannot be asked for.'],
    ['', 'holds an empty value.'],
    [' \t', 'holds an empty value.'],
    ['\ud800', 'holds text that is not valid Unicode.'],
  ])('of words does not hold %o', (word, problem) => {
    expect(() => checkWord(word, 'filter.names')).toThrow(`filter.names: ${problem}`);
  });

  test('holds no more values than can be asked for', () => {
    expect(() => checkCount(Array(250).fill(1), 250, 'f')).not.toThrow();
    expect(() => checkCount(undefined, 250, 'f')).not.toThrow();
    expect(() => checkCount(Array(251).fill(1), 250, 'f')).toThrow(
      'f: holds 251 values; 250 can be asked for.',
    );
  });
});

describe('a window of time', () => {
  test('is absent for null, and open where an end is', () => {
    expect(parseDates(null, 'f')).toBeUndefined();
    expect(parseDates({ min: second(1), max: null }, 'f')).toEqual({
      min: second(1),
      max: undefined,
      equals: undefined,
    });
  });

  test('may be a moment, also within bounds that are that moment', () => {
    const at = second(5);
    expect(parseDates({ equals: at, min: at, max: at }, 'f')).toEqual({ equals: at, min: at, max: at });
  });

  test.each([
    [{ min: second(2), max: second(1) }, 'ends before it begins.'],
    [{ equals: second(5), max: second(1) }, 'ends before it begins.'],
    [{ equals: second(0), min: second(1) }, 'ends before it begins.'],
    [{ equals: second(9), min: second(1), max: second(3) }, 'asks for a moment outside of its own bounds.'],
    [{ equals: second(0), min: second(1), max: second(3) }, 'asks for a moment outside of its own bounds.'],
  ])('%o contradicts itself', (filter, problem) => {
    expect(() => parseDates(filter, 'filter.createdAt')).toThrow(`filter.createdAt: ${problem}`);
  });
});

test('nothing matches an empty list or a moment between two seconds', () => {
  expect(matchesNothing({})).toBe(false);
  expect(matchesNothing({ a: undefined, b: [1], c: { equals: second(1) }, d: {} })).toBe(false);
  expect(matchesNothing({ b: [1], a: [] })).toBe(true);
  expect(matchesNothing({ c: { equals: new Date(second(1).getTime() + 1) } })).toBe(true);
  expect(matchesNothing({ c: { min: new Date(second(1).getTime() + 1) } })).toBe(false);
});
