import { expect, test } from 'vitest';
import { runWrites } from '../../src/resolvers/writes.ts';
import { fakeRun, fakeWrite, LOST, refusal } from '../support/fake-writes.ts';

test('says that it made what an earlier attempt made while it was sent again', async () => {
  const held = new Set<string>();
  const write = fakeWrite(held, {
    repeat: 'safe',
    attempts: [
      () => LOST,
      (names) => {
        // The first attempt lands just before the second, which is then left out of the answer as a duplicate.
        for (const name of names) held.add(name);
        return { ended: 'done', body: [] };
      },
    ],
  });
  const { results } = await runWrites(
    fakeRun(),
    {
      ...write,
      leftOut: async (items) =>
        new Map(items.map((item) => [item, { outcome: 'UNCHANGED', problems: [], record: item.name }])),
    },
    [{ name: 'a' }],
  );
  expect(results).toMatchObject([{ outcome: 'CREATED', record: 'a' }]);
});

test.each([
  { repeat: 'safe', what: 'until the first attempt cannot undo what is written next', toldAt: 15_000 },
  { repeat: 'harmless', what: 'no longer than it takes', toldAt: 100 },
] as const)('waits with the result of a second attempt $what', async ({ repeat, toldAt }) => {
  const run = fakeRun();
  const write = fakeWrite(new Set(), {
    repeat,
    attempts: [() => LOST, (names) => ({ ended: 'done', body: names })],
  });
  const { results } = await runWrites(run, write, [{ name: 'a' }]);
  expect(results).toMatchObject([{ outcome: 'CREATED' }]);
  expect(run.now()).toBe(toldAt);
});

test.each([
  {
    repeat: 'safe',
    what: 'only when the attempt cannot land any more: the store may have held it before',
    toldAt: 15_000,
  },
  { repeat: 'harmless', what: 'at once', toldAt: 100 },
  { repeat: 'when-absent', what: 'at once', toldAt: 100 },
] as const)(
  'tells what the store is found to hold after a $repeat attempt $what',
  async ({ repeat, toldAt }) => {
    const run = fakeRun();
    const held = new Set<string>();
    const write = fakeWrite(held, {
      repeat,
      attempts: [
        (names) => {
          for (const name of names) held.add(name);
          return LOST;
        },
      ],
    });
    const { results } = await runWrites(run, write, [{ name: 'a' }]);
    expect(results).toMatchObject([{ outcome: 'CREATED' }]);
    expect(run.now()).toBe(toldAt);
  },
);

test('reads back patiently, so that a refused batch is not given up because reads fail', async () => {
  const held = new Set<string>();
  const write = fakeWrite(held, {
    repeat: 'safe',
    attempts: [() => refusal('0.name'), (names) => ({ ended: 'done', body: names })],
  });
  let failures = 7;
  const { results } = await runWrites(
    fakeRun(),
    {
      ...write,
      async readBack(items, since) {
        failures -= 1;
        if (failures >= 0) throw LOST.error;
        return write.readBack(items, since);
      },
    },
    [{ name: 'a' }, { name: 'b' }],
  );
  expect(results).toMatchObject([{ outcome: 'FAILED' }, { outcome: 'CREATED' }]);
});
