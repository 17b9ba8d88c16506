import { chmod, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWatchedFile } from '../../../src/access/files/watched-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function openIn(dir: string, file = join(dir, 'secret')) {
  const log: (readonly string[] | 'changed')[] = [];
  const opened = await openWatchedFile({
    file,
    parse: (text) => (text === 'bad' ? { problems: ['is bad'] } : { value: text }),
    onChange: () => log.push('changed'),
    onProblems: (problems) => log.push(problems),
    intervalMs: null,
  });
  if ('problems' in opened) throw new Error(opened.problems.join());
  return { ...opened.watched, log, file };
}

test('a changed file is read again', async () => {
  const dir = await tempDir();
  await writeFile(join(dir, 'secret'), 'one');
  const { current, check, log, file } = await openIn(dir);
  expect(current()).toBe('one');
  await check();
  expect(log).toEqual([]);
  await writeFile(file, 'two!');
  await check();
  expect([current(), log]).toEqual(['two!', ['changed']]);
});

test('a file that another one replaces is read again, also through a link', async () => {
  const dir = await tempDir();
  await writeFile(join(dir, 'v1'), 'one');
  await writeFile(join(dir, 'v2'), 'two');
  await symlink('v1', join(dir, 'secret'));
  const { current, check } = await openIn(dir);
  await symlink('v2', join(dir, 'next'));
  await rename(join(dir, 'next'), join(dir, 'secret'));
  await check();
  expect(current()).toBe('two');
});

test('an invalid or missing file keeps the last content, and its problem is reported once', async () => {
  const dir = await tempDir();
  await writeFile(join(dir, 'secret'), 'one');
  const { current, check, log, file } = await openIn(dir);
  await writeFile(file, 'bad');
  await check();
  await check();
  expect([current(), log]).toEqual(['one', [['is bad']]]);
  await rm(file);
  await check();
  expect([current(), log.at(-1)]).toEqual(['one', [`${file} does not exist`]]);
  await writeFile(file, 'three');
  await check();
  expect([current(), log.at(-1)]).toEqual(['three', 'changed']);
});

describe('a file', () => {
  test('that everybody can change is refused, at the start and later', async () => {
    const dir = await tempDir();
    await writeFile(join(dir, 'secret'), 'one');
    const { current, check, log, file } = await openIn(dir);
    await writeFile(file, 'forged');
    await chmod(file, 0o666);
    await check();
    expect([current(), log]).toEqual(['one', [[`${file} is writable by everybody`]]]);
    await expect(openIn(dir)).rejects.toThrow(`${file} is writable by everybody`);
  });

  test('that does not exist is refused', async () => {
    await expect(openIn(await tempDir())).rejects.toThrow('does not exist');
  });
});
