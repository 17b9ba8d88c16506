import { describe, expect, test } from 'vitest';
import type { StartRules } from '../../src/governor/caller-turns.ts';
import { createLaneQueue, type LaneQueue } from '../../src/governor/lane-queue.ts';
import type { QueuedCall } from '../../src/governor/queued-call.ts';
import { queuedCall } from '../support/queued-call.ts';

const ANY: StartRules = { canStart: () => true, isWithinShare: () => true, hasSurplus: () => true };

function push(queue: LaneQueue, caller: string, operation = 'read', count = 1): QueuedCall[] {
  return Array.from({ length: count }, () => {
    const call = queuedCall({ caller, operation });
    queue.push(call);
    return call;
  });
}

/** The callers of the calls that start, in order. */
function start(queue: LaneQueue, count: number, rules: Partial<StartRules> = {}): string[] {
  const started: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const call = queue.next({ ...ANY, ...rules });
    if (call === null) break;
    queue.take(call);
    started.push(`${call.caller} ${call.operation}`);
  }
  return started;
}

describe('turns', () => {
  test('callers take turns, however many calls each has', () => {
    const queue = createLaneQueue();
    push(queue, 'greedy', 'read', 5);
    push(queue, 'modest');
    push(queue, 'other', 'read', 2);
    expect(start(queue, 6)).toEqual([
      'greedy read',
      'modest read',
      'other read',
      'greedy read',
      'other read',
      'greedy read',
    ]);
  });

  test('a caller has one turn per round, also with calls of several operations', () => {
    const queue = createLaneQueue();
    push(queue, 'one', 'read', 3);
    push(queue, 'one', 'write', 3);
    push(queue, 'two', 'read', 2);
    expect(start(queue, 4)).toEqual(['one read', 'two read', 'one read', 'two read']);
  });

  test("a caller's calls of several operations start in the order of arrival", () => {
    const queue = createLaneQueue();
    const operations = ['read', 'write', 'read', 'write'];
    operations.forEach((operation, queuedAt) => {
      queue.push(queuedCall({ operation, queuedAt }));
    });
    expect(start(queue, 4)).toEqual(operations.map((operation) => `one ${operation}`));
  });

  test("a caller's calls of one operation start in the order of arrival", () => {
    const queue = createLaneQueue();
    const [first, second] = push(queue, 'one', 'read', 2);
    expect(queue.next(ANY)).toBe(first);
    queue.take(first as QueuedCall);
    expect(queue.next(ANY)).toBe(second);
  });

  test('an operation that cannot start holds up neither other operations nor other callers', () => {
    const queue = createLaneQueue();
    push(queue, 'one', 'slow', 3);
    push(queue, 'two', 'slow');
    push(queue, 'two', 'quick');
    const canStart = (operation: string) => operation !== 'slow';
    expect(start(queue, 3, { canStart })).toEqual(['two quick']);
    expect(start(queue, 3)).toEqual(['one slow', 'two slow', 'one slow']);
  });
});

describe('shares', () => {
  test('callers within their share go first', () => {
    const queue = createLaneQueue();
    push(queue, 'greedy', 'read', 3);
    push(queue, 'modest', 'read', 2);
    const isWithinShare = (caller: string) => caller === 'modest';
    expect(start(queue, 4, { isWithinShare })).toEqual([
      'modest read',
      'modest read',
      'greedy read',
      'greedy read',
    ]);
  });

  test('callers beyond their share wait if there is no surplus', () => {
    const queue = createLaneQueue();
    push(queue, 'greedy', 'read', 3);
    push(queue, 'modest', 'read', 1);
    const rules = { isWithinShare: (caller: string) => caller === 'modest', hasSurplus: () => false };
    expect(start(queue, 4, rules)).toEqual(['modest read']);
  });

  test('callers whose share has grown take turns again', () => {
    const queue = createLaneQueue();
    for (const caller of ['one', 'two', 'three']) push(queue, caller, 'read', 2);
    expect(start(queue, 1, { isWithinShare: () => false, hasSurplus: () => false })).toEqual([]);
    expect(start(queue, 6)).toEqual([
      'one read',
      'two read',
      'three read',
      'one read',
      'two read',
      'three read',
    ]);
  });
});

describe('sizes', () => {
  test('the number of calls ahead counts each caller once per round', () => {
    const queue = createLaneQueue();
    push(queue, 'greedy', 'read', 5);
    push(queue, 'modest');
    expect([0, 1, 2, 5, 9].map((own) => queue.ahead(own))).toEqual([2, 3, 4, 6, 6]);
  });

  test('entries tell how many calls start before each', () => {
    const queue = createLaneQueue();
    push(queue, 'greedy', 'read', 3);
    push(queue, 'modest');
    const ahead = [...queue.entries()].map(([{ caller }, before]) => [caller, before]);
    expect(ahead).toEqual([
      ['greedy', 1],
      ['greedy', 2],
      ['greedy', 3],
      ['modest', 1],
    ]);
  });

  test('the largest caller is found after any sequence of arrivals and departures', () => {
    const queue = createLaneQueue();
    const calls: QueuedCall[] = [];
    let chance = 3;
    const random = (max: number) => {
      chance = (chance * 16_807) % 2_147_483_647;
      return chance % max;
    };
    for (let step = 0; step < 2_000; step += 1) {
      if (calls.length === 0 || random(5) < 3)
        calls.push(...push(queue, `caller ${random(9)}`, `op ${random(3)}`));
      else queue.remove(calls.splice(random(calls.length), 1)[0] as QueuedCall);
      const sizes = Map.groupBy(calls, ({ caller }) => caller);
      const largest = Math.max(0, ...[...sizes.values()].map(({ length }) => length));
      expect(queue.largestSize()).toBe(largest);
      expect(queue.size()).toBe(calls.length);
      const own = random(4);
      const expected = [...sizes.values()].reduce((sum, { length }) => sum + Math.min(length, own + 1), 0);
      expect(queue.ahead(own)).toBe(expected);
    }
  });

  test('the last call of the largest caller can be evicted, but none that settles a write', () => {
    const queue = createLaneQueue();
    push(queue, 'modest');
    const [, last] = push(queue, 'greedy', 'read', 2);
    queue.push(queuedCall({ caller: 'greedy', operation: 'read', settlesWrite: true }));
    expect(queue.lastOfLargest()).toBe(last);
    queue.remove(last as QueuedCall);
    const empty = createLaneQueue();
    empty.push(queuedCall({ settlesWrite: true }));
    expect(empty.lastOfLargest()).toBeNull();
  });

  test('a call that is not in the queue is not removed', () => {
    const queue = createLaneQueue();
    push(queue, 'one');
    queue.remove(queuedCall({ caller: 'one', operation: 'read' }));
    queue.remove(queuedCall({ caller: 'two' }));
    expect([queue.size(), queue.sizeOf('one'), queue.sizeOf('two')]).toEqual([1, 1, 0]);
  });
});
