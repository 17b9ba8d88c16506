import { describe, expect, test } from 'vitest';
import {
  createFieldsetLoader,
  createQueryLoader,
  createSingleLoader,
  oneBatch,
} from '../../src/loaders/fieldset-loader.ts';
import { manyByKey, type Outcome, oneByKey } from '../../src/loaders/group-by-key.ts';

type Part = 'credit' | 'fields' | 'book';

const parts = (...some: Part[]): ReadonlySet<Part> => new Set(some);

/** A record that contains the parts that it was read with. */
interface Thing {
  readonly key: number;
  readonly parts: readonly Part[];
}

/** A loader on an in-memory store that records the keys and parts of each call and can fail some keys. */
function loaderOn(fail: (key: number) => unknown = () => null) {
  const calls: [number[], Part[]][] = [];
  const loader = createFieldsetLoader<number, Part, Thing>((partsByKey) =>
    oneBatch(partsByKey, async (keys, some) => {
      const requested = [...some].toSorted();
      calls.push([[...keys], requested]);
      const outcomes = keys.map((key): [number, Outcome<Thing>] => {
        const error = fail(key);
        return [key, error === null ? { value: { key, parts: requested } } : { error }];
      });
      return new Map(outcomes.toReversed());
    }),
  );
  return { loader, calls };
}

describe('a loader of records with optional parts', () => {
  test('batches the loads of one tick into one call, with each key once and the union of the parts', async () => {
    const { loader, calls } = loaderOn();
    const things = await Promise.all([
      loader.load(3, parts('credit')),
      loader.load(1, parts()),
      loader.load(3, parts('book')),
      loader.load(2, parts('credit', 'fields')),
    ]);
    expect(calls).toEqual([
      [
        [3, 1, 2],
        ['book', 'credit', 'fields'],
      ],
    ]);
    expect(things.map(({ key }) => key)).toEqual([3, 1, 3, 2]);
    expect(things[0]).toBe(things[2]);
  });

  test('does not read a record again that is cached with at least these parts', async () => {
    const { loader, calls } = loaderOn();
    const first = await loader.load(1, parts('credit', 'fields'));
    expect(await loader.load(1, parts('credit'))).toBe(first);
    expect(await loader.load(1, parts())).toBe(first);
    expect(calls).toHaveLength(1);
  });

  test('does not read a record again that is in flight', async () => {
    const { loader, calls } = loaderOn();
    const first = loader.load(1, parts('credit'));
    await Promise.resolve();
    expect(await Promise.all([first, loader.load(1, parts('credit'))])).toHaveLength(2);
    expect(calls).toHaveLength(1);
  });

  test('reads a missing part together with the cached parts, so the new entry has all of them', async () => {
    const { loader, calls } = loaderOn();
    await loader.load(1, parts('credit'));
    expect(await loader.load(1, parts('book'))).toEqual({ key: 1, parts: ['book', 'credit'] });
    await loader.load(1, parts('credit', 'book'));
    expect(calls).toEqual([
      [[1], ['credit']],
      [[1], ['book', 'credit']],
    ]);
  });

  test('rejects only the key that fails', async () => {
    const { loader, calls } = loaderOn((key) => (key === 2 ? new Error('two') : null));
    const settled = await Promise.allSettled([1, 2, 3].map((key) => loader.load(key, parts())));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(loader.load(2, parts())).rejects.toThrow('two');
    expect(calls).toHaveLength(1);
  });

  test('rejects with the thrown error, or with an Error for any other thrown value', async () => {
    const error = Object.assign(new Error('mine'), { code: 'UPSTREAM_TIMEOUT' });
    const { loader } = loaderOn((key) => (key === 1 ? error : 'just text'));
    await expect(loader.load(1, parts())).rejects.toBe(error);
    await expect(loader.load(2, parts())).rejects.toThrow('just text');
  });

  test('rejects every key of a call that fails', async () => {
    const loader = createFieldsetLoader<number, Part, Thing>((partsByKey) =>
      oneBatch(partsByKey, async () => {
        throw new Error('the call');
      }),
    );
    const settled = await Promise.allSettled([1, 2].map((key) => loader.load(key, parts())));
    expect(settled.map((one) => one.status === 'rejected' && one.reason.message)).toEqual([
      'the call',
      'the call',
    ]);
  });

  test('rejects a key without a result instead of waiting forever', async () => {
    const loader = createFieldsetLoader<number, Part, Thing>((partsByKey) =>
      oneBatch(partsByKey, async () => new Map([[1, { value: { key: 1, parts: [] } }]])),
    );
    const settled = await Promise.allSettled([1, 2].map((key) => loader.load(key, parts())));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test('reads a key again after it was cleared, and only that key', async () => {
    const { loader, calls } = loaderOn();
    await Promise.all([1, 2].map((key) => loader.load(key, parts('credit'))));
    loader.clear(1);
    await Promise.all([1, 2].map((key) => loader.load(key, parts('credit'))));
    expect(calls).toEqual([
      [[1, 2], ['credit']],
      [[1], ['credit']],
    ]);
  });

  test('caches a primed record unless one with more parts is cached', async () => {
    const { loader, calls } = loaderOn();
    const listed: Thing = { key: 1, parts: ['credit'] };
    loader.prime(1, parts('credit'), listed);
    expect(await loader.load(1, parts())).toBe(listed);
    const fuller: Thing = { key: 1, parts: ['credit', 'book'] };
    loader.prime(1, parts('credit', 'book'), fuller);
    loader.prime(1, parts('credit'), listed);
    loader.prime(1, parts('fields'), listed);
    expect(await loader.load(1, parts('book'))).toBe(fuller);
    expect(calls).toEqual([]);
  });

  test('keeps two cached records of one key that have different parts', async () => {
    const { loader, calls } = loaderOn();
    const listed: Thing = { key: 1, parts: ['credit'] };
    loader.prime(1, parts('book'), { key: 1, parts: ['book'] });
    loader.prime(1, parts('credit'), listed);
    expect(await loader.load(1, parts('credit'))).toBe(listed);
    expect((await loader.load(1, parts('book'))).parts).toEqual(['book']);
    expect(calls).toEqual([]);
    await loader.load(1, parts('credit', 'book', 'fields'));
    expect((await loader.load(1, parts('book', 'fields'))).parts).toEqual(['book', 'credit', 'fields']);
    expect(calls).toHaveLength(1);
  });
});

describe('a loader of lists', () => {
  function readsOn() {
    const calls: [unknown, Part[]][] = [];
    const read = createQueryLoader<{ page: number; filter?: object }, Part, string>(async (query, some) => {
      calls.push([query, [...some].toSorted()]);
      if (query.page === 13) throw new Error('thirteen');
      return `page ${query.page}`;
    });
    return { read, calls };
  }

  test('reads each list once, with the union of the parts requested for it', async () => {
    const { read, calls } = readsOn();
    expect(
      await Promise.all([
        read({ page: 1 }, parts('credit')),
        read({ page: 2 }, parts()),
        read({ page: 1 }, parts('book')),
        read({ page: 1, filter: { a: 1 } }, parts()),
      ]),
    ).toEqual(['page 1', 'page 2', 'page 1', 'page 1']);
    expect(calls).toEqual([
      [{ page: 1 }, ['book', 'credit']],
      [{ page: 2 }, []],
      [{ page: 1, filter: { a: 1 } }, []],
    ]);
  });

  test('rejects only the list that fails', async () => {
    const { read } = readsOn();
    const settled = await Promise.allSettled([read({ page: 13 }, parts()), read({ page: 1 }, parts())]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('grouping by key', () => {
  const keyOf = ({ entityId }: { entityId: number }) => entityId;

  test('matches records by key if the store reorders, omits or adds some', () => {
    const outcomes = oneByKey(
      [
        { keys: [1, 2, 3], items: [{ entityId: 3 }, { entityId: 99 }, { entityId: 1 }] },
        { keys: [4], items: [{ entityId: 4 }] },
      ],
      keyOf,
    );
    expect([1, 2, 3, 4].map((key) => outcomes.get(key))).toEqual([
      { value: { entityId: 1 } },
      { value: null },
      { value: { entityId: 3 } },
      { value: { entityId: 4 } },
    ]);
  });

  test('fails only the keys of a failed chunk', () => {
    const error = new Error('part two');
    const chunks = [
      { keys: [1], items: [{ entityId: 1 }] },
      { keys: [2, 3], error },
    ];
    expect([...oneByKey(chunks, keyOf)].map(([key, outcome]) => [key, 'error' in outcome])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
    const many = manyByKey(chunks, keyOf);
    expect([many.get(1), many.get(2) === chunks[1], many.get(3) === chunks[1]]).toEqual([
      { value: [{ entityId: 1 }] },
      true,
      true,
    ]);
  });

  test('fails only the key of an unreadable record, and every key without a record if it does not say its own', () => {
    const error = new Error('unreadable');
    const items = [{ entityId: 1 }];
    const outcomesOf = (key: number | null) => {
      const chunks = [{ keys: [1, 2, 3], items, unreadable: [{ key, error }] }];
      return [...oneByKey(chunks, keyOf).values()].map((outcome) =>
        'error' in outcome ? 'error' : outcome.value,
      );
    };
    expect(outcomesOf(2)).toEqual([items[0], 'error', null]);
    expect(outcomesOf(null)).toEqual([items[0], 'error', 'error']);
    const many = (key: number | null) =>
      [...manyByKey([{ keys: [1, 2], items, unreadable: [{ key, error }] }], keyOf).values()].map(
        (outcome) => 'error' in outcome,
      );
    expect(many(1)).toEqual([true, false]);
    expect(many(null)).toEqual([true, true]);
  });

  test('groups several records per key, sorted by id and without duplicates', () => {
    const items = [
      { entityId: 9, owner: 1 },
      { entityId: 4, owner: 2 },
      { entityId: 5, owner: 1 },
      { entityId: 9, owner: 1 },
    ];
    const outcomes = manyByKey([{ keys: [1, 2, 3], items }], ({ owner }) => owner);
    expect(Object.fromEntries(outcomes)).toEqual({
      1: {
        value: [
          { entityId: 5, owner: 1 },
          { entityId: 9, owner: 1 },
        ],
      },
      2: { value: [{ entityId: 4, owner: 2 }] },
      3: { value: [] },
    });
  });
});

test('a loader without batch reads makes one call per key, at once, and counts the loads that needed none', async () => {
  const calls: number[] = [];
  let coalesced = 0;
  const load = createSingleLoader(
    async (key: number) => {
      calls.push(key);
      if (key === 2) throw new Error('two');
      return `value of ${key}`;
    },
    {
      onCoalesced(lookups) {
        coalesced += lookups;
      },
    },
  );
  const loads = [1, 2, 1].map(load);
  expect(calls).toEqual([1, 2]);
  expect(coalesced).toBe(1);
  expect(await Promise.allSettled(loads)).toMatchObject([
    { value: 'value of 1' },
    { reason: { message: 'two' } },
    { value: 'value of 1' },
  ]);
});
