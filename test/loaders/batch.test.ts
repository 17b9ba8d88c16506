import { describe, expect, test } from 'vitest';
import {
  createPartsLoader,
  createReadsLoader,
  manyByKey,
  type Outcome,
  oneByKey,
  together,
} from '../../src/loaders/batch.ts';

type Part = 'credit' | 'fields' | 'book';

const parts = (...some: Part[]): ReadonlySet<Part> => new Set(some);

/** A record that tells which parts it was read with. */
interface Thing {
  readonly key: number;
  readonly parts: readonly Part[];
}

/** A loader on a store in memory: it notes each call as its keys and parts, and lets some keys fail. */
function loaderOn(fail: (key: number) => unknown = () => null) {
  const calls: [number[], Part[]][] = [];
  const loader = createPartsLoader<number, Part, Thing>((wanted) =>
    together(wanted, async (keys, some) => {
      const asked = [...some].toSorted();
      calls.push([[...keys], asked]);
      const outcomes = keys.map((key): [number, Outcome<Thing>] => {
        const error = fail(key);
        return [key, error === null ? { value: { key, parts: asked } } : { error }];
      });
      return new Map(outcomes.toReversed());
    }),
  );
  return { loader, calls };
}

describe('a loader of records with parts', () => {
  test('asks for one wave in one call, each key once, with the union of parts', async () => {
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

  test('does not ask again for what is known with these parts or more', async () => {
    const { loader, calls } = loaderOn();
    const first = await loader.load(1, parts('credit', 'fields'));
    expect(await loader.load(1, parts('credit'))).toBe(first);
    expect(await loader.load(1, parts())).toBe(first);
    expect(calls).toHaveLength(1);
  });

  test('does not ask again for what is on its way', async () => {
    const { loader, calls } = loaderOn();
    const first = loader.load(1, parts('credit'));
    await Promise.resolve();
    expect(await Promise.all([first, loader.load(1, parts('credit'))])).toHaveLength(2);
    expect(calls).toHaveLength(1);
  });

  test('asks for a missing part together with those at hand, so that nothing known gets lost', async () => {
    const { loader, calls } = loaderOn();
    await loader.load(1, parts('credit'));
    expect(await loader.load(1, parts('book'))).toEqual({ key: 1, parts: ['book', 'credit'] });
    await loader.load(1, parts('credit', 'book'));
    expect(calls).toEqual([
      [[1], ['credit']],
      [[1], ['book', 'credit']],
    ]);
  });

  test('fails the key that fails and none of its neighbours', async () => {
    const { loader, calls } = loaderOn((key) => (key === 2 ? new Error('two') : null));
    const settled = await Promise.allSettled([1, 2, 3].map((key) => loader.load(key, parts())));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(loader.load(2, parts())).rejects.toThrow('two');
    expect(calls).toHaveLength(1);
  });

  test('passes on what was thrown, also where it is no error', async () => {
    const error = Object.assign(new Error('mine'), { code: 'UPSTREAM_TIMEOUT' });
    const { loader } = loaderOn((key) => (key === 1 ? error : 'just text'));
    await expect(loader.load(1, parts())).rejects.toBe(error);
    await expect(loader.load(2, parts())).rejects.toThrow('just text');
  });

  test('fails every key of a call that fails as a whole', async () => {
    const loader = createPartsLoader<number, Part, Thing>((wanted) =>
      together(wanted, async () => {
        throw new Error('the call');
      }),
    );
    const settled = await Promise.allSettled([1, 2].map((key) => loader.load(key, parts())));
    expect(settled.map((one) => one.status === 'rejected' && one.reason.message)).toEqual([
      'the call',
      'the call',
    ]);
  });

  test('fails a key that was left unanswered rather than waiting for ever', async () => {
    const loader = createPartsLoader<number, Part, Thing>((wanted) =>
      together(wanted, async () => new Map([[1, { value: { key: 1, parts: [] } }]])),
    );
    const settled = await Promise.allSettled([1, 2].map((key) => loader.load(key, parts())));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test('asks again after clear, for that key alone', async () => {
    const { loader, calls } = loaderOn();
    await Promise.all([1, 2].map((key) => loader.load(key, parts('credit'))));
    loader.clear(1);
    await Promise.all([1, 2].map((key) => loader.load(key, parts('credit'))));
    expect(calls).toEqual([
      [[1, 2], ['credit']],
      [[1], ['credit']],
    ]);
  });

  test('takes what came with a list, unless a fuller record is known', async () => {
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

  test('knows a record that came twice by what either time brought', async () => {
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
    const read = createReadsLoader<{ page: number; filter?: object }, Part, string>(async (what, some) => {
      calls.push([what, [...some].toSorted()]);
      if (what.page === 13) throw new Error('thirteen');
      return `page ${what.page}`;
    });
    return { read, calls };
  }

  test('reads one list once, with the union of parts, and another one beside it with its own', async () => {
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

  test('lets one list fail without the others', async () => {
    const { read } = readsOn();
    const settled = await Promise.allSettled([read({ page: 13 }, parts()), read({ page: 1 }, parts())]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('replies', () => {
  const keyOf = ({ entityId }: { entityId: number }) => entityId;

  test('are matched by key when the store reorders them, omits some and adds others', () => {
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

  test('that fail do so for the keys of their own portion', () => {
    const error = new Error('part two');
    const portions = [
      { keys: [1], items: [{ entityId: 1 }] },
      { keys: [2, 3], error },
    ];
    expect([...oneByKey(portions, keyOf)].map(([key, outcome]) => [key, 'error' in outcome])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
    const many = manyByKey(portions, keyOf);
    expect([many.get(1), many.get(2) === portions[1], many.get(3) === portions[1]]).toEqual([
      { value: [{ entityId: 1 }] },
      true,
      true,
    ]);
  });

  test('of many records a key are grouped, in order of their ids, each once', () => {
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
