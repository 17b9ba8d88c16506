import { expect, test } from 'vitest';
import { afterPolling } from '../src/after-polling.ts';

test('functions run in their order, and before what their promises lead to', async () => {
  const events: string[] = [];
  const step = (name: string) =>
    new Promise<void>((resolve) => {
      afterPolling(() => {
        events.push(name);
        resolve();
      });
    }).then(() => events.push(`after ${name}`));
  const both = Promise.all([step('first'), step('second')]);
  await Promise.resolve();
  expect(events).toEqual([]);
  await both;
  expect(events).toEqual(['first', 'second', 'after first', 'after second']);
});

test('a function that is added by another one runs in the next turn', async () => {
  const events: string[] = [];
  const done = Promise.withResolvers<void>();
  afterPolling(() => {
    afterPolling(() => {
      events.push('added');
      done.resolve();
    });
  });
  afterPolling(() => events.push('second'));
  await done.promise;
  expect(events).toEqual(['second', 'added']);
});
