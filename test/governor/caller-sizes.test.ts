import { expect, test } from 'vitest';
import type { CallerCalls } from '../../src/governor/caller-ring.ts';
import { createCallerSizes } from '../../src/governor/caller-sizes.ts';

function caller(name: string): CallerCalls {
  return { name, byOperation: new Map(), size: 0, isBeyondShare: false, turn: 0 };
}

test('calls are counted by caller and by round', () => {
  const sizes = createCallerSizes();
  const [one, two] = [caller('one'), caller('two')];
  for (let count = 0; count < 4; count += 1) sizes.change(one, 1);
  sizes.change(two, 1);
  expect([sizes.total(), sizes.largestSize(), [...sizes.largest()]]).toEqual([5, 4, [one]]);
  expect(sizes.allRounds()).toEqual([0, 2, 3, 4, 5]);
  expect([0, 1, 2, 3, 4, 5].map(sizes.inRounds)).toEqual([0, 2, 3, 4, 5, 5]);
  for (let count = 0; count < 3; count += 1) sizes.change(one, -1);
  expect([sizes.largestSize(), [...sizes.largest()]]).toEqual([1, [two, one]]);
  sizes.change(one, -1);
  sizes.change(two, -1);
  expect([sizes.total(), sizes.largestSize(), [...sizes.largest()], sizes.allRounds()]).toEqual([
    0,
    0,
    [],
    [0],
  ]);
});
