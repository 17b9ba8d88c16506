import { expect, test } from 'vitest';
import { warmUpParser } from '../../../src/server/documents/warm-up.ts';
import { sizeLimits } from '../../../src/server/limits/plugin.ts';
import { configFrom } from '../../support/gateway.ts';

const { limits } = configFrom().guards;

test('each long document has a turn of the event loop to itself', async () => {
  let turn = 0;
  let isDone = false;
  const countTurns = () => {
    turn += 1;
    if (!isDone) setImmediate(countTurns);
  };
  setImmediate(countTurns);
  const { onParams } = sizeLimits(limits);
  const params = { query: '#'.repeat(20_000) };
  const turns = await Promise.all(
    Array.from({ length: 5 }, async () => {
      await onParams?.({ params } as never);
      return turn;
    }),
  );
  isDone = true;
  expect(new Set(turns).size).toBe(5);
});

test('a short document does not wait', () => {
  expect(sizeLimits(limits).onParams?.({ params: { query: '{ __typename }' } } as never)).toBeUndefined();
});

test('the documents of the warm-up are valid', () => {
  expect(warmUpParser).not.toThrow();
});
