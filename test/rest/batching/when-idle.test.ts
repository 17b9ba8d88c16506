import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { whenIdle } from '../../../src/rest/batching/when-idle.ts';

test('whenIdle sends a batch after a turn of the event loop that adds nothing to it', async () => {
  let pending = 1;
  let isSent = false;
  whenIdle(
    () => {
      isSent = true;
    },
    () => pending,
  );
  await nextTurn();
  expect(isSent).toBe(false);
  pending += 1;
  await nextTurn();
  await nextTurn();
  await nextTurn();
  expect(isSent).toBe(true);
});

test('whenIdle sends a batch that never stops growing', async () => {
  let pending = 0;
  await new Promise<void>((send) => whenIdle(send, () => ++pending));
  expect(pending).toBeGreaterThan(0);
});
