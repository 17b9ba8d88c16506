import { describe, expect, test } from 'vitest';
import { createCallQueue } from '../../src/governor/call-queue.ts';
import { createCircuitBreaker } from '../../src/governor/circuit-breaker.ts';
import { createConcurrencyLimits } from '../../src/governor/concurrency-limits.ts';
import { createFairShare } from '../../src/governor/fair-share.ts';
import { createLaneSchedule } from '../../src/governor/lane-schedule.ts';
import type { Lane } from '../../src/governor/lanes.ts';
import type { QueuedCall } from '../../src/governor/queued-call.ts';
import { createQuotaTracker } from '../../src/governor/quota/tracker.ts';
import { createStartOrder } from '../../src/governor/start-order.ts';
import { queuedCall } from '../support/queued-call.ts';

/** A store that has reported what is left; undefined if it has no quota. */
function setUp({
  remaining,
  connections = 4,
}: {
  readonly remaining?: number;
  readonly connections?: number;
} = {}) {
  const now = () => 0;
  const tracker = createQuotaTracker(now);
  const headers =
    remaining === undefined
      ? null
      : { quota: 150, remaining, resetMs: 9_000, retryAfterMs: null, windowMs: 30_000, invalid: false };
  tracker.complete(tracker.send(), headers, true);
  const queue = createCallQueue();
  const schedule = createLaneSchedule();
  const limits = createConcurrencyLimits({
    maxConcurrency: new Map([['slow', 1]]),
    defaultConcurrency: 100,
    now,
    random: () => 1,
  });
  const breaker = createCircuitBreaker({ now });
  const shares = createFairShare(tracker, now);
  const order = createStartOrder({ queue, tracker, shares, schedule, limits, breaker, connections });
  function start(call: QueuedCall): void {
    queue.take(call);
    limits.acquire(call.operation);
    schedule.recordStart(call.lane);
    shares.recordUse(call.lane, call.caller);
    tracker.send();
  }
  return {
    order,
    queue,
    breaker,
    start,
    push(lane: Lane, count = 1, other: Partial<QueuedCall> = {}) {
      for (let index = 0; index < count; index += 1) queue.push(queuedCall({ lane, ...other }));
    },
    /** Starts as many calls as may start. Returns their lanes. */
    startAll(): string[] {
      const lanes: string[] = [];
      for (let call = order.next(); call !== null; call = order.next()) {
        start(call);
        lanes.push(call.isUrgent ? 'urgent' : call.lane);
      }
      return lanes;
    },
  };
}

describe('connections', () => {
  test('sixteen more are for interactive calls only', () => {
    const { push, startAll } = setUp();
    push('bulk', 30);
    push('standard', 30);
    expect(startAll()).toHaveLength(4);
    push('interactive', 30);
    expect(startAll()).toEqual(Array(16).fill('interactive'));
  });

  test('interactive calls leave the shared ones to other lanes', () => {
    const { push, startAll } = setUp();
    push('interactive', 30);
    push('bulk', 30);
    const lanes = startAll();
    expect(lanes).toHaveLength(20);
    expect(lanes.filter((lane) => lane === 'bulk').length).toBeGreaterThanOrEqual(2);
  });
});

test('at most half of the remaining quota is in flight', () => {
  const { push, startAll } = setUp({ remaining: 40, connections: 100 });
  push('interactive', 100);
  expect(startAll()).toHaveLength(20);
});

test('urgent calls go before all lanes and need no share', () => {
  const { push, startAll } = setUp({ remaining: 2, connections: 100 });
  push('interactive', 5);
  push('bulk', 1, { isUrgent: true });
  expect(startAll()[0]).toBe('urgent');
});

test('operations that cannot start do not hold up others', () => {
  const { push, startAll, breaker, order } = setUp({ connections: 100 });
  breaker.end('other', 'success', false);
  for (let count = 0; count < 10; count += 1) breaker.end('broken', 'failure', false);
  push('interactive', 5, { operation: 'slow' });
  push('interactive', 5, { operation: 'broken' });
  push('bulk', 2);
  expect(startAll().toSorted()).toEqual(['bulk', 'bulk', 'interactive']);
  expect(order.canStart(queuedCall({ operation: 'slow' }))).toBe(false);
  expect(order.canStart(queuedCall({ operation: 'broken' }))).toBe(false);
  expect(order.canStart(queuedCall({ operation: 'getCustomers' }))).toBe(true);
});
