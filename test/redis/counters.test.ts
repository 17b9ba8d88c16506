import { createClient } from '@redis/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/access/shoppers/expiring-store.ts';
import { createFailedAttempts } from '../../src/access/throttle/failed-attempts.ts';
import { createSignInThrottle } from '../../src/access/throttle/sign-in-throttle.ts';
import { createCallerBudgets } from '../../src/cost/caller-budgets.ts';
import { GatewayError } from '../../src/errors.ts';
import { findRedisForTest } from '../support/redis-server.ts';
import { startTwoReplicas, type TwoReplicas, until } from '../support/two-replicas.ts';

const program = findRedisForTest('counters in Redis');
const now = () => performance.now();
let replicas: TwoReplicas;

/** What is no number for a script. */
const FOREIGN = ['x', '', 'nan', '-inf', '1e999', '0x10', '1.2.3'];

/** Writes fields into all keys, as another program would. */
async function overwriteAll(fields: Readonly<Record<string, string>>): Promise<void> {
  const client = await createClient({ url: replicas.server.url }).connect();
  for (const key of await client.keys('*')) await client.hSet(key, fields);
  client.destroy();
}

describe.skipIf(program === null)('with a server', () => {
  beforeEach(async () => {
    replicas = await startTwoReplicas(program ?? '');
  });
  afterEach(() => replicas.close());

  const both = <T>(share: (replica: TwoReplicas['one']) => T): readonly [T, T] => [
    share(replicas.one),
    share(replicas.other),
  ];

  describe('budgets', () => {
    const shared = () => both(({ counters }) => counters.shareBudgets(createCallerBudgets(now)));
    const BUDGET = { account: 'key shop', callsPerMinute: 10 };

    test('are charged by all replicas together', async () => {
      const [one, other] = shared();
      for (let calls = 0; calls < 5; calls += 1) {
        expect(await one.charge(BUDGET, 1)).toBeNull();
        expect(await other.charge(BUDGET, 1)).toBeNull();
      }
      // A call takes 6 s to come back.
      for (const each of [one, other]) {
        const waitMs = (await each.charge(BUDGET, 1)) ?? 0;
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(6_000);
        expect(await each.untilOpen(BUDGET)).toBeGreaterThan(0);
      }
      expect(await one.charge({ ...BUDGET, account: 'another' }, 10)).toBeNull();
      expect(await one.charge(BUDGET, 11)).toBe(Number.POSITIVE_INFINITY);
    });

    test.each(FOREIGN)('start full if Redis holds %j for one', async (text) => {
      const [one, other] = shared();
      expect(await one.charge(BUDGET, 10)).toBeNull();
      await overwriteAll({ left: text, at: text });
      expect(await other.charge(BUDGET, 4)).toBeNull();
      expect(await one.charge(BUDGET, 6)).toBeNull();
      expect(await other.charge(BUDGET, 1)).toBeGreaterThan(0);
    });

    test('are empty if almost nothing is left, which Redis holds with an exponent', async () => {
      const [one, other] = shared();
      expect(await one.charge(BUDGET, 1)).toBeNull();
      await overwriteAll({ left: '1e-05' });
      expect(await other.charge(BUDGET, 5)).toBeGreaterThan(0);
    });

    test('get back what one replica did not use', async () => {
      const [one, other] = shared();
      await one.charge(BUDGET, 10);
      expect(await other.charge(BUDGET, 5)).not.toBeNull();
      one.settle(BUDGET, 10, 4);
      // On one connection commands are answered in their order.
      await one.untilOpen(BUDGET);
      expect(await other.charge(BUDGET, 5)).toBeNull();
    });

    test('are counted by each replica alone while Redis is away', async () => {
      const [one] = shared();
      expect(await one.charge(BUDGET, 8)).toBeNull();
      await replicas.server.stop();
      await until(() => !replicas.one.isAvailable());
      expect(await one.charge(BUDGET, 2)).toBeNull();
      expect(await one.charge(BUDGET, 1)).toBeGreaterThan(0);
      expect(await one.untilOpen(BUDGET)).toBeGreaterThan(0);
    });
  });

  describe('failed attempts', () => {
    const rule = { freeAttempts: 2 };
    const shared = () =>
      both(({ counters }) => counters.shareAttempts('login', rule, createFailedAttempts({ ...rule, now })));

    test('of all replicas delay the next one, and a success forgets them', async () => {
      const [one, other] = shared();
      await one.recordFailure('10.0.0.1');
      await other.recordFailure('10.0.0.1');
      expect(await one.delayMs('10.0.0.1')).toBe(0);
      await other.recordFailure('10.0.0.1');
      for (const each of [one, other]) {
        expect(await each.delayMs('10.0.0.1')).toBeGreaterThan(0);
        expect(await each.delayMs('10.0.0.2')).toBe(0);
      }
      await one.reset('10.0.0.1');
      expect(await other.delayMs('10.0.0.1')).toBe(0);
    });

    test.each(FOREIGN)('are counted from the first if Redis holds %j for them', async (text) => {
      const [one, other] = shared();
      for (let failures = 0; failures < 3; failures += 1) await one.recordFailure('10.0.0.1');
      await overwriteAll({ failures: text, at: text });
      expect(await other.delayMs('10.0.0.1')).toBe(0);
      for (let failures = 0; failures < 3; failures += 1) await one.recordFailure('10.0.0.1');
      expect(await other.delayMs('10.0.0.1')).toBeGreaterThan(0);
    });

    test('of this replica are known to it while Redis is away', async () => {
      const [one] = shared();
      for (let failures = 0; failures < 3; failures += 1) await one.recordFailure('10.0.0.1');
      await replicas.server.stop();
      await until(() => !replicas.one.isAvailable());
      expect(await one.delayMs('10.0.0.1')).toBeGreaterThan(0);
      await one.reset('10.0.0.1');
      expect(await one.delayMs('10.0.0.1')).toBe(0);
    });
  });

  describe('attempts to sign in', () => {
    const shared = () => both(({ counters }) => counters.shareSignIns(createSignInThrottle()));
    const ANA = 'ana@example.org';

    test('of all replicas count together, and a success resets the account', async () => {
      const [one, other] = shared();
      for (let attempts = 0; attempts < 5; attempts += 1)
        await (attempts < 2 ? one : other).attempt(ANA, null);
      for (const each of [one, other]) {
        await expect(each.attempt(' ANA@example.org', '192.0.2.1')).rejects.toThrow(GatewayError);
      }
      await one.attempt('ben@example.org', null);
    });

    test('do not count if they were cancelled or have succeeded', async () => {
      const [one, other] = shared();
      for (let attempts = 0; attempts < 8; attempts += 1) (await one.attempt(ANA, null)).cancel();
      for (let attempts = 0; attempts < 4; attempts += 1) await one.attempt(ANA, null);
      (await one.attempt(ANA, null)).succeed();
      for (let attempts = 0; attempts < 5; attempts += 1) await other.attempt(ANA, null);
    });

    test('are counted by each replica alone while Redis is away', async () => {
      const [one] = shared();
      for (let attempts = 0; attempts < 3; attempts += 1) await one.attempt(ANA, null);
      await replicas.server.stop();
      await until(() => !replicas.one.isAvailable());
      for (let attempts = 0; attempts < 2; attempts += 1) await one.attempt(ANA, null);
      await expect(one.attempt(ANA, null)).rejects.toThrow(GatewayError);
    });
  });

  describe('values with an expiry', () => {
    const shared = () => both(({ counters }) => counters.shareExpiring(createMemoryStore(Date.now)));

    test('are known to all replicas until they expire', async () => {
      const [one, other] = shared();
      await one.set('session 1', '{"at":1}', Date.now() + 60_000);
      await one.set('session 2', '', Date.now() + 60_000);
      await one.set('session 3', 'short', Date.now() + 1);
      expect(await other.get('session 1')).toBe('{"at":1}');
      expect(await other.get('session 2')).toBe('');
      expect(await other.get('session 4')).toBeNull();
      while ((await other.get('session 3')) !== null) await other.get('session 4');
    });

    test('are those that were set last, by any replica', async () => {
      const [one, other] = shared();
      await one.set('customer', 'first', Date.now() + 60_000);
      await other.set('customer', 'second', Date.now() + 60_000);
      expect(await one.get('customer')).toBe('second');
    });

    test('are known to the replica that set them after Redis has forgotten them', async () => {
      const [one, other] = shared();
      await one.set('session', 'ended', Date.now() + 60_000);
      const client = await createClient({ url: replicas.server.url }).connect();
      await client.flushAll();
      client.destroy();
      expect([await one.get('session'), await other.get('session')]).toEqual(['ended', null]);
    });

    test('are neither set nor read while Redis is away', async () => {
      const [one] = shared();
      await replicas.server.stop();
      await until(() => !replicas.one.isAvailable());
      await expect(one.set('session', 'ended', Date.now() + 60_000)).rejects.toThrow();
      await expect(one.get('session')).rejects.toThrow();
    });
  });

  test('keys in Redis begin with the store, expire, and name no one', async () => {
    const { counters } = replicas.one;
    await counters
      .shareBudgets(createCallerBudgets(now))
      .charge({ account: 'canary', callsPerMinute: 10 }, 1);
    await counters
      .shareAttempts('login', { freeAttempts: 0 }, createFailedAttempts({ freeAttempts: 0 }))
      .recordFailure('canary');
    await counters.shareExpiring(createMemoryStore(Date.now)).set('canary', 'canary', Date.now() + 60_000);
    await counters.shareSignIns(createSignInThrottle()).attempt('canary', 'canary');
    const client = await createClient({ url: replicas.server.url }).connect();
    const keys = await client.keys('*');
    expect(keys).toHaveLength(6);
    for (const key of keys) {
      expect(key).toMatch(/^gateway:\{abc\}:(budget|login|expiring):[\w-]{43}$/);
      expect(await client.pTTL(key)).toBeGreaterThan(0);
    }
    client.destroy();
  });
});
