import { expect, test } from 'vitest';
import { createCanceller } from '../../../src/cancel-signal.ts';
import { createLargeQueries } from '../../../src/server/cost/large-queries.ts';

/** Queries of callers that may have 100 estimated calls each at the same time, and 200 together. */
function largeQueries() {
  const quota = { spare: Number.POSITIVE_INFINITY };
  const queries = createLargeQueries({
    maxCalls: 200,
    maxCallsOfCaller: 100,
    hasSpareQuota: (calls) => calls <= quota.spare,
  });
  const running: string[] = [];
  return {
    running,
    quota,
    /** @returns what ends the query, and what cancels it */
    begin(name: string, calls: number, { caller = 'one', key = name } = {}) {
      const canceller = createCanceller();
      const turn = queries.begin({ key, cost: { usual: calls }, caller, signal: canceller.signal });
      const begun = Promise.resolve(turn).then((end) => {
        running.push(name);
        return end;
      });
      return {
        async end() {
          running.splice(running.indexOf(name), 1);
          (await begun)();
          await settle();
        },
        async cancel() {
          canceller.abort();
          await settle();
        },
      };
    },
  };
}

const settle = () => new Promise(setImmediate);

test('large queries of one caller begin in the order of arrival, as their calls have room', async () => {
  const { begin, running } = largeQueries();
  const first = begin('first', 60);
  begin('second', 40);
  const third = begin('third', 50);
  begin('fourth', 30);
  await settle();
  expect(running).toEqual(['first', 'second']);
  await first.end();
  expect(running).toEqual(['second', 'third']);
  await third.end();
  expect(running).toEqual(['second', 'fourth']);
});

test('a query that exceeds the maximum runs alone', async () => {
  const { begin, running } = largeQueries();
  const first = begin('first', 21);
  const huge = begin('huge', 500);
  begin('last', 21);
  await settle();
  expect(running).toEqual(['first']);
  await first.end();
  expect(running).toEqual(['huge']);
  await huge.end();
  expect(running).toEqual(['last']);
});

test('callers do not wait for each other as long as all have room', async () => {
  const { begin, running } = largeQueries();
  begin('first', 100, { caller: 'one' });
  begin('second', 100, { caller: 'other' });
  await settle();
  expect(running).toEqual(['first', 'second']);
});

test('callers take turns if there is no room for all', async () => {
  const { begin, running } = largeQueries();
  const first = begin('first of a', 50, { caller: 'a' });
  const second = begin('second of a', 50, { caller: 'a' });
  begin('third of a', 50, { caller: 'a' });
  begin('fourth of a', 50, { caller: 'a' });
  const other = begin('first of b', 100, { caller: 'b' });
  begin('second of b', 50, { caller: 'b' });
  begin('first of c', 50, { caller: 'c' });
  await settle();
  expect(running).toEqual(['first of a', 'second of a', 'first of b']);
  await first.end();
  expect(running).toEqual(['second of a', 'first of b', 'third of a']);
  await second.end();
  expect(running).toEqual(['first of b', 'third of a', 'first of c']);
  await other.end();
  expect(running).toEqual(['third of a', 'first of c', 'second of b', 'fourth of a']);
});

test('a query that waits for room of all callers is not overtaken by smaller ones', async () => {
  const { begin, running } = largeQueries();
  const first = begin('first', 100, { caller: 'a' });
  const second = begin('second', 100, { caller: 'b' });
  begin('larger', 150, { caller: 'c' });
  begin('smaller', 30, { caller: 'd' });
  await settle();
  await first.end();
  expect(running).toEqual(['second']);
  await second.end();
  expect(running).toEqual(['larger', 'smaller']);
});

test('a caller that has left no longer waits for room of all callers', async () => {
  const { begin, running } = largeQueries();
  const first = begin('first', 200, { caller: 'a' });
  const second = begin('second', 100, { caller: 'b' });
  begin('third', 100, { caller: 'c' });
  await settle();
  await second.cancel();
  await first.end();
  expect(running).toEqual(['second', 'third']);
});

test('equal queries run together', async () => {
  const { begin, running } = largeQueries();
  const first = begin('first', 100, { key: 'a' });
  const equal = begin('equal', 100, { key: 'a' });
  begin('waiting', 60, { key: 'b' });
  begin('equal to waiting', 60, { key: 'b' });
  await settle();
  expect(running).toEqual(['first', 'equal']);
  await first.end();
  expect(running).toEqual(['equal']);
  await equal.end();
  expect(running).toEqual(['waiting', 'equal to waiting']);
});

test.each(['one', 'other'])(
  'a query of caller %s does not wait for equal queries of caller one that begin one after the other',
  async (caller) => {
    const { begin, running } = largeQueries();
    const first = begin('first', 200, { key: 'a' });
    begin('other', 200, { caller, key: 'b' });
    begin('equal to first', 200, { key: 'a' });
    await settle();
    expect(running).toEqual(['first']);
    await first.end();
    expect(running).toEqual(['other']);
  },
);

test('a cancelled query leaves its place to the next', async () => {
  const { begin, running } = largeQueries();
  begin('first', 60);
  const second = begin('second', 90);
  begin('third', 30);
  await second.cancel();
  // It ends without a call, because its signal is aborted.
  expect(running).toEqual(['first', 'third', 'second']);
  await second.end();
  begin('fourth', 30);
  await settle();
  expect(running).toEqual(['first', 'third']);
});

test('no query waits if the quota has no room for all of them', async () => {
  const { begin, running, quota } = largeQueries();
  quota.spare = 199;
  begin('first', 100);
  begin('second', 100);
  begin('third', 30);
  await settle();
  expect(running).toEqual(['first', 'second', 'third']);
});

test('the queries that wait begin at the next end of one if the quota has no room for them any more', async () => {
  const { begin, running, quota } = largeQueries();
  const first = begin('first', 100);
  const second = begin('second', 100);
  begin('third', 100);
  begin('fourth', 100);
  await settle();
  await first.end();
  expect(running).toEqual(['second']);
  quota.spare = 150;
  await second.end();
  expect(running).toEqual(['third', 'fourth']);
});

test('queries that have ended do not count against the quota', async () => {
  const { begin, running, quota } = largeQueries();
  quota.spare = 250;
  const first = begin('first', 100);
  const second = begin('second', 100);
  await settle();
  await first.end();
  await second.end();
  begin('third', 100);
  begin('fourth', 100);
  await settle();
  expect(running).toEqual(['third']);
});

test('a query that is cancelled already takes no place', async () => {
  const canceller = createCanceller();
  canceller.abort();
  const queries = createLargeQueries({
    maxCalls: 200,
    maxCallsOfCaller: 100,
    hasSpareQuota: () => true,
  });
  const query = { key: '', cost: { usual: 100 }, caller: 'one', signal: canceller.signal };
  for (let count = 0; count < 3; count += 1) expect(queries.begin(query)).toBeInstanceOf(Function);
  const { signal } = createCanceller();
  expect(queries.begin({ ...query, key: 'other', signal })).toBeInstanceOf(Function);
});
