import { describe, expect, test } from 'vitest';
import {
  createRateLimitedStore,
  type RateLimitedStore,
  type RequestOptions,
} from '../support/rate-limited-store.ts';

const QUOTA = 150;
const WINDOW_MS = 30_000;
const WINDOWS = 10;
const RUN_MS = WINDOWS * WINDOW_MS;

/** Makes `times` times the quota in calls, evenly over all windows. */
function demand(
  store: RateLimitedStore,
  times: number,
  optionsOf: (count: number) => RequestOptions = () => ({}),
): void {
  const wanted = QUOTA * times * WINDOWS;
  for (let count = 0; count < wanted; count += 1) {
    store.clock.callAt((count * RUN_MS) / wanted, () => void store.request(optionsOf(count)));
  }
}

/** Uses a share of the quota by another app, evenly over all windows. */
function intrude(store: RateLimitedStore, share: number): void {
  const requests = QUOTA * share * WINDOWS;
  for (let count = 0; count < requests; count += 1) {
    store.clock.callAt(((count + 0.5) * RUN_MS) / requests, () => store.callAsOtherApp(1));
  }
}

const used = ({ served, servedToOthers }: RateLimitedStore) => (served + servedToOthers) / (QUOTA * WINDOWS);

describe.each(['fixed', 'sliding'] as const)(
  'with %s windows, a demand of ten times the quota uses at least 90 % of it without a 429',
  (window) => {
    test('for one caller', async () => {
      const store = createRateLimitedStore({ window });
      demand(store, 10);
      await store.clock.advanceTo(RUN_MS);
      expect(store.rateLimited).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.95);
      expect(store.governors[0]?.state().window).toBe(window);
    });

    test('while another app steadily uses 30 %', async () => {
      const store = createRateLimitedStore({ window });
      demand(store, 10);
      intrude(store, 0.3);
      await store.clock.advanceTo(RUN_MS);
      expect(store.rateLimited).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.95);
      // The other app gets most of its 450 calls.
      expect(store.servedToOthers).toBeGreaterThan(250);
    });

    test('with rate-limit headers on every other response only', async () => {
      const store = createRateLimitedStore({ window, headerShare: 0.5 });
      demand(store, 10);
      await store.clock.advanceTo(RUN_MS);
      expect(store.rateLimited).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.95);
    });

    test('for nine callers in three lanes', async () => {
      const store = createRateLimitedStore({ window });
      const lanes = ['interactive', 'standard', 'bulk'] as const;
      demand(store, 10, (count) => ({ lane: lanes[count % 3] ?? 'bulk', caller: `caller ${count % 9}` }));
      await store.clock.advanceTo(RUN_MS);
      expect(store.rateLimited).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.95);
      // The bulk lane has the lowest priority but does not starve.
      const bulk = store.done.filter(({ lane }) => lane === 'bulk').length;
      expect(bulk).toBeGreaterThanOrEqual(0.05 * QUOTA * WINDOWS);
    });

    test('for three gateways that do not know of each other', async () => {
      const store = createRateLimitedStore({ window, governors: 3 });
      demand(store, 10, (count) => ({ governor: count % 3 }));
      await store.clock.advanceTo(RUN_MS);
      expect(store.rateLimited).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.9);
    });

    test('except for calls in flight when another app unexpectedly uses 70 % at once', async () => {
      const store = createRateLimitedStore({ window });
      demand(store, 10);
      const strikes: { readonly inFlight: number; readonly refused: number }[] = [];
      for (let count = 0; count < WINDOWS; count += 1) {
        store.clock.callAt(count * WINDOW_MS + 500 + 7_919 * (count % 4), () => {
          strikes.push({ inFlight: store.inFlight, refused: store.rateLimited });
          store.callAsOtherApp(0.7 * QUOTA);
        });
      }
      await store.clock.advanceTo(RUN_MS);
      strikes.forEach(({ inFlight, refused }, count) => {
        const later = strikes[count + 1]?.refused ?? store.rateLimited;
        // If no call is in flight, the next one gets the 429.
        expect(later - refused).toBeLessThanOrEqual(Math.max(1, inFlight));
      });
    });

    test('and interactive calls wait less than 50 ms at the 99th percentile', async () => {
      const store = createRateLimitedStore({ window });
      demand(store, 5, () => ({ lane: 'bulk', caller: 'export' }));
      for (let second = 0; second < 300; second += 1) {
        const wantedAt = second * 1_000 + ((second * 7_919) % 997);
        store.clock.callAt(wantedAt, () => store.request({ lane: 'interactive', caller: 'shop' }));
      }
      await store.clock.advanceTo(RUN_MS);
      const waits = store.done
        .filter(({ lane }) => lane === 'interactive')
        .map(({ requestedAt, endedAt }) => endedAt - requestedAt - store.latencyMs)
        .sort((one, other) => one - other);
      expect(waits.length).toBeGreaterThanOrEqual(299);
      expect(waits[Math.floor(waits.length * 0.99)]).toBeLessThan(50);
      expect(store.rateLimited).toBe(0);
    });

    test('and a greedy caller does not reduce what the others get', async () => {
      const store = createRateLimitedStore({ window });
      const share = QUOTA / 10;
      // Nine others want 90 % of their share each, one after the other.
      for (let caller = 0; caller < 9; caller += 1) {
        const wanted = 0.9 * share * WINDOWS;
        for (let count = 0; count < wanted; count += 1) {
          const wantedAt = (count * RUN_MS) / wanted + caller * 200;
          store.clock.callAt(wantedAt, () => store.request({ caller: `caller ${caller}` }));
        }
      }
      for (let count = 0; count < 20 * share * (WINDOWS - 1); count += 1) {
        store.clock.callAt(WINDOW_MS + (count * WINDOW_MS) / (20 * share), () =>
          store.request({ caller: 'greedy' }),
        );
      }
      await store.clock.advanceTo(RUN_MS + WINDOW_MS / 3);
      for (let caller = 0; caller < 9; caller += 1) {
        const served = store.done.filter(({ caller: name }) => name === `caller ${caller}`).length;
        expect(served).toBeGreaterThanOrEqual(0.95 * 0.9 * share * WINDOWS);
      }
      expect(store.rateLimited).toBe(0);
    });
  },
);

test("clock skew between the store's machines does not make fixed windows look sliding", async () => {
  const store = createRateLimitedStore({ clockSkewMs: 60, latencyMs: 5 });
  demand(store, 10);
  await store.clock.advanceTo(RUN_MS);
  expect(store.rateLimited).toBe(0);
  expect(used(store)).toBeGreaterThanOrEqual(0.95);
  expect(store.governors[0]?.state().window).toBe('fixed');
});

test('calls to a store without a quota are not paced', async () => {
  const store = createRateLimitedStore({ quota: 0 });
  for (let count = 0; count < 1_000; count += 1) store.request();
  // 16 rounds of 64 calls, and the first response.
  await store.clock.advanceTo(18 * store.latencyMs);
  expect(store.served).toBe(1_000);
});

test('a quota of 1 is used without a 429', async () => {
  const store = createRateLimitedStore({ quota: 1, windowMs: 1_000 });
  store.request();
  await store.clock.advanceTo(100);
  for (let count = 0; count < 5; count += 1) store.request();
  await store.clock.advanceTo(8_000);
  expect(store.rateLimited).toBe(0);
  expect(store.served).toBe(6);
});

describe.each([
  ['fixed windows', { window: 'fixed' }],
  ['sliding windows', { window: 'sliding' }],
  ['no quota', { quota: 0 }],
] as const)('if responses are slow compared with the window, with %s', (_name, options) => {
  test('the bulk lane gets its tenth', async () => {
    const store = createRateLimitedStore({ ...options, latencyMs: 12_000 });
    const lanes = ['interactive', 'standard', 'bulk'] as const;
    demand(store, 10, (count) => ({ lane: lanes[count % 3] ?? 'bulk', caller: `caller ${count % 9}` }));
    await store.clock.advanceTo(RUN_MS);
    expect(store.rateLimited).toBe(0);
    const bulk = store.done.filter(({ lane }) => lane === 'bulk').length;
    expect(bulk).toBeGreaterThanOrEqual(0.08 * store.done.length);
  });
});

test('an import that runs again and again loses no batch at the end of a window', async () => {
  const operation = 'upsertCustomersAttributeValues';
  const store = createRateLimitedStore({ maxConcurrency: new Map([[operation, 3]]) });
  let batches = 0;
  let lost = 0;
  async function importAgain(): Promise<void> {
    while (store.clock.now() < RUN_MS) {
      const deadlineMs = 45_000;
      const calls = Array.from({ length: 20 }, () => store.request({ operation, deadlineMs, lane: 'bulk' }));
      const results = await Promise.all(calls);
      batches += results.length;
      lost += results.filter((ok) => !ok).length;
    }
  }
  void importAgain();
  await store.clock.advanceTo(RUN_MS);
  expect(lost).toBe(0);
  expect(store.rateLimited).toBe(0);
  expect(batches).toBeGreaterThan(0.9 * QUOTA * WINDOWS);
});
