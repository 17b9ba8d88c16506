import { createClient } from '@redis/client';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEnvelope } from '../../../src/redis/cache/envelope.ts';
import { createRedisStore } from '../../../src/redis/cache/redis-store.ts';
import { connectRedis } from '../../../src/redis/connection.ts';
import { createKeyNames } from '../../../src/redis/key-names.ts';
import type { Replicas } from '../../../src/redis/replicas.ts';
import type { CacheEntry, CacheStore } from '../../../src/rest/cache/store.ts';
import { findRedisForTest } from '../../support/redis-server.ts';
import { startTwoReplicas, TEST_KEY, type TwoReplicas, until } from '../../support/two-replicas.ts';

const program = findRedisForTest('the cache in Redis');
let replicas: TwoReplicas;
let one: CacheStore;
let other: CacheStore;

function storeOf(replica: Replicas, longestHoldMs = 0): CacheStore {
  return replica.createCacheStore({ maxBytes: 1_000_000, keepMs: 60_000, longestHoldMs, now: Date.now });
}

async function look(store: CacheStore, key: string): Promise<CacheEntry | null | undefined> {
  return (await store.getMany([key], false))[0];
}

/** Stores the result of a read that takes no time. */
async function fill(
  store: CacheStore,
  key: string,
  value: unknown,
  tags: readonly string[] = [],
): Promise<void> {
  await look(store, key);
  await store.setMany([{ key, value, tags }], { readAt: Date.now(), version: store.version() });
}

/** Reads and writes the server's keys as somebody else would. */
async function withClient<T>(act: (client: ReturnType<typeof open>) => Promise<T>): Promise<T> {
  const client = open();
  await client.connect();
  try {
    return await act(client);
  } finally {
    client.destroy();
  }
}

const open = () => createClient({ url: replicas.server.url });

const entryKeys = () => withClient(async (client) => (await client.keys('*:entry:*')).toSorted());

describe.skipIf(program === null)('the cache in Redis', () => {
  beforeEach(async () => {
    replicas = await startTwoReplicas(program ?? '');
    [one, other] = [storeOf(replicas.one), storeOf(replicas.other)];
  });
  afterEach(() => replicas.close());

  test('what one replica stores is found by both, in the order of the keys', async () => {
    await fill(one, 'a', { name: 'Ana' });
    const readAt = expect.any(Number);
    const found = [null, { value: { name: 'Ana' }, readAt }];
    expect(await one.getMany(['b', 'a'], false)).toEqual(found);
    expect(await other.getMany(['b', 'a'], false)).toEqual(found);
    expect((await look(other, 'a'))?.readAt).toBeLessThanOrEqual(Date.now());
  });

  test('each look-up has a copy of its own', async () => {
    await fill(one, 'a', { id: 1 });
    ((await look(one, 'a'))?.value as { id: number }).id = 2;
    expect((await look(one, 'a'))?.value).toEqual({ id: 1 });
  });

  test('an invalidation by one replica is one for both, also of what the other has in memory', async () => {
    await fill(one, 'a', 1, ['x', 'y']);
    await fill(one, 'b', 1, ['x']);
    await look(other, 'a');
    await one.invalidate(['y']);
    expect(await look(other, 'a')).toBeNull();
    expect(await look(one, 'a')).toBeNull();
    expect(await look(other, 'b')).not.toBeNull();
  });

  test('a read that began before an invalidation by another replica leaves nothing', async () => {
    await look(other, 'a');
    const read = { readAt: Date.now(), version: other.version() };
    await one.invalidate(['x']);
    // It has heard of the invalidation meanwhile.
    await look(other, 'b');
    await other.setMany([{ key: 'a', value: 1, tags: ['x'] }], read);
    expect(await look(one, 'a')).toBeNull();
    expect(await look(other, 'a')).toBeNull();
  });

  test('a read that begins during a hold leaves nothing', async () => {
    await one.invalidate(['x'], 60_000);
    await one.invalidate(['x']);
    await fill(other, 'a', 1, ['x']);
    await fill(other, 'b', 1, ['y']);
    expect(await look(other, 'a')).toBeNull();
    expect(await look(one, 'b')).not.toBeNull();
  });

  test('the value of the later of two reads is kept', async () => {
    await look(one, 'a');
    await look(other, 'a');
    const now = Date.now();
    await one.setMany([{ key: 'a', value: 'late', tags: [] }], { readAt: now, version: one.version() });
    await other.setMany([{ key: 'a', value: 'early', tags: [] }], {
      readAt: now - 1_000,
      version: other.version(),
    });
    expect((await look(other, 'a'))?.value).toBe('late');
  });

  test('listeners hear of own invalidations by their tags, and of those of others at the next look-up', async () => {
    const heard: (readonly string[])[] = [];
    await look(one, 'a');
    one.onInvalidation((tags) => heard.push(tags));
    await one.invalidate(['x']);
    expect(heard).toEqual([['x']]);
    await other.invalidate(['y']);
    await look(one, 'a');
    expect(heard).toEqual([['x'], []]);
  });

  test('listeners hear at each look-up that they may have missed some, while the server cannot be asked', async () => {
    await look(one, 'a');
    const heard: (readonly string[])[] = [];
    one.onInvalidation((tags) => heard.push(tags));
    await replicas.server.stop();
    await until(() => !replicas.one.isAvailable());
    expect(heard).toEqual([[]]);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([look(one, 'a'), look(one, 'b')]);
    expect(heard).toEqual([[], []]);
    await new Promise((resolve) => setImmediate(resolve));
    await look(one, 'a');
    expect(heard).toEqual([[], [], []]);
  });

  describe('leases', () => {
    test('another replica waits for what one reads', async () => {
      expect(await one.getMany(['a'])).toEqual([null]);
      const waiting = other.getMany(['a']);
      await one.setMany([{ key: 'a', value: 1, tags: [] }], { readAt: Date.now(), version: one.version() });
      expect(await waiting).toMatchObject([{ value: 1 }]);
    });

    test('another replica reads itself if nothing comes', async () => {
      expect(await one.getMany(['a'])).toEqual([null]);
      expect(await other.getMany(['a'])).toEqual([null]);
    });

    test('a replica that reads something itself does not wait', async () => {
      let waits = 0;
      const connection = connectRedis(replicas.server.url, pino({ level: 'silent' }));
      const patient = createRedisStore({
        ...{ connection, names: createKeyNames('abc', 'x'.repeat(32)), envelope: createEnvelope([TEST_KEY]) },
        ...{
          logger: pino({ level: 'silent' }),
          maxBytes: 1_000,
          keepMs: 60_000,
          longestHoldMs: 0,
          now: Date.now,
        },
        sleep: async () => {
          waits += 1;
        },
      });
      await one.getMany(['a']);
      expect(await patient.getMany(['a', 'b'])).toEqual([null, null]);
      expect(waits).toBe(0);
      await one.getMany(['c']);
      expect(await patient.getMany(['c'])).toEqual([null]);
      expect(waits).toBeGreaterThan(0);
      await connection.close();
    });
  });

  describe('what is in the server', () => {
    test('is encrypted, has an expiry, and no name of a person or record', async () => {
      await fill(one, 'canary/5', { email: 'canary@example.org' }, ['canary/5']);
      await one.invalidate(['canary/7']);
      await withClient(async (client) => {
        for (const key of await client.keys('*')) {
          expect(key).toMatch(/^gateway:\{abc\}:/);
          const isHash = (await client.type(key)) === 'hash';
          const text = isHash ? JSON.stringify(await client.hGetAll(key)) : String(await client.get(key));
          expect(`${key} ${text}`).not.toContain('canary');
          if (!isHash) expect(await client.pTTL(key)).toBeGreaterThan(0);
        }
      });
    });

    test.each([
      ['was moved to another key', (value: string) => value, true],
      ['was changed', (value: string) => `${value.slice(0, -8)}AAAAAAA=`, false],
      ['has another time', (value: string) => value.replace(/^(1 \S+ \S+ \d+ )\d/, '$19'), false],
      ['was written by an older version', (value: string) => value.replace(/^1/, '0'), false],
      ['is something else', () => 'something else', false],
    ])('is a miss if it %s, which is logged once', async (_what, change, isMoved) => {
      await fill(one, 'a', 'of a');
      await fill(one, 'b', 'of b');
      const [first = '', second = ''] = await entryKeys();
      await withClient(async (client) => {
        const value = String(await client.get(first));
        await client.set(isMoved ? second : first, change(value), { expiration: 'KEEPTTL' });
      });
      const fresh = storeOf(replicas.connect());
      for (let looks = 0; looks < 3; looks += 1) {
        const found = await fresh.getMany(['a', 'b'], false);
        expect(found.filter((entry) => entry === null)).toHaveLength(1);
        expect(found.filter((entry) => entry !== null)).toHaveLength(1);
      }
      expect(replicas.log).toHaveLength(1);
      expect(replicas.log[0]).toContain('a value in Redis cannot be read');
    });

    test('is read with the old key while the new one encrypts', async () => {
      const next = { id: 'next', key: Buffer.alloc(32, 2) };
      await fill(one, 'a', 'old');
      const rotating = storeOf(replicas.connect({ encryptionKeys: [next, TEST_KEY] }));
      expect(await look(rotating, 'a')).toMatchObject({ value: 'old' });
      await fill(rotating, 'b', 'new');
      const rotated = storeOf(replicas.connect({ encryptionKeys: [next] }));
      expect(await look(rotated, 'b')).toMatchObject({ value: 'new' });
      expect(await look(rotated, 'a')).toBeNull();
      expect(await look(one, 'b')).toBeNull();
      expect(replicas.log).toHaveLength(2);
    });
  });

  describe('a server that was away', () => {
    const goAway = async () => {
      await replicas.server.stop();
      await until(() => !replicas.one.isAvailable() && !replicas.other.isAvailable());
    };
    const comeBack = async () => {
      await replicas.server.start();
      await until(() => replicas.one.isAvailable() && replicas.other.isAvailable());
    };

    test('finds nothing meanwhile, rejects nothing, and is empty afterwards', async () => {
      await fill(one, 'a', 1);
      await goAway();
      expect(await one.getMany(['a'])).toEqual([null]);
      await fill(one, 'a', 1);
      await one.invalidate(['x']);
      expect(await one.getMany(['a'])).toEqual([null]);
      await comeBack();
      expect(await look(one, 'a')).toBeNull();
      // One that is not back yet may be cut off, and write.
      await look(other, 'a');
      // What is read in the millisecond of the return may have been read before it, and is not kept.
      do await fill(one, 'a', 2);
      while ((await look(other, 'a')) === null);
      expect(await look(other, 'a')).toMatchObject({ value: 2 });
    });

    test('keeps nothing for any replica if one could not tell it of an invalidation', async () => {
      await fill(one, 'a', 1, ['x']);
      await fill(one, 'b', 1, ['y']);
      replicas.server.freeze();
      await one.invalidate(['x']);
      replicas.server.thaw();
      await until(() => replicas.one.isAvailable() && replicas.other.isAvailable());
      expect(await look(one, 'a')).toBeNull();
      expect(await look(other, 'a')).toBeNull();
      expect(await look(other, 'b')).toBeNull();
    });

    test('accepts nothing of a read that began before', async () => {
      await look(one, 'a');
      const read = { readAt: Date.now(), version: one.version() };
      await goAway();
      await comeBack();
      await one.setMany([{ key: 'a', value: 1, tags: [] }], read);
      expect(await look(one, 'a')).toBeNull();
    });

    test('counts nothing that is read while a hold may be forgotten', async () => {
      const [slow] = [storeOf(replicas.one, 60_000)];
      await fill(slow, 'a', 1);
      expect(await look(slow, 'a')).not.toBeNull();
      await slow.invalidate(['x'], 60_000);
      await goAway();
      await comeBack();
      await fill(slow, 'a', 1, ['x']);
      expect(await look(slow, 'a')).toBeNull();
    });

    test('is not trusted if it has loaded an older state', async () => {
      await fill(one, 'a', 'old', ['x']);
      const dump = await withClient(async (client) => {
        const keys = await client.keys('*');
        const hash = keys.find((key) => key.endsWith(':cache')) ?? '';
        const [entry = ''] = keys.filter((key) => key.includes(':entry:'));
        return { hash, state: await client.hGetAll(hash), entry, value: String(await client.get(entry)) };
      });
      await one.invalidate(['x']);
      await goAway();
      await comeBack();
      await withClient(async (client) => {
        await client.hSet(dump.hash, dump.state);
        await client.set(dump.entry, dump.value);
      });
      expect(await look(other, 'a')).toBeNull();
    });
  });

  test('if the state is lost, nothing is usable', async () => {
    await fill(one, 'a', 1, ['x']);
    await one.invalidate(['y']);
    await withClient(async (client) => client.del((await client.keys('*:cache'))[0] ?? ''));
    expect(await look(one, 'a')).toBeNull();
    expect(await look(other, 'a')).toBeNull();
  });

  test('if the state is lost, nothing counts that is read while a hold may be forgotten', async () => {
    const holding = storeOf(replicas.one, 60_000);
    await holding.invalidate(['x'], 60_000);
    await withClient(async (client) => client.del((await client.keys('*:cache'))[0] ?? ''));
    await fill(holding, 'a', 1, ['x']);
    expect(await look(holding, 'a')).toBeNull();
    await fill(other, 'a', 1, ['x']);
    expect(await look(other, 'a')).toBeNull();
  });

  describe('a state that another program has written', () => {
    const write = (field: string, text: string) =>
      withClient(async (client) => client.hSet((await client.keys('*:cache'))[0] ?? '', field, text));
    const tagField = () =>
      withClient(async (client) => {
        const fields = Object.keys(await client.hGetAll((await client.keys('*:cache'))[0] ?? ''));
        return fields.find((field) => /^t./.test(field)) ?? '';
      });

    test('makes nothing usable without its version, until replicas begin the next epoch', async () => {
      await fill(one, 'a', 1, ['x']);
      await write('version', 'x');
      expect(await look(other, 'a')).toBeNull();
      await one.invalidate(['y']);
      // Each replica has to learn of the new epoch.
      await until(async () => {
        await fill(one, 'a', 2, ['x']);
        return (await look(other, 'a')) !== null;
      });
      expect(await look(other, 'a')).toMatchObject({ value: 2 });
    });

    test('makes no entry of a tag usable without its invalidation, until the next one', async () => {
      await one.invalidate(['x']);
      await fill(one, 'a', 1, ['x']);
      await write(await tagField(), 'x');
      expect(await look(other, 'a')).toBeNull();
      await one.invalidate(['x']);
      await fill(one, 'a', 2, ['x']);
      expect(await look(other, 'a')).toMatchObject({ value: 2 });
    });

    test('counts all that is read if it holds no number to count from', async () => {
      await fill(one, 'a', 1);
      await write('from', 'x');
      expect(await look(other, 'a')).toMatchObject({ value: 1 });
    });
  });
});
