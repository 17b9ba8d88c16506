import { expect, test } from 'vitest';
import { type CallQueue, createCallQueue } from '../../src/governor/call-queue.ts';
import type { Lane } from '../../src/governor/lanes.ts';
import { queuedCall } from '../support/queued-call.ts';

function fill(queue: CallQueue, caller: string, lane: Lane, count: number): void {
  for (let index = 0; index < count; index += 1) queue.push(queuedCall({ caller, lane }));
}

test('in a full queue, the caller with the most calls loses its last one', () => {
  const queue = createCallQueue();
  fill(queue, 'greedy', 'standard', 9);
  fill(queue, 'modest', 'standard', 1);
  const evicted = queue.evictFor(queuedCall({ caller: 'modest' }), 10);
  expect(evicted?.caller).toBe('greedy');
  expect(queue.sizeOf('standard', 'greedy')).toBe(8);
});

test('the caller with the most calls gets no further one into a full queue', () => {
  const queue = createCallQueue();
  fill(queue, 'greedy', 'standard', 9);
  fill(queue, 'modest', 'standard', 1);
  expect(queue.evictFor(queuedCall({ caller: 'greedy' }), 10)).toBeNull();
  expect(queue.size()).toBe(10);
});

test('callers with equally many calls do not evict each other', () => {
  const queue = createCallQueue();
  for (let caller = 0; caller < 10; caller += 1) fill(queue, `caller ${caller}`, 'standard', 1);
  expect(queue.evictFor(queuedCall({ caller: 'new' }), 10)).toBeNull();
});

test('the lowest lane that holds more than its share of the queue makes room', () => {
  const queue = createCallQueue();
  fill(queue, 'export', 'bulk', 5);
  fill(queue, 'sync', 'standard', 5);
  expect(queue.evictFor(queuedCall({ lane: 'interactive' }), 10)?.lane).toBe('bulk');
  const other = createCallQueue();
  fill(other, 'export', 'bulk', 1);
  fill(other, 'shop', 'interactive', 9);
  expect(other.evictFor(queuedCall({ lane: 'standard' }), 10)?.lane).toBe('interactive');
});

test('a call in a lane above its share does not evict calls of lanes within theirs', () => {
  const queue = createCallQueue();
  fill(queue, 'export', 'bulk', 1);
  fill(queue, 'shop', 'interactive', 9);
  expect(queue.evictFor(queuedCall({ lane: 'interactive', caller: 'shop' }), 10)).toBeNull();
});

test('urgent calls are never evicted', () => {
  const queue = createCallQueue();
  for (let count = 0; count < 10; count += 1) queue.push(queuedCall({ isUrgent: true, settlesWrite: true }));
  expect(queue.evictFor(queuedCall({ caller: 'two' }), 0)).toBeNull();
  expect(queue.urgentSize()).toBe(10);
});

test('urgent calls wait apart from their lane and count as ahead of every lane', () => {
  const queue = createCallQueue();
  const urgent = queuedCall({ isUrgent: true });
  queue.push(urgent);
  fill(queue, 'one', 'bulk', 2);
  expect([queue.size('standard'), queue.urgentSize(), queue.size()]).toEqual([0, 1, 3]);
  expect(queue.ahead('bulk', 2)).toBe(3);
  expect(queue.nextUrgent(() => true)).toBe(urgent);
  queue.take(urgent);
  expect(queue.nextUrgent(() => true)).toBeNull();
  expect([...queue.entries()].map(([, ahead]) => ahead)).toEqual([0, 1]);
});
