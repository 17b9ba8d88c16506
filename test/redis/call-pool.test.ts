import { createClient } from '@redis/client';
import { afterEach, describe, expect, test } from 'vitest';
import type { PoolReport } from '../../src/governor/replicas/call-pool.ts';
import type { Replicas } from '../../src/redis/replicas.ts';
import { findRedisForTest } from '../support/redis-server.ts';
import { startTwoReplicas } from '../support/two-replicas.ts';

const program = findRedisForTest('the pool of calls in Redis');
const cleanup: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of cleanup.splice(0)) await close();
});

async function startTwo(): Promise<readonly [Replicas, Replicas]> {
  const replicas = await startTwoReplicas(program ?? '');
  cleanup.push(replicas.close);
  return [replicas.one, replicas.other];
}

function reportOf(report: Partial<PoolReport>): PoolReport {
  const idle = {
    outstanding: 0,
    wanted: 0,
    isActive: false,
    answered: 0,
    window: null,
    isSliding: false,
    expected: 0,
    operations: {},
  };
  return { ...idle, ...report };
}

const WINDOW = { quota: 150, left: 100, lengthMs: 30_000, endsInMs: 20_000 };

// The script in the server itself, with its numbers and its JSON. What it decides is tested with a clock that can be advanced.
describe.skipIf(program === null)('the pool of calls', () => {
  test('what one replica has seen and leased is known to the other one', async () => {
    const [{ pool: one }, { pool: other }] = await startTwo();
    const first = await one.exchange(reportOf({ outstanding: 3, wanted: 10, answered: 50, window: WINDOW }));
    expect(first).toMatchObject({
      granted: 10,
      free: 87,
      replicas: 1,
      window: { number: 1, quota: 150, left: 100 },
    });
    const second = await other.exchange(reportOf({ wanted: 100 }));
    // A quarter of what is free: the rest is left to both.
    expect(second).toMatchObject({ granted: 22, free: 65, replicas: 2, activeReplicas: 2 });
    expect(second.window?.resetMs).toBeGreaterThan(19_000);
  });

  test.each(['x', '7', '{}', '{"seen":"x"}', '{"number":1,"endsAt":1}'])(
    'a state that holds %j counts as absent',
    async (text) => {
      const { one, other, server, close } = await startTwoReplicas(program ?? '');
      cleanup.push(close);
      await one.pool.exchange(reportOf({ wanted: 10, window: WINDOW }));
      const client = await createClient({ url: server.url }).connect();
      const [key = ''] = await client.keys('*');
      for (const field of [...(await client.hKeys(key)), 'another']) await client.hSet(key, field, text);
      client.destroy();
      expect(await other.pool.exchange(reportOf({ wanted: 10, window: WINDOW }))).toMatchObject({
        granted: 10,
        free: 90,
        replicas: 1,
      });
      expect(await one.pool.exchange(reportOf({}))).toMatchObject({ free: 90, replicas: 2 });
    },
  );

  test('a replica that leaves returns what it has leased', async () => {
    const [{ pool: one }, { pool: other }] = await startTwo();
    await one.exchange(reportOf({ wanted: 40, window: WINDOW }));
    await one.leave(reportOf({ window: { ...WINDOW, left: 90 } }));
    expect(await other.exchange(reportOf({}))).toMatchObject({ free: 90, replicas: 1 });
  });

  test('reports are totals, so what an answer that was lost has granted is free again', async () => {
    const [{ pool }] = await startTwo();
    expect(await pool.exchange(reportOf({ wanted: 5, window: WINDOW }))).toMatchObject({
      granted: 5,
      free: 95,
    });
    expect(await pool.exchange(reportOf({ outstanding: 0 }))).toMatchObject({ free: 100 });
  });

  test('operations are leased up to their limit', async () => {
    const [{ pool: one }, { pool: other }] = await startTwo();
    const want = (outstanding: number, wanted: number) =>
      reportOf({ operations: { updateCustomers: { outstanding, wanted, cap: 3 } } });
    expect(await one.exchange(want(1, 1))).toMatchObject({ operations: { updateCustomers: 1 } });
    expect(await other.exchange(want(0, 2))).toMatchObject({ operations: { updateCustomers: 1 } });
    expect(await one.exchange(want(2, 1))).toMatchObject({ operations: { updateCustomers: 0 } });
  });
});
