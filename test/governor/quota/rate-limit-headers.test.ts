import { describe, expect, test } from 'vitest';
import {
  type ResponseHeaders,
  readRateLimitHeaders,
} from '../../../src/governor/quota/rate-limit-headers.ts';

function headers(quota: string, left: string, reset: string, window = '30000'): Record<string, string> {
  return {
    'x-rate-limit-requests-quota': quota,
    'x-rate-limit-requests-left': left,
    'x-rate-limit-time-reset-ms': reset,
    'x-rate-limit-time-window-ms': window,
  };
}

test('the four headers are read', () => {
  expect(readRateLimitHeaders(headers('150', '149', '29999'))).toEqual({
    quota: 150,
    remaining: 149,
    resetMs: 29_999,
    retryAfterMs: null,
    windowMs: 30_000,
    invalid: false,
  });
});

test('a response without any of them says nothing', () => {
  expect(readRateLimitHeaders({ 'content-type': 'application/json' })).toBeNull();
});

test.each(['x-retry-after', 'retry-after'])('%s is in seconds, and counts if there is no reset', (name) => {
  expect(readRateLimitHeaders({ [name]: '2' })).toMatchObject({ quota: null, resetMs: 2_000 });
  expect(readRateLimitHeaders({ ...headers('150', '0', '700'), [name]: '2' })).toMatchObject({
    resetMs: 700,
    retryAfterMs: 2_000,
  });
});

test.each<[ResponseHeaders, number | null]>([
  [{ 'x-retry-after': '12', 'retry-after': '3' }, 12_000],
  [{ 'x-retry-after': '86400' }, 3_600_000],
  [{ 'x-retry-after': '-5' }, 0],
  [{ 'x-retry-after': '1.5' }, null],
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, null],
  [{ 'x-retry-after': ['1', '2'] }, null],
])('the time to wait of %o is %o', (given, retryAfterMs) => {
  expect(readRateLimitHeaders(given)?.retryAfterMs).toBe(retryAfterMs);
});

test('a missing reset is no error', () => {
  const { 'x-rate-limit-time-reset-ms': _, ...others } = headers('60', '59', '');
  expect(readRateLimitHeaders(others)).toMatchObject({ quota: 60, resetMs: null, invalid: false });
});

describe('an impossible value', () => {
  test.each([
    ['a negative number left', headers('150', '-5', '1000'), { remaining: 0 }],
    ['more left than the quota', headers('150', '500', '1000'), { remaining: 150 }],
    ['a reset after the window', headers('150', '5', '99999'), { resetMs: 30_000 }],
    ['a quota of 0', headers('0', '0', '1000'), { quota: null }],
    ['a word', headers('many', '5', '1000'), { quota: null }],
    ['a window of a century', headers('150', '5', '31000', '3155760000000'), { windowMs: 30_000 }],
  ])('is clamped or ignored: %s', (_name, given, expected) => {
    expect(readRateLimitHeaders(given)).toMatchObject({ ...expected, invalid: true });
  });
});
