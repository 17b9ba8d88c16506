import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RedisStore } from '../../../src/redis/cache/redis-store.ts';
import type { CacheStore } from '../../../src/rest/cache/store.ts';
import { findRedisForTest } from '../../support/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { startTwoReplicas, type TwoReplicas, until } from '../../support/two-replicas.ts';

const program = findRedisForTest('a replica that is cut off from Redis');
const SETTINGS = { maxBytes: 1_000_000, keepMs: 60_000, longestHoldMs: 0, now: Date.now };
const TAGS = ['customer/1'];

let replicas: TwoReplicas;
let proxy: TcpProxy;
/** A replica behind the proxy, and one that always reaches Redis. */
let far: RedisStore;
let near: RedisStore;

async function look(store: CacheStore): Promise<unknown> {
  return (await store.getMany(['a'], false))[0]?.value ?? null;
}

async function fill(store: CacheStore, value: number): Promise<void> {
  const began = { version: store.version(), readAt: Date.now() };
  await store.setMany([{ key: 'a', value, tags: TAGS }], began);
}

/** Fills until the value is kept. */
async function keep(store: CacheStore, value: number): Promise<void> {
  do {
    await look(store);
    await fill(store, value);
  } while ((await look(near)) !== value);
}

describe.skipIf(program === null)('a replica that is cut off from Redis', () => {
  beforeEach(async () => {
    replicas = await startTwoReplicas(program ?? '');
    proxy = await startTcpProxy(Number(new URL(replicas.server.url).port));
    far = replicas.connect({ redisUrl: `redis://127.0.0.1:${proxy.port}` }).createCacheStore(SETTINGS);
    near = replicas.one.createCacheStore(SETTINGS);
    await keep(far, 0);
  });
  afterEach(async () => {
    await replicas.close();
    await proxy.close();
  });

  test.each(['silent', 'closed'] as const)(
    'no replica serves the state before its write once that is acknowledged, if the connection is %s',
    { timeout: 30_000 },
    async (how) => {
      let truth = 0;
      await keep(near, truth);
      proxy.cut(how);
      for (let writes = 0; writes < 3; writes += 1) {
        await far.invalidate(TAGS);
        truth += 1;
        // A read of the other replica fills the cache while the write is on its way, and before the next one.
        await fill(near, truth - 1);
        await far.invalidate(TAGS);
        expect([null, truth]).toContain(await look(near));
        await fill(near, truth);
      }
      proxy.restore();
      // What the network has held back arrives now.
      for (let looks = 0; looks < 20; looks += 1) expect([null, truth]).toContain(await look(near));
      await keep(far, truth);
      expect(await look(near)).toBe(truth);
    },
  );

  test('another replica shares no read in flight meanwhile, since the one that is cut off may write', async () => {
    await keep(near, 0);
    proxy.cut('closed');
    while ((await look(near)) !== null) await new Promise((resolve) => setTimeout(resolve, 50));
    const heard: (readonly string[])[] = [];
    near.onInvalidation((tags) => heard.push(tags));
    await look(near);
    expect(heard).toEqual([[]]);
  });

  test('a replica that has stopped does not count as cut off', async () => {
    const third = replicas.connect();
    await keep(third.createCacheStore(SETTINGS), 1);
    await third.close();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await look(near)).toBe(1);
  });

  test('a member that Redis has forgotten still counts', { timeout: 30_000 }, async () => {
    await near.renew();
    proxy.cut('closed');
    await replicas.server.stop();
    await until(() => !replicas.one.isAvailable());
    await replicas.server.start();
    await until(() => replicas.one.isAvailable());
    await look(near);
    await fill(near, 0);
    await far.invalidate(TAGS);
    expect(await look(near)).toBeNull();
  });
});
