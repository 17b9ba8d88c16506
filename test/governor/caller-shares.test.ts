import { describe, expect, test } from 'vitest';
import { createCallerShares } from '../../src/governor/caller-shares.ts';
import type { QuotaTracker, WindowKind } from '../../src/governor/quota/tracker.ts';

const WINDOW_MS = 30_000;

/** The callers of a lane that may use 120 calls per window. */
function setUp({ quota = 150, kind = 'sliding' }: { quota?: number | null; kind?: WindowKind } = {}) {
  let time = 0;
  const tracker: Pick<QuotaTracker, 'quota' | 'windowKind' | 'windowMs' | 'windowNumber'> = {
    quota: () => quota,
    windowKind: () => kind,
    windowMs: () => WINDOW_MS,
    windowNumber: () => Math.floor(time / WINDOW_MS),
  };
  const lane = { ownQuota: () => 120, fractionLeft: () => 1 };
  const shares = createCallerShares(tracker as QuotaTracker, lane, () => time);
  return {
    shares,
    advance(ms: number) {
      time += ms;
    },
    use(caller: string, calls: number) {
      for (let count = 0; count < calls; count += 1) shares.recordUse(caller);
    },
  };
}

describe.each(['fixed', 'sliding'] as const)('in %s windows', (kind) => {
  test('callers that want more get equal shares', () => {
    const { shares, use } = setUp({ kind });
    use('one', 60);
    use('other', 10);
    expect([shares.isWithinShare('one'), shares.isWithinShare('other')]).toEqual([false, true]);
  });

  test('idle callers are forgotten, so they take no share', () => {
    const { shares, use, advance } = setUp({ kind });
    for (let count = 0; count < 1_000; count += 1) use(`caller ${count}`, 1);
    advance(2 * WINDOW_MS);
    use('one', 50);
    use('other', 1);
    // With 1,002 callers the share would be one call.
    expect(shares.isWithinShare('one')).toBe(true);
  });
});

test('without a quota nothing is shared', () => {
  const { shares, use } = setUp({ quota: null });
  use('one', 1_000);
  use('other', 1);
  shares.recordDemand('one', 1_000);
  expect(shares.isWithinShare('one')).toBe(true);
  expect(shares.reserved()).toBe(0);
});
