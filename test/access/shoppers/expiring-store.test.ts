import { chmod, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createMemoryStore,
  type ExpiringStore,
  openFileStore,
} from '../../../src/access/shoppers/expiring-store.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function openFile(file: string, now: () => number): Promise<ExpiringStore> {
  const opened = await openFileStore('FILE', file, now);
  if ('problems' in opened) throw new Error(opened.problems.join());
  return opened.store;
}

test.each(['in memory', 'in a file'])('a store %s keeps each value until its time', async (kind) => {
  let time = 1_000;
  const now = () => time;
  const store =
    kind === 'in memory' ? createMemoryStore(now) : await openFile(join(await tempDir(), 'a.db'), now);
  expect(store.isDurable).toBe(kind === 'in a file');
  await store.set('a', 'one', 100_000);
  await store.set('b', 'two', 200_000);
  await store.set('a', 'three', 150_000);
  expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual(['three', 'two', null]);
  time = 150_000;
  expect([await store.get('a'), await store.get('b')]).toEqual([null, 'two']);
  await store.set('c', 'four', 300_000);
  expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual([null, 'two', 'four']);
});

test('the file is readable to its owner alone, and survives the process', async () => {
  const file = join(await tempDir(), 'a.db');
  await (await openFile(file, () => 0)).set('a', 'one', 1);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await (await openFile(file, () => 0)).get('a')).toBe('one');
});

test('a file that is no database, is writable by everybody or cannot be created is a problem', async () => {
  const dir = await tempDir();
  const text = join(dir, 'text');
  await writeFile(text, 'no database, but longer than the header of one would be '.repeat(10));
  expect(await openFileStore('FILE', text, Date.now)).toEqual({
    problems: [`FILE: ${text} is not an SQLite database that can be written`],
  });
  await chmod(text, 0o666);
  expect(await openFileStore('FILE', text, Date.now)).toEqual({
    problems: [`FILE: ${text} is writable by everybody`],
  });
  const nowhere = join(dir, 'missing', 'a.db');
  expect(await openFileStore('FILE', nowhere, Date.now)).toEqual({
    problems: [`FILE: ${nowhere} cannot be created (ENOENT)`],
  });
});
