import { expect, test } from 'vitest';
import type { CallOrigin } from '../../src/governor/lanes.ts';
import { createSharedOrigin, inBulkLane } from '../../src/governor/shared-origin.ts';

const BULK: CallOrigin = { caller: 'export', lane: 'bulk', deadlineAt: 5_000 };

test('a shared origin takes the highest lane and the latest deadline, and keeps its caller', () => {
  const origin = createSharedOrigin(BULK);
  origin.join({ caller: 'shop', lane: 'interactive', deadlineAt: 1_000 });
  origin.join({ caller: 'sync', lane: 'standard', deadlineAt: 9_000 });
  expect(origin).toMatchObject({ caller: 'export', lane: 'interactive', deadlineAt: 9_000 });
});

test('listeners are called only if something improves', () => {
  const origin = createSharedOrigin(BULK);
  let upgrades = 0;
  const stop = origin.onUpgrade(() => {
    upgrades += 1;
  });
  origin.join({ caller: 'other', lane: 'bulk', deadlineAt: 5_000 });
  expect(upgrades).toBe(0);
  origin.join({ caller: 'other', lane: 'bulk', deadlineAt: 5_001 });
  expect(upgrades).toBe(1);
  stop();
  origin.join({ caller: 'other', lane: 'standard', deadlineAt: 0 });
  expect(upgrades).toBe(1);
});

test('in the bulk lane only the deadline improves', () => {
  const shared = createSharedOrigin({ ...BULK, lane: 'standard' });
  const origin = inBulkLane(shared);
  shared.join({ caller: 'shop', lane: 'interactive', deadlineAt: 7_000 });
  expect([origin.lane, origin.deadlineAt, 'onUpgrade' in origin]).toEqual(['bulk', 7_000, true]);
  expect(inBulkLane({ ...BULK, lane: 'standard' })).toEqual(BULK);
});
