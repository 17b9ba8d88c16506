import { describe, expect, test } from 'vitest';
import type { RateLimitHeaders } from '../../../src/governor/quota/rate-limit-headers.ts';
import { createQuotaTracker } from '../../../src/governor/quota/tracker.ts';

const QUOTA = 150;

function headers(
  remaining: number,
  resetMs: number | null,
  other: Partial<RateLimitHeaders> = {},
): RateLimitHeaders {
  return { quota: QUOTA, remaining, resetMs, retryAfterMs: null, windowMs: 30_000, invalid: false, ...other };
}

function setUp() {
  let time = 0;
  const tracker = createQuotaTracker(() => time);
  return {
    tracker,
    advance(ms: number) {
      time += ms;
    },
    /** Sends a call and gets a response to it. */
    call(response: RateLimitHeaders | null, latencyMs = 10) {
      const sent = tracker.send();
      time += latencyMs;
      tracker.complete(sent, response, true);
    },
    reject(response: RateLimitHeaders, latencyMs = 10) {
      const sent = tracker.send();
      time += latencyMs;
      tracker.markExhausted(sent, response);
    },
  };
}

describe('before the first response', () => {
  test('at most 32 calls are sent', () => {
    const { tracker } = setUp();
    expect(tracker.quota()).toBeNull();
    for (let count = 0; count < 32; count += 1) tracker.send();
    expect(tracker.remaining()).toBe(0);
  });

  test('a response without headers means that there is no limit', () => {
    const { tracker, call } = setUp();
    call(null);
    expect(tracker.remaining()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('after a response', () => {
  test('calls that it does not include are subtracted from what it says', () => {
    const { tracker, call } = setUp();
    const parallel = tracker.send();
    call(headers(100, 20_000));
    tracker.send();
    expect(Math.floor(tracker.remaining())).toBeLessThanOrEqual(98);
    tracker.complete(parallel, null, false);
    // It had no response, so the store may have counted it.
    expect(Math.floor(tracker.remaining())).toBeLessThanOrEqual(98);
  });

  test('the use of other apps is estimated from the difference to our own calls', () => {
    const { tracker, call, advance } = setUp();
    call(headers(140, 29_000));
    advance(5_000);
    call(headers(100, 23_990));
    const before = tracker.remaining();
    advance(1_000);
    // 50 calls of other apps in 6 seconds.
    expect(before - tracker.remaining()).toBeGreaterThan(4);
    expect(tracker.otherAppsUsage()).toBe(0);
  });

  test('an older response does not replace a newer one', () => {
    const { tracker, call, advance } = setUp();
    const slow = tracker.send();
    call(headers(90, 20_000));
    advance(100);
    tracker.complete(slow, headers(95, 20_000), true);
    expect(tracker.remaining()).toBeLessThanOrEqual(90);
  });
});

describe('a 429 response', () => {
  test('stops all calls for as long as the store says, for one call as for twelve', () => {
    const { tracker, call, advance } = setUp();
    call(headers(149, 30_000));
    const burst = Array.from({ length: 12 }, () => tracker.send());
    advance(40);
    for (const sent of burst) tracker.markExhausted(sent, headers(0, 300));
    expect(tracker.remaining()).toBe(0);
    expect(tracker.resetMs()).toBe(300);
    // Until the kind of the window is known, the first call is a little later.
    advance(2_000);
    expect(tracker.probeAllowance()).toBe(1);
  });

  test('ends a window that was believed to last longer', () => {
    const { tracker, call, reject, advance } = setUp();
    call(headers(149, 30_000));
    reject(headers(0, 300));
    advance(310);
    call(headers(149, 30_000));
    expect(tracker.remaining()).toBe(149);
    expect(tracker.resetMs()).toBeGreaterThan(29_000);
  });

  test('without a quota is only a pause', () => {
    const { tracker, reject, advance } = setUp();
    reject(headers(0, 1_000, { quota: null }));
    expect(tracker.quota()).toBeNull();
    expect(tracker.remaining()).toBe(0);
    advance(1_001);
    expect(tracker.remaining()).toBeGreaterThan(0);
  });
});

describe('a response with an absurd window', () => {
  test('is forgotten after the next one', () => {
    const { tracker, call } = setUp();
    call(headers(140, 25_000));
    call(headers(139, 3_500_000, { windowMs: 3_600_000 }));
    expect(tracker.resetMs()).toBeLessThanOrEqual(30_000);
    call(headers(138, 24_000));
    expect(tracker.resetMs()).toBeLessThanOrEqual(24_000);
    expect(tracker.windowMs()).toBe(30_000);
  });

  test('lets one call through to learn more, although it says that nothing is left', () => {
    const { tracker, call } = setUp();
    call(headers(140, 25_000));
    call(headers(0, 3_500_000, { windowMs: 3_600_000 }));
    expect(tracker.probeAllowance()).toBe(1);
    call(headers(138, 24_000));
    expect(tracker.remaining()).toBeGreaterThan(130);
    expect(tracker.probeAllowance()).toBe(0);
  });

  test('is believed when the next one says the same', () => {
    const { tracker, call } = setUp();
    call(headers(140, 55_000, { windowMs: 60_000 }));
    call(headers(139, 54_990, { windowMs: 60_000 }));
    expect(tracker.windowMs()).toBe(60_000);
    expect(tracker.windowKind()).toBe('unknown');
    expect(tracker.resetMs()).toBeGreaterThan(54_000);
  });

  test('is forgotten if it is the first one', () => {
    const { tracker, call } = setUp();
    call(headers(0, 3_500_000, { quota: 10_000_000, windowMs: 3_600_000 }));
    expect(tracker.probeAllowance()).toBe(1);
    call(headers(148, 29_000));
    expect(tracker.quota()).toBe(QUOTA);
    expect(tracker.remaining()).toBeGreaterThan(140);
  });
});

describe('a store that does not state the reset', () => {
  test('has a window that ends one length after the first response', () => {
    const { tracker, call, advance } = setUp();
    call(headers(59, null, { quota: 60, windowMs: 4_000 }));
    expect(tracker.remaining()).toBe(59);
    advance(1_000);
    call(headers(0, null, { quota: 60, windowMs: 4_000 }));
    expect(tracker.remaining()).toBeLessThanOrEqual(0);
    expect(tracker.resetMs()).toBe(2_990);
    advance(3_500);
    expect(tracker.probeAllowance()).toBe(1);
    call(headers(59, null, { quota: 60, windowMs: 4_000 }));
    expect(tracker.windowKind()).toBe('fixed');
    expect(tracker.remaining()).toBeGreaterThan(50);
  });

  test('starts a new window when more is left than before', () => {
    const { tracker, call, advance } = setUp();
    for (let left = 59; left > 20; left -= 1) call(headers(left, null, { quota: 60, windowMs: 4_000 }));
    advance(3_000);
    call(headers(59, null, { quota: 60, windowMs: 4_000 }));
    expect(tracker.resetMs()).toBe(4_000);
  });
});

test('a store that states what is left but no quota is paced', () => {
  const { tracker, call } = setUp();
  call(headers(3, 20_000, { quota: null }));
  for (let count = 0; count < 3; count += 1) tracker.send();
  expect(tracker.remaining()).toBeLessThanOrEqual(0);
});

test('a store that stops sending headers has no limit after 30 responses', () => {
  const { tracker, call, advance } = setUp();
  call(headers(100, 1_000));
  advance(2_000);
  for (let count = 0; count < 30; count += 1) call(null);
  expect(tracker.quota()).toBeNull();
  expect(tracker.remaining()).toBe(Number.POSITIVE_INFINITY);
});
