import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RenewedMap, RenewedSet } from '../src/renewed-collections.ts';

const key = fc.integer({ min: 0, max: 9 });
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('set'), key, value: fc.integer() }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('delete'), key, value: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear', key: 0, value: 0 }) },
);

test('a renewed map has the entries of a map, in the same order', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 500, maxLength: 1_000, size: 'max' }), (steps) => {
      const [map, renewed] = [new Map<number, number>(), new RenewedMap<number, number>()];
      for (const { kind, key: at, value } of steps) {
        if (kind === 'set') for (const each of [map, renewed]) each.set(at, value);
        else if (kind === 'delete') expect(renewed.delete(at)).toBe(map.delete(at));
        else for (const each of [map, renewed]) each.clear();
        expect([...renewed]).toEqual([...map]);
        expect([renewed.size, renewed.get(at), renewed.has(at)]).toEqual([
          map.size,
          map.get(at),
          map.has(at),
        ]);
      }
      expect([...renewed.keys()]).toEqual([...map.keys()]);
      expect([...renewed.values()]).toEqual([...map.values()]);
    }),
    { numRuns: 20 },
  );
});

test('a renewed set has the members of a set, in the same order', () => {
  const [set, renewed] = [new Set<number>(), new RenewedSet<number>()];
  for (let i = 0; i < 1_000; i += 1) {
    for (const each of [set, renewed]) each.add(i);
    if (i >= 3) expect(renewed.delete(i - 3)).toBe(set.delete(i - 3));
    expect([renewed.size, renewed.has(i), renewed.has(i - 3)]).toEqual([set.size, true, false]);
    expect([...renewed]).toEqual([...set]);
  }
  renewed.clear();
  expect([...renewed]).toEqual([]);
});

test('an iteration that removes every entry meets each of them', () => {
  const renewed = new RenewedSet<number>();
  for (let i = 0; i < 300; i += 1) renewed.add(i);
  const met: number[] = [];
  for (const value of renewed) {
    met.push(value);
    renewed.delete(value);
  }
  expect(met).toHaveLength(300);
  expect(renewed.size).toBe(0);
});
