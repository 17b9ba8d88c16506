import { expect, test } from 'vitest';
import { CALLERS, compareOnGateway } from './gateway-oracle.ts';
import { knownQueries } from './operations.ts';

const RANDOM = 200;

test.each([
  { isFailing: false, store: 'answers' },
  { isFailing: true, store: 'fails in part' },
])('callers of every kind get what graphql-js gives them if the store $store', async ({ isFailing }) => {
  const { compared, withErrors, left, difference } = await compareOnGateway({ random: RANDOM, isFailing });
  expect(difference).toBeNull();
  expect(knownQueries().length).toBeGreaterThan(100);
  expect(compared + left).toBe(knownQueries().length * CALLERS.length + RANDOM);
  expect(left).toBeLessThan(compared / 10);
  expect(withErrors).toBeGreaterThan(compared / 10);
  expect(withErrors).toBeLessThan(compared);
});
