import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import type { CallReport } from '../../../src/rest/client/http.ts';
import { createReadinessMonitor } from '../../../src/server/health/readiness.ts';

function report(status: number | null, failure: unknown = null): CallReport {
  return {
    operation: 'getCustomers',
    method: 'GET',
    path: '/customers',
    status,
    headers: {},
    durationMs: 1,
    failure,
    missesScope: false,
    requestId: null,
  };
}

const UNREACHABLE = report(null, new GatewayError('UPSTREAM_UNAVAILABLE', 'down'));

/** A monitor with a fake clock, whose probes are counted and end with the given report. */
function monitor(outcome: () => CallReport = () => report(200)) {
  let timeMs = 0;
  let probes = 0;
  const readiness = createReadinessMonitor({
    now: () => timeMs,
    async probe() {
      probes += 1;
      const result = outcome();
      readiness.observe(result);
      if (result.failure !== null) throw result.failure;
    },
  });
  return {
    readiness,
    probes: () => probes,
    advance(ms: number) {
      timeMs += ms;
    },
  };
}

const READY = { ready: true, reasons: [] };

test('probes a store without a recent response at most once in 30 seconds', async () => {
  const { readiness, probes, advance } = monitor();
  expect(await Promise.all([readiness.check(), readiness.check(), readiness.check()])).toEqual([
    READY,
    READY,
    READY,
  ]);
  expect(probes()).toBe(1);
  advance(29_999);
  expect(await readiness.check()).toEqual(READY);
  expect(probes()).toBe(1);
  advance(1);
  expect(await readiness.check()).toEqual(READY);
  expect(probes()).toBe(2);
});

test('sends no probe while other calls report the state of the store', async () => {
  const { readiness, probes, advance } = monitor();
  for (let minute = 0; minute < 10; minute += 1) {
    readiness.observe(report(200));
    advance(29_999);
    expect(await readiness.check()).toEqual(READY);
  }
  expect(probes()).toBe(0);
});

test('probes a store that is down at most once in 5 seconds', async () => {
  const { readiness, probes, advance } = monitor(() => UNREACHABLE);
  for (let second = 0; second < 60; second += 1) {
    expect(await readiness.check()).toEqual({ ready: false, reasons: ['the store cannot be reached'] });
    advance(1_000);
  }
  expect(probes()).toBe(12);
});

test('stays ready after one or two failures, and fails after the third in a row if a probe fails too', async () => {
  const { readiness } = monitor(() => UNREACHABLE);
  readiness.observe(report(200));
  for (const ready of [true, true, false]) {
    readiness.observe(report(502, new GatewayError('UPSTREAM_UNAVAILABLE', '')));
    expect((await readiness.check()).ready).toBe(ready);
  }
  readiness.observe(report(200));
  expect(await readiness.check()).toEqual(READY);
});

test('stays ready while only one endpoint of the store is broken, however often it fails', async () => {
  const { readiness, probes, advance } = monitor();
  for (let second = 0; second < 60; second += 1) {
    for (let i = 0; i < 20; i += 1)
      readiness.observe({
        ...report(502, new GatewayError('UPSTREAM_UNAVAILABLE', '')),
        operation: 'createCustomers',
      });
    expect(await readiness.check()).toEqual(READY);
    advance(1_000);
  }
  expect(probes()).toBe(12);
});

test('does not wait long for a probe that hangs', async () => {
  const readiness = createReadinessMonitor({ probe: () => new Promise(() => {}), maxWaitMs: 1 });
  expect(await readiness.check()).toEqual({ ready: false, reasons: ['the store has not responded yet'] });
  readiness.observe(report(200));
  for (let i = 0; i < 3; i += 1) readiness.observe(UNREACHABLE);
  expect(await readiness.check()).toEqual(READY);
});

test('is not ready before the first successful call', async () => {
  const { readiness } = monitor(() => UNREACHABLE);
  expect(await readiness.check()).toEqual({ ready: false, reasons: ['the store cannot be reached'] });
});

test('is ready again after the first successful call', async () => {
  const { readiness } = monitor(() => UNREACHABLE);
  expect((await readiness.check()).ready).toBe(false);
  readiness.observe(report(200));
  expect(await readiness.check()).toEqual(READY);
});

describe('readiness after three calls in a row', () => {
  const failed = (code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_BAD_RESPONSE') => new GatewayError(code, '');

  test.each<[CallReport, string | null]>([
    [report(200), null],
    [report(404, new GatewayError('UPSTREAM_REJECTED', '')), null],
    [report(422, new GatewayError('UPSTREAM_REJECTED', '')), null],
    [report(429, new GatewayError('UPSTREAM_RATE_LIMITED', '')), null],
    [report(401, new GatewayError('UPSTREAM_UNAUTHENTICATED', '')), 'the store rejects the access token'],
    [report(500, new GatewayError('UPSTREAM_UNAVAILABLE', '')), 'the store responds with 500'],
    [report(503, new GatewayError('UPSTREAM_UNAVAILABLE', '')), 'the store responds with 503'],
    [report(null, failed('UPSTREAM_TIMEOUT')), 'the store does not respond in time'],
    [report(null, failed('UPSTREAM_BAD_RESPONSE')), 'the store sends invalid responses'],
    [report(200, failed('UPSTREAM_BAD_RESPONSE')), 'the store sends invalid responses'],
    [report(200, failed('UPSTREAM_TIMEOUT')), 'the store does not respond in time'],
    [UNREACHABLE, 'the store cannot be reached'],
  ])('that end as %o has the reason %s', async (call, reason) => {
    const { readiness } = monitor(() => call);
    readiness.observe(report(200));
    for (let i = 0; i < 3; i += 1) readiness.observe(call);
    const reasons = reason === null ? [] : [reason];
    expect(await readiness.check()).toEqual({ ready: reason === null, reasons });
  });

  test('ignores a call that its caller aborted', async () => {
    const { readiness } = monitor();
    readiness.observe(report(503, new GatewayError('UPSTREAM_UNAVAILABLE', '')));
    readiness.observe(report(null, new DOMException('gone', 'AbortError')));
    expect((await readiness.check()).reasons).toEqual(['the store responds with 503']);
  });
});

test('is not ready and does not probe during shutdown', async () => {
  const { readiness, probes } = monitor();
  readiness.observe(report(200));
  readiness.drain();
  expect(await readiness.check()).toEqual({ ready: false, reasons: ['the gateway is shutting down'] });
  expect(probes()).toBe(0);
});
