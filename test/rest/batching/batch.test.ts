import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { createBatchHarness } from '../../support/batch-harness.ts';
import { fc } from '../../support/property-tests.ts';

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
    const store = createBatchHarness();
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

  test('requests every include that one of its lookups asks for', async () => {
    const store = createBatchHarness();
    const both = [
      store.lookUp([1], { include: ['addresses'] }),
      store.lookUp([2], { include: ['formfields'] }),
    ];
    store.endWindow();
    await store.respond();
    await Promise.all(both);
    expect(store.calls).toEqual(['1,2 addresses formfields']);
  });

  test('contains only lookups of the same path', async () => {
    const store = createBatchHarness();
    const both = [store.lookUp([1]), store.lookUp([1], { path: '/customers/addresses' })];
    store.endWindow();
    await store.respond();
    await Promise.all(both);
    expect(store.calls).toEqual(['1', '1']);
  });

  test('leaves a lookup that does not fit its URL to the next batch, with only the includes of that lookup', async () => {
    // Without keys and includes the URL has 45 characters. The first lookup adds eight, with a comma after each value.
    const store = createBatchHarness((ids) => ids, 2_000 - 45 - 9);
    const found = [store.lookUp([1, 2, 3], { include: ['a'] }), store.lookUp([4], { include: ['b'] })];
    store.endWindow();
    await store.respond();
    expect(store.calls).toEqual(['1,2,3 a', '4 b']);
    expect((await found[0])?.ids).toEqual([1, 2, 3]);
    expect(await found[1]).toMatchObject({ ids: [4], made: 1, shared: 0 });
  });

  test('contains at most 250 keys', async () => {
    const store = createBatchHarness();
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
    const found = [store.lookUp(upTo(200)), store.lookUp(upTo(250)), store.lookUp([1, 251])];
    store.endWindow();
    await store.respond();
    await Promise.all(found);
    expect(store.calls).toEqual([upTo(250).join(','), '1,251']);
  });

  test('that is sent takes no further lookups; the next batch does', async () => {
    const store = createBatchHarness();
    const first = store.lookUp([1]);
    store.endWindow();
    const second = store.lookUp([2]);
    store.endWindow();
    await store.respond();
    await Promise.all([first, second]);
    expect(store.calls).toEqual(['1', '2']);
  });

  test('is not needed for a lookup without keys', async () => {
    const store = createBatchHarness();
    expect(await store.lookUp([])).toMatchObject({ ids: [], made: 0, shared: 0 });
  });
});

describe('a batch in the queue', () => {
  test('takes further lookups until it starts', async () => {
    const store = createBatchHarness();
    store.holdQueue();
    const first = store.lookUp([1], { include: ['addresses'] });
    store.endWindow();
    const second = store.lookUp([2], { include: ['formfields'] });
    const third = store.lookUp([1]);
    store.endWindow();
    expect(store.calls).toEqual([]);
    await store.releaseQueue();
    const late = store.lookUp([3]);
    store.endWindow();
    await store.respond();
    const found = await Promise.all([first, second, third, late]);
    expect(store.calls).toEqual(['1,2 addresses formfields', '3']);
    expect(found.map(({ ids, made, shared }) => [ids, made, shared])).toEqual([
      [[1], 1, 0],
      [[2], 0, 1],
      [[1], 0, 1],
      [[3], 1, 0],
    ]);
  });

  test('takes lookups after a write, since it reads the state after it', async () => {
    const store = createBatchHarness();
    store.holdQueue();
    const first = store.lookUp([1]);
    store.endWindow();
    store.endPeriod();
    const second = store.lookUp([2]);
    store.endWindow();
    await store.releaseQueue();
    const third = store.lookUp([2]);
    store.endWindow();
    await store.respond();
    await Promise.all([first, second, third]);
    expect(store.calls).toEqual(['1,2']);
  });

  test('drops the keys of callers that abort, and is aborted with the last one', async () => {
    const store = createBatchHarness();
    store.holdQueue();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = store.lookUp([1], { signal: one.signal });
    store.endWindow();
    const second = store.lookUp([2], { signal: two.signal });
    one.abort(new Error('gone'));
    expect(await first).toMatchObject({ failed: [1] });
    await store.releaseQueue();
    expect(store.calls).toEqual(['2']);
    two.abort(new Error('gone too'));
    expect(await second).toMatchObject({ failed: [2] });
    expect(store.aborted).toEqual(['2']);
  });

  test('that all callers have left takes no further lookups', async () => {
    const store = createBatchHarness();
    store.holdQueue();
    const leaving = new AbortController();
    const first = store.lookUp([1], { signal: leaving.signal });
    store.endWindow();
    leaving.abort(new Error('gone'));
    expect(await first).toMatchObject({ failed: [1] });
    const second = store.lookUp([2]);
    store.endWindow();
    await store.releaseQueue();
    await store.respond();
    expect((await second).ids).toEqual([2]);
    expect(store.calls.at(-1)).toBe('2');
  });
});

describe('a batch in flight', () => {
  test('serves a lookup that it covers, but not one that asks for more', async () => {
    const store = createBatchHarness();
    const first = store.lookUp([1, 2, 3], { include: ['addresses'] });
    store.endWindow();
    const part = store.lookUp([2]);
    const more = store.lookUp([3, 4]);
    const fuller = store.lookUp([1], { include: ['formfields'] });
    store.endWindow();
    await store.respond();
    expect(await part).toMatchObject({ ids: [2], made: 0, shared: 1 });
    expect((await more).ids).toEqual([3, 4]);
    expect((await fuller).ids).toEqual([1]);
    await first;
    expect(store.calls).toEqual(['1,2,3 addresses', '3,4,1 formfields']);
  });

  test('does not serve lookups that arrive after its response', async () => {
    const store = createBatchHarness();
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
    const store = createBatchHarness();
    const before = store.lookUp([1]);
    store.endWindow();
    const waiting = store.lookUp([2]);
    store.endPeriod();
    const after = [store.lookUp([1]), waiting];
    store.endWindow();
    await store.respond();
    await Promise.all([before, ...after]);
    expect(store.calls).toEqual(['1', '2,1']);
  });
});

describe('a caller that aborts', () => {
  test('removes its keys from a batch that is not sent yet', async () => {
    const store = createBatchHarness();
    const controller = new AbortController();
    const aborted = store.lookUp([1], { signal: controller.signal, include: ['addresses'] });
    const stays = store.lookUp([2]);
    controller.abort(new Error('gone'));
    expect(await aborted).toMatchObject({ errors: [{ message: 'gone' }] });
    store.endWindow();
    await store.respond();
    expect((await stays).ids).toEqual([2]);
    expect(store.calls).toEqual(['2']);
  });

  test('sends nothing if it was the only one', async () => {
    const store = createBatchHarness();
    const controller = new AbortController();
    const aborted = store.lookUp([1], { signal: controller.signal });
    controller.abort(new Error('gone'));
    expect(await aborted).toMatchObject({ errors: [{ message: 'gone' }] });
    store.endWindow();
    expect(store.calls).toEqual([]);
    expect(await store.lookUp([1], { signal: controller.signal })).toMatchObject({
      errors: [{ message: 'gone' }],
    });
  });

  test('aborts a batch in flight only if no other caller waits for it', async () => {
    const store = createBatchHarness();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = store.lookUp([1], { signal: one.signal });
    const second = store.lookUp([2], { signal: other.signal });
    store.endWindow();
    one.abort(new Error('the first left'));
    expect(await first).toMatchObject({ errors: [{ message: 'the first left' }] });
    expect(store.aborted).toEqual([]);
    other.abort(new Error('the second left'));
    expect(await second).toMatchObject({ errors: [{ message: 'the second left' }] });
    expect(store.aborted).toEqual(['1,2']);
    const next = store.lookUp([1]);
    store.endWindow();
    await store.respond();
    expect((await next).ids).toEqual([1]);
    expect(store.calls).toEqual(['1,2', '1']);
  });

  test('makes no further calls of its batch: another caller makes them', async () => {
    const store = createBatchHarness(rejecting(1));
    const controller = new AbortController();
    const aborted = store.lookUp([1], { signal: controller.signal });
    const stays = [store.lookUp([2]), store.lookUp([3])];
    store.endWindow();
    controller.abort(new Error('gone'));
    expect(await aborted).toMatchObject({ errors: [{ message: 'gone' }] });
    await store.respond();
    expect((await Promise.all(stays)).map(({ ids }) => ids)).toEqual([[2], [3]]);
    expect(store.calls).toEqual(['1,2,3', '2', '3']);
  });
});

describe('a list that the store rejects', () => {
  test('fails only the callers that asked for the rejected key', async () => {
    const store = createBatchHarness(rejecting(5));
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
    const store = createBatchHarness(rejecting(4));
    const mixed = store.lookUp([1, 2, 3, 4]);
    const other = store.lookUp([9]);
    store.endWindow();
    await store.respond();
    expect(await mixed).toMatchObject({ ids: [1, 2, 3], failed: [4] });
    expect(await other).toMatchObject({ ids: [9], failed: [] });
  });

  test('is bisected once for all callers with the same keys', async () => {
    const store = createBatchHarness(rejecting(2));
    const all = Array.from({ length: 64 }, () => store.lookUp([1, 2]));
    store.endWindow();
    await store.respond();
    for (const found of await Promise.all(all)) expect(found).toMatchObject({ ids: [1], failed: [2] });
    expect(store.calls).toEqual(['1,2', '1', '2']);
  });

  test('fails only the callers that asked for the rejected include', async () => {
    const store = createBatchHarness((ids, include) => {
      if (include.includes('beta')) throw rejection;
      return ids;
    });
    const [plain, beta] = [store.lookUp([1]), store.lookUp([1], { include: ['beta'] })];
    store.endWindow();
    await store.respond();
    expect(await plain).toMatchObject({ ids: [1], failed: [] });
    expect(await beta).toMatchObject({ ids: [], failed: [1] });
    expect(store.calls).toEqual(['1 beta', '1']);
  });

  test('is not bisected if the store is unavailable', async () => {
    const down = new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { status: 503 });
    const store = createBatchHarness(() => {
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
        const store = createBatchHarness(rejecting(...rejectedIds));
        const together = wanted.map((ids) => store.lookUp(ids));
        store.endWindow();
        await store.respond();
        for (const [i, ids] of wanted.entries()) {
          const alone = createBatchHarness(rejecting(...rejectedIds));
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

test('an operation without reads left makes no call if another can make it', async () => {
  const store = createBatchHarness();
  const spent = store.lookUp([1], { maxReads: 0 });
  const other = store.lookUp([2]);
  store.endWindow();
  await store.respond();
  expect(await spent).toMatchObject({ ids: [1], made: 0, shared: 1 });
  expect(await other).toMatchObject({ ids: [2], made: 1, shared: 0 });
});

test('an operation that uses up its reads within a batch fails alone', async () => {
  const store = createBatchHarness();
  const spent = [store.lookUp([1], { maxReads: 0 }), store.lookUp([2], { maxReads: 0 })];
  store.endWindow();
  await store.respond();
  for (const result of spent)
    expect((await result).errors).toMatchObject([{ code: 'OPERATION_TOO_EXPENSIVE' }]);
  expect(store.calls).toEqual([]);
});
