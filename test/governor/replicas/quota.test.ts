import { describe, expect, test } from 'vitest';
import { createReplicas, type Replicas } from '../../support/replicas.ts';

const WINDOW_MS = 30_000;

/** The fraction of the quota that was used in the windows that are over. */
function usedOf(windows: readonly number[], quota: number): number {
  const complete = windows.slice(0, -1);
  return complete.reduce((sum, calls) => sum + calls, 0) / (complete.length * quota);
}

test.each([
  [150, 60],
  [450, 250],
  [3_749, 120],
])(
  'three replicas use a quota of %i together, with a latency of %i ms, and get no 429',
  async (quota, latencyMs) => {
    const replicas = createReplicas({ replicas: 3, quota, latencyMs });
    replicas.overload(4 * WINDOW_MS, 40);
    await replicas.clock.advanceTo(4 * WINDOW_MS + 5_000);
    expect(replicas.refused).toBe(0);
    expect(replicas.windows.length).toBeGreaterThanOrEqual(4);
    expect(usedOf(replicas.windows, quota)).toBeGreaterThan(0.95);
  },
);

test('one busy replica of three uses the whole quota', async () => {
  const replicas = createReplicas({ replicas: 3 });
  replicas.overload(4 * WINDOW_MS, 40, { only: [1] });
  await replicas.clock.advanceTo(4 * WINDOW_MS + 5_000);
  expect(replicas.refused).toBe(0);
  expect(usedOf(replicas.windows, 150)).toBeGreaterThan(0.95);
});

test('equally busy replicas get about the same number of calls', async () => {
  const replicas = createReplicas({ replicas: 3, quota: 450 });
  replicas.overload(6 * WINDOW_MS, 40);
  await replicas.clock.advanceTo(6 * WINDOW_MS);
  const [least = 0, most = 0] = [Math.min(...replicas.served), Math.max(...replicas.served)];
  expect(most).toBeLessThan(1.5 * least);
});

test.each([150, 450])(
  'of a quota of %i at least 85 percent are used, without a 429, while a replica is killed every five seconds',
  async (quota) => {
    const replicas = createReplicas({ replicas: 3, quota });
    replicas.overload(5 * WINDOW_MS, 40);
    for (let kills = 1; kills < 30; kills += 1) {
      replicas.clock.callAt(kills * 5_000, () => replicas.kill(kills % 3));
    }
    await replicas.clock.advanceTo(5 * WINDOW_MS + 5_000);
    expect(replicas.refused).toBe(0);
    expect(replicas.windows.length).toBeGreaterThanOrEqual(5);
    expect(usedOf(replicas.windows, quota)).toBeGreaterThan(0.85);
  },
);

const OUTAGES = (['frozen', 'down', 'restarted'] as const).flatMap((kind) =>
  [100, 25_000, 29_700].map((startsAt) => ({ kind, startsAt })),
);

test.each(OUTAGES)(
  'at least 70 percent of the quota are used, without a 429, while the server is $kind from $startsAt ms of a window',
  async ({ kind, startsAt }) => {
    const replicas = createReplicas({ replicas: 3 });
    replicas.overload(5 * WINDOW_MS, 40);
    replicas.clock.callAt(WINDOW_MS + startsAt, () =>
      replicas.setServer(kind === 'frozen' ? 'frozen' : 'down'),
    );
    replicas.clock.callAt(WINDOW_MS + startsAt + 10_000, () =>
      replicas.setServer(kind === 'restarted' ? 'restarted' : 'up'),
    );
    await replicas.clock.advanceTo(5 * WINDOW_MS + 5_000);
    expect(replicas.refused).toBe(0);
    expect(replicas.windows.length).toBeGreaterThanOrEqual(5);
    expect(usedOf(replicas.windows, 150)).toBeGreaterThan(0.7);
    // The first window, and the last one after the outage.
    expect(usedOf(replicas.windows.slice(0, 1).concat(0), 150)).toBeGreaterThan(0.95);
    expect(usedOf(replicas.windows.slice(3, 4).concat(0), 150)).toBeGreaterThan(0.95);
  },
);

test('replicas that start without the server use their shares, and all of the quota once it is there', async () => {
  const replicas = createReplicas({ replicas: 3 });
  replicas.setServer('down');
  replicas.overload(5 * WINDOW_MS, 40);
  replicas.clock.callAt(2.5 * WINDOW_MS, () => replicas.setServer('up'));
  await replicas.clock.advanceTo(5 * WINDOW_MS);
  expect(replicas.refused).toBe(0);
  const [first = 0, , , fourth = 0] = replicas.windows;
  expect(first).toBeGreaterThan(0.6 * 150);
  expect(first).toBeLessThanOrEqual(0.75 * 150);
  expect(fourth).toBeGreaterThan(0.95 * 150);
});

test('calls of other apps are left their room', async () => {
  const replicas = createReplicas({ replicas: 3, quota: 450 });
  replicas.overload(4 * WINDOW_MS, 20, { lane: 'standard' });
  for (let time = 500; time < 4 * WINDOW_MS; time += 1_000) {
    replicas.clock.callAt(time, () => replicas.callAsOtherApp(5));
  }
  await replicas.clock.advanceTo(4 * WINDOW_MS);
  expect(replicas.refused).toBeLessThanOrEqual(3);
});

describe('a sliding window', () => {
  const totalOf = ({ served }: Replicas) => served.reduce((sum, calls) => sum + calls, 0);

  test.each([
    [150, 60],
    [450, 250],
  ])(
    'of %i is divided between the replicas without a 429, with a latency of %i ms',
    async (quota, latencyMs) => {
      const replicas = createReplicas({ replicas: 3, window: 'sliding', quota, latencyMs });
      replicas.overload(8 * WINDOW_MS, 40);
      await replicas.clock.advanceTo(6 * WINDOW_MS);
      const before = totalOf(replicas);
      await replicas.clock.advanceTo(8 * WINDOW_MS);
      expect(replicas.refused).toBe(0);
      expect(totalOf(replicas) - before).toBeGreaterThan(0.9 * quota);
    },
  );

  test('is divided without a 429 if the demand comes evenly', async () => {
    const replicas = createReplicas({ replicas: 3, window: 'sliding' });
    const wanted = 10 * 150 * 5;
    for (let call = 0; call < wanted; call += 1)
      replicas.clock.callAt((call * 5 * WINDOW_MS) / wanted, () => void replicas.call(call % 3));
    await replicas.clock.advanceTo(5 * WINDOW_MS);
    expect(replicas.refused).toBe(0);
    expect(totalOf(replicas)).toBeGreaterThan(0.6 * 5 * 150);
  });

  test('is divided without a 429 while a replica is killed every ten seconds', async () => {
    const replicas = createReplicas({ replicas: 3, window: 'sliding' });
    replicas.overload(4 * WINDOW_MS, 20);
    for (let kills = 1; kills < 12; kills += 1)
      replicas.clock.callAt(kills * 10_000, () => replicas.kill(kills % 3));
    await replicas.clock.advanceTo(4 * WINDOW_MS);
    expect(replicas.refused).toBe(0);
  });

  test('is divided without a 429 while no server can be reached', async () => {
    const replicas = createReplicas({ replicas: 3, window: 'sliding' });
    replicas.setServer('down');
    replicas.overload(8 * WINDOW_MS, 40);
    await replicas.clock.advanceTo(8 * WINDOW_MS);
    expect(replicas.refused).toBe(0);
    expect(totalOf(replicas)).toBeGreaterThan(0.5 * 8 * 150);
  });
});

test('the state of each replica shows the shared picture', async () => {
  const replicas = createReplicas({ replicas: 3 });
  await replicas.clock.advanceTo(1_000);
  for (let calls = 0; calls < 30; calls += 1) {
    const call = replicas.call(0);
    await replicas.clock.advanceTo(1_000 + (calls + 1) * 100);
    expect(await call).toBe(true);
  }
  await replicas.clock.advanceTo(5_000);
  for (const index of [0, 1, 2]) {
    expect(replicas.governor(index).state()).toMatchObject({
      quota: { limit: 150, remaining: 120 },
      replicas: 3,
    });
  }
});

test('a replica that alone loses the server goes on, and is known again afterwards', async () => {
  const replicas = createReplicas({ replicas: 3 });
  replicas.overload(5 * WINDOW_MS, 40);
  replicas.clock.callAt(WINDOW_MS + 5_000, () => replicas.setConnected(2, false));
  replicas.clock.callAt(3 * WINDOW_MS + 5_000, () => replicas.setConnected(2, true));
  await replicas.clock.advanceTo(3 * WINDOW_MS);
  const before = replicas.served[2] ?? 0;
  await replicas.clock.advanceTo(5 * WINDOW_MS);
  // The others treat it as another app, whose calls they cannot know in advance.
  expect(replicas.refused).toBeLessThanOrEqual(10);
  expect(replicas.served[2]).toBeGreaterThan(before);
  expect(replicas.governor(2).state().replicas).toBe(3);
});
