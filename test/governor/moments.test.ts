import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { whenQuiet } from '../../src/governor/moments.ts';

test('is over when a round of the event loop has brought nothing new', async () => {
  let gathered = 1;
  let isOver = false;
  whenQuiet(
    () => {
      isOver = true;
    },
    () => gathered,
  );
  await nextRound();
  expect(isOver).toBe(false);
  gathered += 1;
  await nextRound();
  await nextRound();
  await nextRound();
  expect(isOver).toBe(true);
});

test('does not wait for ever where something new keeps coming', async () => {
  let gathered = 0;
  await new Promise<void>((send) => whenQuiet(send, () => ++gathered));
  expect(gathered).toBeGreaterThan(0);
});
