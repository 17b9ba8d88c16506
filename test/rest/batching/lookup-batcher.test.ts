import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { createLookupBatcher } from '../../../src/rest/batching/lookup-batcher.ts';
import { createBatcherHarness } from '../../support/lookup-batcher.ts';

const rejection = new GatewayError('UPSTREAM_REJECTED', 'no', { status: 422 });

/** A store that rejects every list with one of these ids. */
const rejecting =
  (...rejectedIds: number[]) =>
  (ids: readonly number[]) => {
    if (ids.some((id) => rejectedIds.includes(id))) throw rejection;
    return ids;
  };

describe('a batch', () => {
  test('serves all lookups of a batch window with one call, and returns to each caller its own records', async () => {
    const store = createBatcherHarness();
    const all = [store.lookUp([1, 2]), store.lookUp([3]), store.lookUp([2, 9])];
    expect(store.calls).toEqual([]);
    store.endWindow();
    expect(store.calls).toEqual(['1,2,3,9']);
    await store.respond();
    const found = await Promise.all(all);
    expect(found.map(({ ids }) => ids)).toEqual([[1, 2], [3], [2, 9]]);
    expect(found.map(({ made, shared }) => [made, shared])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
  });

  test('requests every part that one of its lookups asks for', async () => {
    const store = createBatcherHarness();
    const both = [store.lookUp([1], { parts: ['addresses'] }), store.lookUp([2], { parts: ['formfields'] })];
    store.endWindow();
    await store.respond();
    await Promise.all(both);
    expect(store.calls).toEqual(['1,2 addresses formfields']);
  });

  test('contains only lookups with the same name', async () => {
    const store = createBatcherHarness();
    const both = [store.lookUp([1]), store.lookUp([1], { name: 'addresses' })];
    store.endWindow();
    await store.respond();
    await Promise.all(both);
    expect(store.calls).toEqual(['1', '1']);
  });

  test('is split if it does not fit one call, and each call requests only the parts that its lookups ask for', async () => {
    const store = createBatcherHarness((ids) => ids, 4);
    const found = [store.lookUp([1, 2, 3], { parts: ['a'] }), store.lookUp([4], { parts: ['b'] })];
    store.endWindow();
    await store.respond();
    expect(store.calls).toEqual(['1,2 a', '3,4 a b']);
    expect((await found[0])?.ids).toEqual([1, 2, 3]);
    // Of the two callers, the second has made fewer calls.
    expect(await found[1]).toMatchObject({ ids: [4], made: 1, shared: 0 });
  });

  test('that is sent takes no further lookups; the next batch does', async () => {
    const store = createBatcherHarness();
    const first = store.lookUp([1]);
    store.endWindow();
    const second = store.lookUp([2]);
    store.endWindow();
    await store.respond();
    await Promise.all([first, second]);
    expect(store.calls).toEqual(['1', '2']);
  });

  test('is not needed for a lookup without keys', async () => {
    const store = createBatcherHarness();
    expect(await store.lookUp([])).toMatchObject({ ids: [], made: 0, shared: 0 });
  });
});

describe('a batch in flight', () => {
  test('serves a lookup that it covers, but not one that asks for more', async () => {
    const store = createBatcherHarness();
    const first = store.lookUp([1, 2, 3], { parts: ['addresses'] });
    store.endWindow();
    const part = store.lookUp([2]);
    const more = store.lookUp([3, 4]);
    const fuller = store.lookUp([1], { parts: ['formfields'] });
    store.endWindow();
    await store.respond();
    expect(await part).toMatchObject({ ids: [2], made: 0, shared: 1 });
    expect((await more).ids).toEqual([3, 4]);
    expect((await fuller).ids).toEqual([1]);
    await first;
    expect(store.calls).toEqual(['1,2,3 addresses', '3,4,1 formfields']);
  });

  test('does not serve lookups that arrive after its response', async () => {
    const store = createBatcherHarness();
    const first = store.lookUp([1]);
    store.endWindow();
    await store.respond();
    await first;
    const second = store.lookUp([1]);
    store.endWindow();
    await store.respond();
    await second;
    expect(store.calls).toEqual(['1', '1']);
  });

  test('does not serve lookups that arrive after a write; a batch not sent yet still does', async () => {
    const store = createBatcherHarness();
    const before = store.lookUp([1]);
    store.endWindow();
    const waiting = store.lookUp([2]);
    store.close();
    const after = [store.lookUp([1]), waiting];
    store.endWindow();
    await store.respond();
    await Promise.all([before, ...after]);
    expect(store.calls).toEqual(['1', '2,1']);
  });
});

describe('a caller that aborts', () => {
  test('removes its keys from a batch that is not sent yet', async () => {
    const store = createBatcherHarness();
    const controller = new AbortController();
    const aborted = store.lookUp([1], { signal: controller.signal, parts: ['addresses'] });
    const stays = store.lookUp([2]);
    controller.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    store.endWindow();
    await store.respond();
    expect((await stays).ids).toEqual([2]);
    expect(store.calls).toEqual(['2']);
  });

  test('sends nothing if it was the only one', async () => {
    const store = createBatcherHarness();
    const controller = new AbortController();
    const aborted = store.lookUp([1], { signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    store.endWindow();
    expect(store.calls).toEqual([]);
    await expect(store.lookUp([1], { signal: controller.signal })).rejects.toThrow('gone');
  });

  test('aborts a batch in flight only if no other caller waits for it', async () => {
    const store = createBatcherHarness();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = store.lookUp([1], { signal: one.signal });
    const second = store.lookUp([2], { signal: other.signal });
    store.endWindow();
    one.abort(new Error('the first left'));
    await expect(first).rejects.toThrow('the first left');
    expect(store.aborted).toEqual([]);
    other.abort(new Error('the second left'));
    await expect(second).rejects.toThrow('the second left');
    expect(store.aborted).toEqual(['1,2']);
    const next = store.lookUp([1]);
    store.endWindow();
    await store.respond();
    expect((await next).ids).toEqual([1]);
    expect(store.calls).toEqual(['1,2', '1']);
  });

  test('makes no further calls of its batch: another caller makes them', async () => {
    const store = createBatcherHarness(rejecting(1));
    const controller = new AbortController();
    const aborted = store.lookUp([1], { signal: controller.signal });
    const stays = [store.lookUp([2]), store.lookUp([3])];
    store.endWindow();
    controller.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    await store.respond();
    expect((await Promise.all(stays)).map(({ ids }) => ids)).toEqual([[2], [3]]);
    expect(store.calls).toEqual(['1,2,3', '2', '3']);
  });
});

describe('a list that the store rejects', () => {
  test('fails only the callers that asked for the rejected key', async () => {
    const store = createBatcherHarness(rejecting(5));
    const all = Array.from({ length: 8 }, (_, i) => store.lookUp([i + 1]));
    store.endWindow();
    await store.respond();
    const found = await Promise.all(all);
    expect(found.flatMap(({ failed }) => failed)).toEqual([5]);
    expect(found.flatMap(({ ids }) => ids)).toEqual([1, 2, 3, 4, 6, 7, 8]);
    // One call, and two for each of three bisections.
    expect(store.calls).toHaveLength(7);
  });

  test('is bisected further for the operation with the rejected key, as if it were alone', async () => {
    const store = createBatcherHarness(rejecting(4));
    const mixed = store.lookUp([1, 2, 3, 4]);
    const other = store.lookUp([9]);
    store.endWindow();
    await store.respond();
    expect(await mixed).toMatchObject({ ids: [1, 2, 3], failed: [4] });
    expect(await other).toMatchObject({ ids: [9], failed: [] });
  });

  test('is bisected once for all callers with the same keys', async () => {
    const store = createBatcherHarness(rejecting(2));
    const all = Array.from({ length: 64 }, () => store.lookUp([1, 2]));
    store.endWindow();
    await store.respond();
    for (const found of await Promise.all(all)) expect(found).toMatchObject({ ids: [1], failed: [2] });
    expect(store.calls).toEqual(['1,2', '1', '2']);
  });

  test('is not bisected if the store is unavailable', async () => {
    const down = new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { status: 503 });
    const store = createBatcherHarness(() => {
      throw down;
    });
    const both = [store.lookUp([1]), store.lookUp([2])];
    store.endWindow();
    await store.respond();
    for (const { errors } of await Promise.all(both)) expect(errors).toEqual([down]);
    expect(store.calls).toEqual(['1,2']);
  });

  test('gives each caller the result that it would get alone, whichever ids are rejected', async () => {
    const id = fc.integer({ min: 1, max: 40 });
    const lists = fc.array(fc.uniqueArray(id, { minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(lists, fc.uniqueArray(id, { maxLength: 3 }), async (wanted, rejectedIds) => {
        const store = createBatcherHarness(rejecting(...rejectedIds));
        const together = wanted.map((ids) => store.lookUp(ids));
        store.endWindow();
        await store.respond();
        for (const [i, ids] of wanted.entries()) {
          const alone = createBatcherHarness(rejecting(...rejectedIds));
          const expected = alone.lookUp(ids);
          alone.endWindow();
          await alone.respond();
          const { ids: found, failed } = await expected;
          const shared = await together[i];
          expect(shared?.ids.toSorted()).toEqual(found.toSorted());
          expect(shared?.failed.toSorted()).toEqual(failed.toSorted());
        }
      }),
      { numRuns: 50 },
    );
  });
});

test('an operation without calls left makes no call if another can make it', async () => {
  const store = createBatcherHarness();
  const spent = store.lookUp([1], { maxCalls: 0 });
  const other = store.lookUp([2]);
  store.endWindow();
  await store.respond();
  expect(await spent).toMatchObject({ ids: [1], made: 0, shared: 1 });
  expect(await other).toMatchObject({ ids: [2], made: 1, shared: 0 });
});

test('an error while a batch is being sent rejects its lookups', async () => {
  const batcher = createLookupBatcher();
  const look = batcher.load<number, never>({
    name: 'customers',
    keys: [1],
    parts: new Set(),
    signal: new AbortController().signal,
    splitKeys() {
      throw new Error('cannot be split');
    },
    remainingCalls: () => 1,
    readPage: () => Promise.reject(new Error('must not be called')),
    keyOf: () => null,
  });
  await expect(look).rejects.toThrow('cannot be split');
});
