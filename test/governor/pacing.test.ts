import { describe, expect, test } from 'vitest';
import { createMeteredStore, type MeteredStore, type WantOptions } from '../support/metered-store.ts';

const QUOTA = 150;
const WINDOW_MS = 30_000;
const WINDOWS = 10;
const RUN_MS = WINDOWS * WINDOW_MS;

/** Lets callers want so many times the quota, evenly over all windows. */
function demand(store: MeteredStore, times: number, who: (count: number) => WantOptions = () => ({})): void {
  const wanted = QUOTA * times * WINDOWS;
  for (let count = 0; count < wanted; count += 1) {
    store.clock.at((count * RUN_MS) / wanted, () => store.want(who(count)));
  }
}

/** Lets a foreign app take a share of the quota, evenly over all windows. */
function intrude(store: MeteredStore, share: number): void {
  const requests = QUOTA * share * WINDOWS;
  for (let count = 0; count < requests; count += 1) {
    store.clock.at(((count + 0.5) * RUN_MS) / requests, () => store.intrude(1));
  }
}

const used = ({ served, foreign }: MeteredStore) => (served + foreign) / (QUOTA * WINDOWS);

describe.each(['fixed', 'sliding'] as const)(
  'where windows are %s, ten times the quota draws no 429 and uses it',
  (window) => {
    test('alone', async () => {
      const store = createMeteredStore({ window });
      demand(store, 10);
      await store.clock.runUntil(RUN_MS);
      expect(store.refused).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.95);
      expect(store.governors[0]?.state().window).toBe(window);
    });

    test('beside a foreign app that takes a steady third or so', async () => {
      const store = createMeteredStore({ window });
      demand(store, 10);
      intrude(store, 0.3);
      await store.clock.runUntil(RUN_MS);
      expect(store.refused).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.95);
      // Nor is the foreign app starved: of 450 requests that it wants.
      expect(store.foreign).toBeGreaterThan(250);
    });

    test('with headers on every other answer only', async () => {
      const store = createMeteredStore({ window, headers: 0.5 });
      demand(store, 10);
      await store.clock.runUntil(RUN_MS);
      expect(store.refused).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.95);
    });

    test("for three gateways' worth of callers in all lanes", async () => {
      const store = createMeteredStore({ window });
      const lanes = ['interactive', 'standard', 'bulk'] as const;
      demand(store, 10, (count) => ({ lane: lanes[count % 3] ?? 'bulk', caller: `caller ${count % 9}` }));
      await store.clock.runUntil(RUN_MS);
      expect(store.refused).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.95);
      // Nothing starves, though bulk comes last.
      const bulk = store.done.filter(({ lane }) => lane === 'bulk').length;
      expect(bulk).toBeGreaterThanOrEqual(0.05 * QUOTA * WINDOWS);
    });

    test('for three gateways that know nothing of each other', async () => {
      const store = createMeteredStore({ window, governors: 3 });
      demand(store, 10, (count) => ({ governor: count % 3 }));
      await store.clock.runUntil(RUN_MS);
      expect(store.refused).toBe(0);
      expect(used(store)).toBeGreaterThanOrEqual(0.9);
    });

    test('but for calls that are under way when a foreign app strikes unforeseen', async () => {
      const store = createMeteredStore({ window });
      demand(store, 10);
      const strikes: { readonly inFlight: number; readonly refused: number }[] = [];
      for (let count = 0; count < WINDOWS; count += 1) {
        store.clock.at(count * WINDOW_MS + 500 + 7_919 * (count % 4), () => {
          strikes.push({ inFlight: store.inFlight, refused: store.refused });
          store.intrude(0.7 * QUOTA);
        });
      }
      await store.clock.runUntil(RUN_MS);
      strikes.forEach(({ inFlight, refused }, count) => {
        const later = strikes[count + 1]?.refused ?? store.refused;
        // Where nothing is under way, the next call is the one that is told.
        expect(later - refused).toBeLessThanOrEqual(Math.max(1, inFlight));
      });
    });

    test('and whoever waits for an interactive call does not notice', async () => {
      const store = createMeteredStore({ window });
      demand(store, 5, () => ({ lane: 'bulk', caller: 'export' }));
      for (let second = 0; second < 300; second += 1) {
        const wantedAt = second * 1_000 + ((second * 7_919) % 997);
        store.clock.at(wantedAt, () => store.want({ lane: 'interactive', caller: 'shop' }));
      }
      await store.clock.runUntil(RUN_MS);
      const waits = store.done
        .filter(({ lane }) => lane === 'interactive')
        .map(({ wantedAt, endedAt }) => endedAt - wantedAt - store.latencyMs)
        .sort((one, other) => one - other);
      expect(waits.length).toBeGreaterThanOrEqual(299);
      expect(waits[Math.floor(waits.length * 0.99)]).toBeLessThan(50);
      expect(store.refused).toBe(0);
    });

    test('and one greedy caller takes nothing from the others', async () => {
      const store = createMeteredStore({ window });
      const share = QUOTA / 10;
      // Nine others want 95 % of what would be theirs, one after the other.
      for (let caller = 0; caller < 9; caller += 1) {
        const wanted = 0.9 * share * WINDOWS;
        for (let count = 0; count < wanted; count += 1) {
          const wantedAt = (count * RUN_MS) / wanted + caller * 200;
          store.clock.at(wantedAt, () => store.want({ caller: `caller ${caller}` }));
        }
      }
      for (let count = 0; count < 20 * share * (WINDOWS - 1); count += 1) {
        store.clock.at(WINDOW_MS + (count * WINDOW_MS) / (20 * share), () =>
          store.want({ caller: 'greedy' }),
        );
      }
      await store.clock.runUntil(RUN_MS + WINDOW_MS / 3);
      for (let caller = 0; caller < 9; caller += 1) {
        const served = store.done.filter(({ caller: name }) => name === `caller ${caller}`).length;
        expect(served).toBeGreaterThanOrEqual(0.95 * 0.9 * share * WINDOWS);
      }
      expect(store.refused).toBe(0);
    });
  },
);

test("clocks of the store's machines that are apart do not make fixed windows look sliding", async () => {
  const store = createMeteredStore({ apartMs: 60, latencyMs: 5 });
  demand(store, 10);
  await store.clock.runUntil(RUN_MS);
  expect(store.refused).toBe(0);
  expect(used(store)).toBeGreaterThanOrEqual(0.95);
  expect(store.governors[0]?.state().window).toBe('fixed');
});

test('a store without a quota is not held up', async () => {
  const store = createMeteredStore({ quota: 0 });
  for (let count = 0; count < 1_000; count += 1) store.want();
  // Sixteen rounds of 64 and the first answer.
  await store.clock.runUntil(18 * store.latencyMs);
  expect(store.served).toBe(1_000);
});

test('is right for the smallest quota there is', async () => {
  const store = createMeteredStore({ quota: 1, windowMs: 1_000 });
  store.want();
  await store.clock.runUntil(100);
  for (let count = 0; count < 5; count += 1) store.want();
  await store.clock.runUntil(8_000);
  expect(store.refused).toBe(0);
  expect(store.served).toBe(6);
});
