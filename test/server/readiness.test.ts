import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { CallReport } from '../../src/rest/http.ts';
import { createReadinessMonitor } from '../../src/server/readiness.ts';

function report(status: number | null, failure: unknown = null): CallReport {
  return {
    operation: 'getCustomers',
    method: 'GET',
    path: '/customers',
    status,
    headers: {},
    durationMs: 1,
    failure,
  };
}

const unreachable = report(null, new GatewayError('UPSTREAM_UNAVAILABLE', 'down'));

/** A monitor with a clock of its own, whose probes are counted and end as the test says. */
function monitor(outcome: () => CallReport = () => report(200)) {
  let timeMs = 0;
  let probes = 0;
  const readiness = createReadinessMonitor({
    now: () => timeMs,
    async probe() {
      probes += 1;
      const ended = outcome();
      readiness.observe(ended);
      if (ended.failure !== null) throw ended.failure;
    },
  });
  return {
    readiness,
    probes: () => probes,
    pass(milliseconds: number) {
      timeMs += milliseconds;
    },
  };
}

const READY = { ready: true, reasons: [] };

test('probes a store that was never heard of, once in thirty seconds however often it is asked', async () => {
  const { readiness, probes, pass } = monitor();
  expect(await Promise.all([readiness.check(), readiness.check(), readiness.check()])).toEqual([
    READY,
    READY,
    READY,
  ]);
  expect(probes()).toBe(1);
  pass(29_999);
  expect(await readiness.check()).toEqual(READY);
  expect(probes()).toBe(1);
  pass(1);
  expect(await readiness.check()).toEqual(READY);
  expect(probes()).toBe(2);
});

test('needs no probe while callers keep the store busy', async () => {
  const { readiness, probes, pass } = monitor();
  for (let minute = 0; minute < 10; minute += 1) {
    readiness.observe(report(200));
    pass(29_999);
    expect(await readiness.check()).toEqual(READY);
  }
  expect(probes()).toBe(0);
});

test('probes a store that is down no more often than one that is up', async () => {
  const { readiness, probes, pass } = monitor(() => unreachable);
  for (let second = 0; second < 60; second += 1) {
    expect(await readiness.check()).toEqual({ ready: false, reasons: ['the store cannot be reached'] });
    pass(1_000);
  }
  expect(probes()).toBe(2);
});

test('is ready again with the first good answer, whoever asked for it', async () => {
  const { readiness } = monitor(() => unreachable);
  expect((await readiness.check()).ready).toBe(false);
  readiness.observe(report(200));
  expect(await readiness.check()).toEqual(READY);
});

describe('the last call', () => {
  const failed = (code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_BAD_RESPONSE') => new GatewayError(code, '');

  test.each<[CallReport, string | null]>([
    [report(200), null],
    [report(404, new GatewayError('UPSTREAM_REJECTED', '')), null],
    [report(422, new GatewayError('UPSTREAM_REJECTED', '')), null],
    [report(429, new GatewayError('UPSTREAM_RATE_LIMITED', '')), null],
    [report(401, new GatewayError('UPSTREAM_UNAUTHENTICATED', '')), 'the store refuses the access token'],
    [report(500, new GatewayError('UPSTREAM_UNAVAILABLE', '')), 'the store answers 500'],
    [report(503, new GatewayError('UPSTREAM_UNAVAILABLE', '')), 'the store answers 503'],
    [report(null, failed('UPSTREAM_TIMEOUT')), 'the store does not answer in time'],
    [report(null, failed('UPSTREAM_BAD_RESPONSE')), 'the store does not answer as its API does'],
    [report(200, failed('UPSTREAM_BAD_RESPONSE')), 'the store does not answer as its API does'],
    [report(200, failed('UPSTREAM_TIMEOUT')), 'the store does not answer in time'],
    [unreachable, 'the store cannot be reached'],
  ])('%o makes it %s', async (call, reason) => {
    const { readiness } = monitor();
    readiness.observe(call);
    const reasons = reason === null ? [] : [reason];
    expect(await readiness.check()).toEqual({ ready: reason === null, reasons });
  });

  test('says nothing where the caller left before it ended', async () => {
    const { readiness } = monitor();
    readiness.observe(report(503, new GatewayError('UPSTREAM_UNAVAILABLE', '')));
    readiness.observe(report(null, new DOMException('gone', 'AbortError')));
    expect((await readiness.check()).reasons).toEqual(['the store answers 503']);
  });
});

test('is not ready and does not probe while it stops', async () => {
  const { readiness, probes } = monitor();
  readiness.observe(report(200));
  readiness.drain();
  expect(await readiness.check()).toEqual({ ready: false, reasons: ['the gateway is stopping'] });
  expect(probes()).toBe(0);
});
