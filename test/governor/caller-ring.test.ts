import { expect, test } from 'vitest';
import { type CallerCalls, createCallerRing } from '../../src/governor/caller-ring.ts';
import type { QueuedCall } from '../../src/governor/queued-call.ts';
import { RenewedSet } from '../../src/renewed-collections.ts';
import { queuedCall } from '../support/queued-call.ts';

function callerWith(...operations: string[]): CallerCalls {
  const byOperation = new Map(
    operations.map((operation) => [operation, new RenewedSet<QueuedCall>().add(queuedCall({ operation }))]),
  );
  return { name: operations.join(), byOperation, size: operations.length, isBeyondShare: false, turn: 0 };
}

test('the search looks at one caller per operation, however many callers wait', () => {
  const ring = createCallerRing();
  for (let count = 0; count < 2_000; count += 1) ring.append(callerWith('slow'));
  ring.append(callerWith('quick'));
  const asked: string[] = [];
  const next = ring.next((operation) => {
    asked.push(operation);
    return operation === 'quick';
  });
  expect(next?.call.operation).toBe('quick');
  expect(asked.length).toBeLessThanOrEqual(2);
});

test('a caller that is appended again goes behind all others', () => {
  const ring = createCallerRing();
  const [one, two] = [callerWith('read'), callerWith('read', 'write')];
  ring.append(one);
  ring.append(two);
  expect(ring.next(() => true)?.caller).toBe(one);
  ring.append(one);
  expect(ring.next(() => true)?.caller).toBe(two);
});

test('a caller without calls of an operation is not offered for it', () => {
  const ring = createCallerRing();
  const caller = callerWith('read');
  ring.append(caller);
  caller.byOperation.set('write', new RenewedSet<QueuedCall>().add(queuedCall({ operation: 'write' })));
  ring.addOperation(caller, 'write');
  ring.removeOperation(caller, 'read');
  expect(ring.next(() => true)?.call.operation).toBe('write');
  ring.remove(caller);
  expect(ring.next(() => true)).toBeNull();
});
