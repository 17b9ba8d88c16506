import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ATTACKS } from './attacks.ts';
import { startMonitor } from './monitor.ts';
import { runAttack } from './run-attack.ts';

// The short form of `npm run attacks`, which also measures how long each attack holds the event loop.
test.each([
  'a parameter name of 980 kB',
  'titles of the store of 80 kB',
  '4,000,000 values by aliases',
  'an alias of 9,000 characters in 250 records, 80 times',
  '3,000 pipelined requests',
])(
  'a gateway survives %s',
  async (name) => {
    const attack = ATTACKS.find((each) => each.name === name);
    if (attack === undefined) throw new Error('there is no such attack');
    const { isAlive, peakMb } = await runAttack(attack);
    expect(isAlive).toBe(true);
    expect(peakMb).toBeGreaterThan(10);
    expect(peakMb).toBeLessThan(600);
  },
  60_000,
);

test('the monitor notices work that holds the event loop', async () => {
  const monitor = startMonitor();
  await delay(20);
  const before = process.threadCpuUsage().user;
  while (process.threadCpuUsage().user - before < 100_000);
  await delay(20);
  expect((await monitor.read()).longestHoldMs).toBeGreaterThan(90);
});
