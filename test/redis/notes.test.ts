import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findRedisForTest } from '../support/redis-server.ts';
import { startTwoReplicas, type TwoReplicas, until } from '../support/two-replicas.ts';

const program = findRedisForTest('what replicas know together');
let replicas: TwoReplicas;

describe.skipIf(program === null)('what replicas know together', () => {
  beforeEach(async () => {
    replicas = await startTwoReplicas(program ?? '');
  });
  afterEach(() => replicas.close());

  test('a task is the turn of one of them', async () => {
    const { one, other } = replicas;
    const turns = [one, other, one, other].map(({ notes }) => notes.takeTurn('search', 60_000));
    expect((await Promise.all(turns)).filter(Boolean)).toHaveLength(1);
    expect(await other.notes.takeTurn('check', 60_000)).toBe(true);
  });

  test('what one writes is read by the other, and a number only grows', async () => {
    const { one, other } = replicas;
    await one.notes.write({ problems: '[]' });
    await one.notes.raise('deliveredAt', 20);
    await other.notes.raise('deliveredAt', 10);
    expect(await other.notes.read()).toEqual({ problems: '[]', deliveredAt: '20' });
  });

  test('changes that one has announced are known to the other, by customer', async () => {
    const { one, other } = replicas;
    await one.notes.read();
    const before = await other.notes.announcedAt([5, 6]);
    expect(before).toEqual([0, 0]);
    await one.notes.announce([5, 'everyone'], 1_000);
    expect(await other.notes.announcedAt([5, 6, 'everyone'])).toEqual([1_000, 0, 1_000]);
  });

  test('all count as announced when the replicas are together again', async () => {
    const { one, other } = replicas;
    await one.notes.read();
    await replicas.server.stop();
    await until(() => !one.isAvailable() && !other.isAvailable());
    await expect(one.notes.takeTurn('search', 1)).rejects.toThrow();
    const startedAt = Date.now();
    await replicas.server.start();
    await until(() => one.isAvailable() && other.isAvailable());
    const [at = 0] = await one.notes.announcedAt(['everyone']);
    expect(at).toBeGreaterThanOrEqual(startedAt);
  });

  test('a number that is none counts as absent, and is replaced', async () => {
    const { one, other } = replicas;
    for (const text of ['x', 'nan', 'inf', '', '1e999', '1e14', '0x10', '9'.repeat(16)]) {
      await one.notes.write({ deliveredAt: text });
      await other.notes.raise('deliveredAt', 20);
      expect(await one.notes.read()).toEqual({ deliveredAt: '20' });
    }
    await one.notes.announce([5], Number.NaN);
    expect(await other.notes.announcedAt([5])).toEqual([0]);
  });
});
