import { describe, expect, test } from 'vitest';
import {
  assertFilterValue,
  limitValues,
  matchesNothing,
  parseDateFilter,
  parseIds,
  parseStrings,
} from '../../../src/resolvers/inputs/filters.ts';

const second = (n: number) => new Date(Date.UTC(2024, 0, 1, 0, 0, n));

describe('a list in a filter', () => {
  test('is undefined for null, stays empty if empty, and has no duplicates', () => {
    expect([parseIds(null, 'f'), parseIds(undefined, 'f'), parseStrings(null, 'f')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([parseIds([], 'f'), parseStrings([], 'f')]).toEqual([[], []]);
    expect(parseIds([3, 1, 3], 'f')).toEqual([3, 1]);
    expect(parseStrings(['b', 'a', 'b'], 'f')).toEqual(['b', 'a']);
  });

  test.each([[[0]], [[1, -1]], [[1.5]], [[2_147_483_648]]])('of ids rejects %o', (ids) => {
    expect(() => parseIds(ids, 'filter.entityIds')).toThrow(
      'filter.entityIds: contains a number that is not a valid id.',
    );
  });

  test.each([
    ['a,b', "contains a comma, which the store's filters do not support."],
    ['', 'contains an empty value.'],
    [' \t', 'contains an empty value.'],
    ['\ud800', 'contains text that is not valid Unicode.'],
  ])('of strings rejects %o', (word, problem) => {
    expect(() => assertFilterValue(word, 'filter.names')).toThrow(`filter.names: ${problem}`);
  });

  test('is rejected if it has more values than the maximum', () => {
    const lists = { names: Array(250).fill('x'), companies: undefined };
    expect(limitValues(lists)).toBe(lists);
    expect(() => limitValues({ ...lists, companies: Array(251).fill('x') })).toThrow(
      'filter.companies: contains 251 values; at most 250 are allowed.',
    );
  });
});

describe('a date filter', () => {
  test('is undefined for null, and open-ended if a bound is missing', () => {
    expect(parseDateFilter(null, 'f')).toBeUndefined();
    expect(parseDateFilter({ min: second(1), max: null }, 'f')).toEqual({
      min: second(1),
      max: undefined,
      equals: undefined,
    });
  });

  test('can have an equals that is the same as both bounds', () => {
    const at = second(5);
    expect(parseDateFilter({ equals: at, min: at, max: at }, 'f')).toEqual({ equals: at, min: at, max: at });
  });

  test.each([
    [{ min: second(2), max: second(1) }, 'ends before it begins.'],
    [{ equals: second(5), max: second(1) }, 'ends before it begins.'],
    [{ equals: second(0), min: second(1) }, 'ends before it begins.'],
    [{ equals: second(9), min: second(1), max: second(3) }, 'has an equals outside min and max.'],
    [{ equals: second(0), min: second(1), max: second(3) }, 'has an equals outside min and max.'],
  ])('is rejected if it contradicts itself: %o', (filter, problem) => {
    expect(() => parseDateFilter(filter, 'filter.createdAt')).toThrow(`filter.createdAt: ${problem}`);
  });
});

test('a minimum that rounds up beyond the year 9999 is rejected', () => {
  const max = new Date('9999-12-31T23:59:59.500Z');
  expect(() => parseDateFilter({ min: max }, 'filter.createdAt')).toThrow(
    'filter.createdAt.min: is after the last second of the year 9999.',
  );
  expect(parseDateFilter({ min: new Date('9999-12-31T23:59:59Z'), max }, 'f')).toMatchObject({ max });
});

describe('a calendar date in a date filter', () => {
  test.each([
    [{ equals: '2024-01-01' }],
    [{ min: '2024-01-01', max: '2024-01-01' }],
    [{ min: second(5), max: '2024-01-01' }],
    [{ min: '2024-01-01', max: second(0) }],
    [{ equals: '2024-01-01', min: second(5), max: second(9) }],
    [{ equals: second(5), min: '2024-01-01', max: '2024-01-01' }],
  ])('stays as written and stands for any time of its day: %o', (filter) => {
    expect(parseDateFilter(filter, 'f')).toMatchObject(filter);
  });

  test.each([
    [{ min: '2024-01-02', max: '2024-01-01' }, 'ends before it begins.'],
    [{ min: '2024-01-02', max: second(5) }, 'ends before it begins.'],
    [{ equals: '2024-01-03', min: '2024-01-01', max: '2024-01-02' }, 'has an equals outside min and max.'],
  ])('is rejected if it contradicts another time: %o', (filter, problem) => {
    expect(() => parseDateFilter(filter, 'f')).toThrow(`f: ${problem}`);
  });
});

test('no record matches an empty list or a timestamp between two seconds', () => {
  expect(matchesNothing({})).toBe(false);
  expect(matchesNothing({ a: undefined, b: [1], c: { equals: second(1) }, d: {} })).toBe(false);
  expect(matchesNothing({ b: [1], a: [] })).toBe(true);
  expect(matchesNothing({ c: { equals: new Date(second(1).getTime() + 1) } })).toBe(true);
  expect(matchesNothing({ c: { equals: '2024-01-01' } })).toBe(false);
  expect(matchesNothing({ c: { min: new Date(second(1).getTime() + 1) } })).toBe(false);
});
