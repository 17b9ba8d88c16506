import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { createCallQueue } from '../../src/governor/call-queue.ts';
import { createCircuitBreaker } from '../../src/governor/circuit-breaker.ts';
import { createConcurrencyLimits } from '../../src/governor/concurrency-limits.ts';
import { createFairShare } from '../../src/governor/fair-share.ts';
import { createLaneSchedule } from '../../src/governor/lane-schedule.ts';
import {
  type CallOutcome,
  type CallRequest,
  createPermits,
  type ReleaseEffect,
} from '../../src/governor/permits.ts';
import { createQuotaTracker } from '../../src/governor/quota/tracker.ts';
import { createSharedOrigin } from '../../src/governor/shared-origin.ts';
import { createWaitEstimate } from '../../src/governor/wait-estimate.ts';
import { queuedCall } from '../support/queued-call.ts';

function setUp() {
  let time = 0;
  const now = () => time;
  const tracker = createQuotaTracker(now);
  const limits = createConcurrencyLimits({
    maxConcurrency: new Map(),
    defaultConcurrency: 8,
    now,
    random: () => 1,
  });
  const breaker = createCircuitBreaker({ now });
  const schedule = createLaneSchedule();
  const effects: ReleaseEffect[] = [];
  const events: string[] = [];
  const queue = createCallQueue();
  const shares = createFairShare(tracker, now);
  const issue = createPermits({
    tracker,
    shares,
    schedule,
    limits,
    breaker,
    queue,
    estimateWait: createWaitEstimate(tracker, queue, shares, limits),
    events: {
      onAdmit: (lane, waitedMs) => events.push(`${lane} ${waitedMs}`),
      onReject: () => {},
      onRetry: () => {},
      onInvalidHeaders: () => events.push('invalid headers'),
    },
    now,
    onRelease: (_operation, effect) => effects.push(effect),
  });
  return {
    tracker,
    queue,
    limits,
    breaker,
    schedule,
    effects,
    events,
    advance(ms: number) {
      time += ms;
    },
    /** Makes a call that takes 10 ms. */
    call(outcome: Partial<CallOutcome>, request: Partial<CallRequest> = {}) {
      const origin = { caller: 'one', lane: 'standard', deadlineAt: Number.POSITIVE_INFINITY } as const;
      const permit = issue({ operation: 'getCustomers', origin, ...request }, 5);
      time += 10;
      permit.release({ status: 200, headers: {}, failure: null, ...outcome });
      return permit;
    },
    issue,
  };
}

const left = (remaining: string) => ({
  'x-rate-limit-requests-quota': '150',
  'x-rate-limit-requests-left': remaining,
  'x-rate-limit-time-reset-ms': '9000',
});

describe('a 429 response', () => {
  test('with nothing left is about the quota and stops all calls', () => {
    const { call, tracker, limits, effects } = setUp();
    expect(call({ status: 429, headers: left('0') }).rejectedBy()).toBe('quota');
    expect(tracker.remaining()).toBe(0);
    expect(limits.hasRoom('getCustomers')).toBe(true);
    expect(effects).toEqual([{ hasOpened: false, isRateLimited: true }]);
  });

  test('with something left is about the concurrency of its operation', () => {
    const { call, tracker, limits } = setUp();
    expect(call({ status: 429, headers: left('140') }).rejectedBy()).toBe('concurrency');
    expect(tracker.remaining()).toBe(140);
    expect(limits.hasRoom('getCustomers')).toBe(false);
    expect(limits.hasRoom('getConsent')).toBe(true);
  });

  test('without rate-limit headers is about the concurrency too', () => {
    const { call, limits } = setUp();
    expect(call({ status: 429 }).rejectedBy()).toBe('concurrency');
    expect(limits.hasRoom('getCustomers')).toBe(false);
  });

  test('with only a time to try again also pauses all calls', () => {
    const { call, tracker, advance } = setUp();
    expect(call({ status: 429, headers: { 'retry-after': '2' } }).rejectedBy()).toBe('concurrency');
    expect(tracker.resetMs()).toBe(2_000);
    advance(2_001);
    expect(tracker.remaining()).toBeGreaterThan(0);
  });

  test.each([{}, { 'retry-after': '60' }, left('140')])(
    'to an operation with a limit of its own says nothing about others: %o',
    (headers) => {
      const { call, tracker, limits } = setUp();
      expect(call({ status: 429, headers }, { hasOwnLimit: true }).rejectedBy()).toBe('own-limit');
      expect(limits.hasRoom('getCustomers')).toBe(true);
      expect(tracker.resetMs()).toBeLessThan(10_000);
      expect(tracker.remaining()).toBeGreaterThan(0);
    },
  );

  test('to an operation with a limit of its own is about the quota if it says so', () => {
    const { call, tracker } = setUp();
    expect(call({ status: 429, headers: left('0') }, { hasOwnLimit: true }).rejectedBy()).toBe('quota');
    expect(tracker.remaining()).toBe(0);
  });
});

describe('a call that the store rejected for a limit can be made again', () => {
  test('at the end of the window if the quota is used up, and later if a window of calls is queued', () => {
    const { call, queue, advance } = setUp();
    const permit = call({ status: 429, headers: left('0') });
    expect(permit.retryAfterMs()).toBe(9_000);
    advance(1_000);
    expect(permit.retryAfterMs()).toBe(8_000);
    for (let count = 0; count < 150; count += 1) queue.push(queuedCall({ caller: `caller ${count}` }));
    expect(permit.retryAfterMs()).toBe(38_000);
  });

  test('after the pause of its operation if some of the quota is left, not at the end of the window', () => {
    const { call, advance } = setUp();
    for (const headers of [{ ...left('140'), 'x-retry-after': '9' }, {}]) {
      const permit = call({ status: 429, headers });
      expect([250, 500]).toContain(permit.retryAfterMs());
      advance(10_000);
      expect(permit.retryAfterMs()).toBe(1);
    }
  });

  test.each([
    [{ 'x-retry-after': '60' }, 60_000],
    [{ ...left('140'), 'retry-after': '60' }, 60_000],
    [left('140'), null],
    [{}, null],
  ])('when the store says so if the operation has a limit of its own: %o', (headers, expected) => {
    const permit = setUp().call({ status: 429, headers }, { hasOwnLimit: true });
    expect(permit.retryAfterMs()).toBe(expected);
  });

  test('at no stated time if it was not rejected for a limit', () => {
    const { call } = setUp();
    expect(call({ status: 503, headers: { 'retry-after': '3' } }).retryAfterMs()).toBeNull();
    expect(call({ status: 200, headers: left('0') }).retryAfterMs()).toBeNull();
  });
});

describe('the circuit breaker', () => {
  const outage = new GatewayError('UPSTREAM_UNAVAILABLE', 'no connection');
  test.each<readonly [string, Partial<CallOutcome>, number]>([
    ['a server error', { status: 503 }, 1],
    ['a lost connection', { status: null, failure: outage }, 1],
    ['a connection lost in the body', { status: 200, failure: outage }, 1],
    ['an aborted call', { status: null, failure: new Error('the caller has left') }, 0],
    ['an unknown method', { status: 501 }, 0],
    ["a limit of the store's plan", { status: 507 }, 0],
    ['a rejected request', { status: 422 }, 0],
    ['a success', { status: 200 }, 0],
  ])('counts failures of the store only: %s', (_name, outcome, failures) => {
    const { call, breaker } = setUp();
    call(outcome);
    expect(breaker.failures('getCustomers')).toBe(failures);
  });

  test('ignores a failure after the deadline of the operation', () => {
    const { call, breaker } = setUp();
    const origin = { caller: 'one', lane: 'standard', deadlineAt: 8 } as const;
    call({ status: null, failure: outage }, { origin });
    expect(breaker.failures('getCustomers')).toBe(0);
    call({ status: null, failure: outage }, { origin, settlesWrite: true });
    expect(breaker.failures('getCustomers')).toBe(1);
  });
});

test('only the first outcome of a call counts', () => {
  const { call, limits, schedule, effects } = setUp();
  const permit = call({ status: 200 });
  permit.release({ status: 429, headers: {}, failure: null });
  expect([limits.inFlight(), schedule.inFlight('standard'), effects.length]).toEqual([0, 0, 1]);
  expect(permit.rejectedBy()).toBeNull();
});

test('a permit tells the time until the deadline and the time in the queue', () => {
  const { issue, events, advance } = setUp();
  const origin = { caller: 'one', lane: 'bulk', deadlineAt: 1_234 } as const;
  const request = { operation: 'getCustomers', origin };
  const permit = issue(request, 5);
  expect([permit.waitedMs, permit.timeLeftMs()]).toEqual([5, 1_234]);
  advance(234);
  expect(permit.timeLeftMs()).toBe(1_000);
  expect(issue({ ...request, settlesWrite: true }, 0).timeLeftMs()).toBe(Number.POSITIVE_INFINITY);
  expect(events).toEqual(['bulk 5', 'bulk 0']);
});

test('an operation with a later deadline that joins a call gives it more time', () => {
  const { issue } = setUp();
  const origin = createSharedOrigin({ caller: 'one', lane: 'bulk', deadlineAt: 1_000 });
  const permit = issue({ operation: 'getCustomers', origin }, 0);
  origin.join({ caller: 'two', lane: 'bulk', deadlineAt: 5_000 });
  expect(permit.timeLeftMs()).toBe(5_000);
});

test('invalid headers are reported', () => {
  const { call, events } = setUp();
  call({ headers: left('-5') });
  expect(events).toContain('invalid headers');
});
