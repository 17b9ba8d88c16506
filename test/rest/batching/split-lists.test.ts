import { expect, test } from 'vitest';
import { countParts, splitLists } from '../../../src/rest/batching/split-lists.ts';
import { fc } from '../../support/property-tests.ts';

const list = fc.option(fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })), {
  nil: undefined,
});
const filter = fc.record({ a: list, b: list, c: list, d: list });
const lengthOf = (values: readonly string[] = []) =>
  values.reduce((sum, value) => sum + encodeURIComponent(value).length + 1, 0);
const totalOf = (lists: Readonly<Record<string, readonly string[] | undefined>>) =>
  Object.values(lists).reduce((sum, values) => sum + lengthOf(values), 0);
const isWellFormed = (lists: Readonly<Record<string, readonly string[] | undefined>>) =>
  Object.values(lists).every((values) => values?.every((value) => value.isWellFormed()) ?? true);

test('every part fits, and every combination of values is in exactly one part', () => {
  fc.assert(
    fc.property(filter.filter(isWellFormed), fc.integer({ min: 800, max: 1_200 }), (lists, maxLength) => {
      const parts = splitLists(lists, maxLength) ?? [];
      for (const part of parts) expect(totalOf(part)).toBeLessThanOrEqual(maxLength);
      for (const [a, b] of (lists.a ?? []).flatMap((a) => (lists.b ?? []).map((b) => [a, b] as const))) {
        const containing = parts.filter((part) => part.a?.includes(a) && part.b?.includes(b));
        // The parts of the other lists multiply it.
        const others = new Set(containing.map((part) => JSON.stringify([part.c, part.d])));
        expect(containing).toHaveLength(others.size);
        expect(containing.length).toBeGreaterThan(0);
      }
      for (const name of ['a', 'b', 'c', 'd'] as const) {
        const values = parts.flatMap((part) => part[name] ?? []);
        expect(new Set(values)).toEqual(new Set(lists[name] ?? []));
      }
    }),
  );
});

test('less space never takes fewer parts', () => {
  fc.assert(
    fc.property(
      filter.filter(isWellFormed),
      fc.integer({ min: 800, max: 2_000 }),
      fc.nat(400),
      (lists, space, less) => {
        expect(countParts(lists, space - less)).toBeGreaterThanOrEqual(countParts(lists, space));
        const parts = splitLists(lists, space);
        if (parts !== null) expect(parts.length).toBe(countParts(lists, space));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('lists that fit stay together, in one part', () => {
  const lists = { ids: [1, 2, 3], names: ['a'], none: undefined };
  expect(splitLists(lists, 20)).toEqual([lists]);
});

test('one long list takes the minimum number of parts', () => {
  const ids = Array.from({ length: 250 }, (_, i) => 1_000_000_000 + i);
  expect(splitLists({ ids, others: undefined }, 1_800)?.map((part) => part.ids.length)).toEqual([163, 87]);
});

test('a value that is too long, or no space at all, cannot be split', () => {
  const lists = { names: ['a', 'x'.repeat(100), 'b'] };
  expect(splitLists(lists, 50)).toBeNull();
  expect(splitLists(lists, -1)).toBeNull();
  expect(splitLists({ names: undefined }, -1)).toBeNull();
  expect(splitLists({ names: [] }, -1)).toBeNull();
});

test('more than 1,000 parts are refused without building them', () => {
  const values = Array.from({ length: 250 }, (_, i) => `${i}`.padStart(400, 'x'));
  expect(splitLists({ a: values, b: values, c: values, d: values }, 1_700)).toBeNull();
  expect(countParts({ a: values, b: values, c: values, d: values }, 1_700)).toBe(1_000);
});
