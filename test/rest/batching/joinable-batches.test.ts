import { expect, test } from 'vitest';
import { createJoinableBatches } from '../../../src/rest/batching/joinable-batches.ts';
import { addLookup, createLookupBatch, type Lookup } from '../../../src/rest/batching/lookup-batch.ts';
import { testRequester } from '../../support/rest-calls.ts';

function lookupOf(values: readonly number[], include: readonly string[] = [], path = '/customers'): Lookup {
  const keys = { name: 'id:in', values, keyOf: () => null, mergeable: true };
  const requester = testRequester();
  return { operation: 'getCustomers', method: 'GET', path, parameters: [], include, keys, requester };
}

function waitFor(lookup: Lookup, batch: ReturnType<typeof createLookupBatch>) {
  const waiter = { lookup, run: <T>(work: () => T) => work(), answer: Promise.withResolvers(), batch };
  batch.waiters.add(waiter);
  return waiter;
}

function setUp(urlPrefixLength = 0) {
  const period = { number: 0 };
  const opened: unknown[] = [];
  return { period, opened, ...createJoinableBatches(period, urlPrefixLength, (batch) => opened.push(batch)) };
}

test('lookups of one path share a batch until it leaves the queue', () => {
  const { find, start, opened } = setUp();
  const batch = find(lookupOf([1]));
  waitFor(lookupOf([1]), batch);
  expect(find(lookupOf([2], ['addresses']))).toBe(batch);
  expect(find(lookupOf([1], [], '/customers/addresses'))).not.toBe(batch);
  start(batch);
  expect(find(lookupOf([3]))).not.toBe(batch);
  expect(opened).toHaveLength(3);
});

test('a batch in flight takes a lookup that it covers, in its period only', () => {
  const { find, start, period } = setUp();
  const lookup = lookupOf([1, 2], ['addresses']);
  const batch = find(lookup);
  waitFor(lookup, batch);
  start(batch);
  expect(find(lookupOf([2]))).toBe(batch);
  expect(find(lookupOf([2], ['attributes']))).not.toBe(batch);
  period.number += 1;
  expect(find(lookupOf([2]))).not.toBe(batch);
});

test('a batch that starts drops what lookups that have left asked for', () => {
  const { find, start } = setUp();
  const [gone, stays] = [lookupOf([1], ['addresses']), lookupOf([2])];
  const batch = find(gone);
  find(stays);
  waitFor(stays, batch);
  start(batch);
  expect([[...batch.keys], [...batch.include]]).toEqual([[2], []]);
});

test('a batch takes as many keys as one call may have, and as fit its URL', () => {
  const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
  const { find } = setUp();
  const batch = find(lookupOf(range(1, 249)));
  expect(find(lookupOf([999]))).toBe(batch);
  expect(find(lookupOf([1_000]))).not.toBe(batch);
  const short = createLookupBatch('name', 0, [], 1_995);
  expect(addLookup(short, lookupOf([1]))).toBe(true);
  expect(addLookup(short, lookupOf([10_000_000]))).toBe(false);
  expect([...short.keys]).toEqual([1]);
});
