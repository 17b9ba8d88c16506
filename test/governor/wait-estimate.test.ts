import { describe, expect, test } from 'vitest';
import type { Lane } from '../../src/governor/lanes.ts';
import { createWaitEstimate } from '../../src/governor/wait-estimate.ts';

interface Situation {
  readonly quota?: number | null;
  readonly kind?: 'fixed' | 'sliding';
  readonly resetMs?: number;
  readonly remaining?: number;
  readonly available?: number;
  readonly queued?: Partial<Record<Lane, number>>;
  /** The pause of the operation. */
  readonly pauseMs?: number;
}

function estimateFor({
  quota = 150,
  kind = 'fixed',
  resetMs = 20_000,
  remaining = 0,
  available = remaining,
  queued = {},
  pauseMs = 0,
}: Situation) {
  const estimate = createWaitEstimate(
    { quota: () => quota, windowKind: () => kind, windowMs: () => 30_000, resetMs: () => resetMs },
    { size: (lane?: Lane) => (lane === undefined ? 0 : (queued[lane] ?? 0)) },
    { remaining: () => remaining, available: () => available },
    { pauseMs: (operation) => (operation === 'getCustomers' ? pauseMs : 0) },
  );
  return (lane: Lane, ahead: number) => estimate({ operation: 'getCustomers', lane }, ahead);
}

describe('in a fixed window', () => {
  test('a call for which something is left does not wait', () => {
    expect(estimateFor({ remaining: 10 })('standard', 9)).toBe(0);
  });

  test('a call waits for the rest of the window, and one window for each quota of calls ahead', () => {
    const estimate = estimateFor({ remaining: 0 });
    expect([0, 149, 150, 299, 300].map((ahead) => estimate('standard', ahead))).toEqual([
      20_000, 20_000, 50_000, 50_000, 80_000,
    ]);
  });

  test('what is left of a window never makes the wait longer than the window', () => {
    for (const remaining of [0.001, 0.5, 0.999, 1, 1.5, 7.3]) {
      const estimate = estimateFor({ remaining, available: 0, resetMs: 100 });
      for (let ahead = 0; ahead < 10; ahead += 1) {
        expect(estimate('standard', ahead)).toBeLessThanOrEqual(100);
      }
    }
  });

  test('what is reserved for other lanes becomes available until the window ends', () => {
    const estimate = estimateFor({ remaining: 40, available: 20 });
    expect(estimate('bulk', 19)).toBe(0);
    expect(estimate('bulk', 20)).toBeGreaterThan(0);
    expect(estimate('bulk', 39)).toBeLessThan(20_000);
    expect(estimate('bulk', 40)).toBe(20_000);
  });

  test('after the end of the window the first quota of calls does not wait', () => {
    const estimate = estimateFor({ resetMs: 0 });
    expect([estimate('standard', 149), estimate('standard', 150)]).toEqual([0, 30_000]);
  });
});

test('calls of higher lanes are ahead as far as their shares go', () => {
  const estimate = estimateFor({ queued: { interactive: 1_000, standard: 1_000 } });
  expect(estimate('interactive', 0)).toBe(20_000);
  // Nine calls of other lanes start before the first one of the bulk lane.
  expect(estimate('bulk', 0)).toBe(20_000);
  expect(estimate('bulk', 15)).toBe(50_000);
  expect(estimateFor({ queued: { interactive: 5 } })('bulk', 140)).toBe(20_000);
});

test('in a sliding window the wait grows with each call ahead', () => {
  const estimate = estimateFor({ kind: 'sliding', remaining: 10 });
  expect(estimate('standard', 9)).toBe(0);
  expect(estimate('standard', 24)).toBe(3_000);
});

test('in a sliding window of which nothing is left no call starts before the oldest one leaves it', () => {
  const estimate = estimateFor({ kind: 'sliding', remaining: 0, resetMs: 4_000 });
  expect(estimate('standard', 0)).toBe(4_000);
  expect(estimate('standard', 29)).toBe(6_000);
});

test('a call waits for the end of the pause of its operation', () => {
  expect(estimateFor({ remaining: 10, pauseMs: 250 })('standard', 0)).toBe(250);
  expect(estimateFor({ remaining: 0, pauseMs: 250 })('standard', 0)).toBe(20_000);
});

test('without a quota only a pause is waited for', () => {
  expect(estimateFor({ quota: null, resetMs: 300 })('standard', 5_000)).toBe(300);
  expect(estimateFor({ remaining: Number.POSITIVE_INFINITY, resetMs: 0 })('standard', 5_000)).toBe(0);
});
