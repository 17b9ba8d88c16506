import { expect, test } from 'vitest';
import { readTogether } from '../../../src/rest/batching/read-together.ts';

test('the first error is thrown only when all reads have ended', async () => {
  const late = Promise.withResolvers<number>();
  const failing = Promise.reject(new Error('first'));
  let hasEnded = false;
  const result = readTogether([failing, late.promise, Promise.reject(new Error('second'))]).finally(() => {
    hasEnded = true;
  });
  await failing.catch(() => {});
  await new Promise(setImmediate);
  expect(hasEnded).toBe(false);
  late.resolve(1);
  await expect(result).rejects.toThrow('first');
});

test('the answers are in the order of the reads', async () => {
  expect(await readTogether([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
});
