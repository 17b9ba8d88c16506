import { describe, expect, test } from 'vitest';
import { createFairShare } from '../../src/governor/fair-share.ts';
import { LANES, type Lane } from '../../src/governor/lanes.ts';
import type { QuotaTracker, WindowKind } from '../../src/governor/quota/tracker.ts';

const QUOTA = 100;
const WINDOW_MS = 30_000;

interface Situation {
  readonly kind?: WindowKind;
  readonly quota?: number | null;
  readonly otherApps?: number;
}

function setUp({ kind = 'fixed', quota = QUOTA, otherApps = 0 }: Situation = {}) {
  let time = 0;
  let remaining = quota ?? Number.POSITIVE_INFINITY;
  let windowNumber = 0;
  const tracker: QuotaTracker = {
    remaining: () => remaining,
    probeAllowance: () => 0,
    send: () => ({ sentAt: time, completedAt: null, answered: false }),
    complete() {},
    markExhausted() {},
    quota: () => quota,
    storeQuota: () => quota,
    hasLease: () => true,
    lastRemaining: () => remaining,
    windowKind: () => kind,
    windowMs: () => WINDOW_MS,
    resetMs: () => WINDOW_MS - (time % WINDOW_MS),
    otherAppsUsage: () => otherApps,
    windowNumber: () => windowNumber,
  };
  const shares = createFairShare(tracker, () => time);
  /** A caller wants calls, and queues them all. */
  function want(lane: Lane, count: number, caller = 'one'): void {
    for (let queued = 0; queued < count; queued += 1) shares.recordDemand(lane, caller, queued);
  }
  function take(lane: Lane, caller = 'one'): boolean {
    if (!shares.canStart(lane)) return false;
    if (!shares.isWithinShare(lane, caller) && !shares.hasSurplus(lane)) return false;
    shares.recordUse(lane, caller);
    remaining -= 1;
    return true;
  }
  return {
    shares,
    want,
    /** Starts as many calls as may start at once. */
    takeAll(lane: Lane, caller?: string, max = 1_000): number {
      let count = 0;
      while (count < max && take(lane, caller)) count += 1;
      return count;
    },
    at(moment: number) {
      if (Math.floor(moment / WINDOW_MS) > Math.floor(time / WINDOW_MS)) {
        remaining = quota ?? remaining;
        windowNumber += 1;
      }
      time = moment;
    },
  };
}

describe('lanes', () => {
  test('a lane that is alone gets the quota, apart from the reserve for interactive calls and the headroom', () => {
    expect(setUp().takeAll('standard')).toBe(97);
    expect(setUp().takeAll('interactive')).toBe(99);
  });

  test('a fifth is kept for interactive calls against bulk until the window ends', () => {
    const { takeAll, at } = setUp();
    expect(takeAll('bulk')).toBe(77);
    at(15_000);
    expect(takeAll('bulk')).toBe(10);
    at(29_999);
    expect(takeAll('bulk')).toBe(9);
  });

  test('a lane within its share takes it, whatever the others want', () => {
    const { want, takeAll } = setUp();
    for (const lane of LANES) want(lane, 500);
    expect(takeAll('bulk')).toBe(10);
    expect(takeAll('standard')).toBe(30);
    expect(takeAll('interactive')).toBe(59);
  });

  test('a lane beyond its share leaves what the others are expected to want of theirs', () => {
    const { want, takeAll } = setUp();
    want('standard', 20);
    expect(takeAll('interactive')).toBe(79);
  });

  test('shares are parts of what other apps leave', () => {
    const { takeAll, want, at } = setUp({ quota: 100 });
    for (const lane of LANES) want(lane, 500);
    takeAll('interactive');
    at(30_000);
    expect(takeAll('bulk')).toBe(10);
  });

  test('the calls of other apps are left to them, except by interactive calls within their share', () => {
    expect(setUp({ otherApps: 40 }).takeAll('standard')).toBe(57);
    expect(setUp({ otherApps: 30 }).takeAll('interactive')).toBe(69);
    expect(setUp({ otherApps: 90 }).takeAll('interactive')).toBe(60);
  });
});

describe('callers', () => {
  test('a caller beyond its share leaves what the others are expected to want', () => {
    const { want, takeAll } = setUp();
    for (let caller = 0; caller < 9; caller += 1) want('standard', 3, `caller ${caller}`);
    want('standard', 100, 'greedy');
    const taken = takeAll('standard', 'greedy');
    expect(taken).toBeGreaterThan(60);
    expect(taken).toBeLessThanOrEqual(97 - 9 * 3);
    for (let caller = 0; caller < 9; caller += 1) expect(takeAll('standard', `caller ${caller}`, 3)).toBe(3);
  });

  test('what a caller wants beyond its share is not kept from the others', () => {
    const { want, takeAll } = setUp();
    want('standard', 1, 'other');
    want('standard', 500, 'greedy');
    expect(takeAll('standard', 'greedy')).toBe(96);
  });

  test('a caller that is alone has no share to exceed', () => {
    const { shares, want, takeAll } = setUp();
    want('standard', 100);
    takeAll('standard');
    expect(shares.isWithinShare('standard', 'one')).toBe(true);
  });

  test('what a caller used in the last window does not count', () => {
    const { shares, want, takeAll, at } = setUp();
    want('standard', 1, 'other');
    want('standard', 100, 'greedy');
    takeAll('standard', 'greedy');
    expect(shares.isWithinShare('standard', 'greedy')).toBe(false);
    at(30_001);
    expect(shares.isWithinShare('standard', 'greedy')).toBe(true);
  });
});

test('in a sliding window, calls below interactive are spread evenly', () => {
  const { takeAll, at } = setUp({ kind: 'sliding' });
  at(30_000);
  expect(takeAll('standard')).toBe(5);
  at(30_300);
  expect(takeAll('standard')).toBe(1);
  expect(takeAll('bulk')).toBeGreaterThan(5);
  expect(takeAll('interactive')).toBeGreaterThan(50);
});

test('without a quota every call may start', () => {
  const { shares, takeAll } = setUp({ quota: null });
  expect(takeAll('bulk', 'greedy')).toBe(1_000);
  expect(shares.isWithinShare('bulk', 'greedy')).toBe(true);
  expect(shares.remaining()).toBe(Number.POSITIVE_INFINITY);
});
