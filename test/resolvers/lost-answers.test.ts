import { expect, test } from 'vitest';
import { runWrites } from '../../src/resolvers/writes.ts';
import { fakeRun, fakeWrite, LOST } from '../support/fake-writes.ts';

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
