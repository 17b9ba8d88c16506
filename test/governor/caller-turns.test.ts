import { expect, test } from 'vitest';
import type { CallerCalls } from '../../src/governor/caller-ring.ts';
import { createCallerTurns, type StartRules } from '../../src/governor/caller-turns.ts';
import type { QueuedCall } from '../../src/governor/queued-call.ts';
import { RenewedSet } from '../../src/renewed-collections.ts';
import { queuedCall } from '../support/queued-call.ts';

const ANY: StartRules = { canStart: () => true, isWithinShare: () => true, hasSurplus: () => true };

function callerWith(name: string): CallerCalls {
  const byOperation = new Map([
    ['read', new RenewedSet<QueuedCall>().add(queuedCall({ caller: name, operation: 'read' }))],
  ]);
  return { name, byOperation, size: 1, isBeyondShare: false, turn: 0 };
}

test('a caller beyond its share waits until no caller within its share has a call', () => {
  const turns = createCallerTurns();
  for (const name of ['greedy', 'one', 'two']) turns.append(callerWith(name));
  const isWithinShare = (name: string) => name !== 'greedy';
  expect(turns.next({ ...ANY, isWithinShare })?.caller.name).toBe('one');
  expect(turns.next({ ...ANY, isWithinShare: () => false })?.caller.name).toBe('greedy');
  expect(turns.next({ ...ANY, isWithinShare: () => false, hasSurplus: () => false })).toBeNull();
});

test('the cost of a turn does not depend on the number of callers', () => {
  const turns = createCallerTurns();
  for (let count = 0; count < 2_000; count += 1) turns.append(callerWith(`caller ${count}`));
  let asked = 0;
  const count = (result: boolean) => () => {
    asked += 1;
    return result;
  };
  turns.next({ ...ANY, isWithinShare: count(true) });
  expect(asked).toBe(1);
  // All of them move once.
  turns.next({ ...ANY, isWithinShare: count(false), hasSurplus: () => false });
  expect(asked).toBe(2_001);
  turns.next({ ...ANY, isWithinShare: count(false), hasSurplus: () => false });
  expect(asked).toBe(2_002);
});
