import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openKeyRing } from '../../../src/access/keys/key-ring.ts';
import { createTestKey, keyFileContent } from '../../support/api-keys.ts';
import { tempDir } from '../../support/temp-dir.ts';

const SHOP = createTestKey('shop');
const SYNC = createTestKey('sync');
const IGNORED = { onChange: () => {}, onProblems: () => {} };

/** A key ring on a file that is checked all the time. */
async function setup(text: string) {
  const file = join(await tempDir(), 'keys.json');
  await writeFile(file, text);
  const reports: (readonly string[] | 'changed')[] = [];
  const opened = await openKeyRing({
    keys: { file },
    onChange: () => reports.push('changed'),
    onProblems: (problems) => reports.push(problems),
    intervalMs: 5,
  });
  if ('problems' in opened) throw new Error(opened.problems.join('\n'));
  const knows = ({ key }: { readonly key: string }) => opened.find(key) !== null;
  /** Replaces the file, so that no check finds half of it. */
  async function replace(content: string): Promise<void> {
    await writeFile(`${file}.next`, content);
    await rename(`${file}.next`, file);
  }
  return { file, reports, replace, known: () => [SHOP, SYNC].map(knows) };
}

test('a revoked key is invalid and an added key is valid once the file has changed', async () => {
  const { replace, known, reports } = await setup(keyFileContent(SHOP));
  expect(known()).toEqual([true, false]);
  await replace(keyFileContent(SYNC));
  await vi.waitFor(() => expect(known()).toEqual([false, true]));
  expect(reports).toEqual(['changed']);
});

test('if the file becomes invalid, the keys read last stay valid and each problem is reported once', async () => {
  const { file, replace, known, reports } = await setup(keyFileContent(SHOP));
  await replace('{"keys": [');
  await vi.waitFor(() => expect(reports).toEqual([[`${file} is not JSON`]]));
  await rm(file);
  await vi.waitFor(() => expect(reports).toHaveLength(2));
  expect(known()).toEqual([true, false]);
  await replace(keyFileContent(SYNC));
  await vi.waitFor(() => expect(known()).toEqual([false, true]));
  expect(reports).toEqual([[`${file} is not JSON`], [`${file} does not exist`], 'changed']);
});

test('a file that is invalid at startup is a problem', async () => {
  const file = join(await tempDir(), 'keys.json');
  const open = () => openKeyRing({ ...IGNORED, keys: { file } });
  expect(await open()).toMatchObject({ problems: [`${file} does not exist`] });
  await writeFile(file, '[]');
  expect(await open()).toEqual({ problems: [`${file} is not an object`] });
});

test('keys can be given in the environment', async () => {
  const opened = await openKeyRing({ ...IGNORED, keys: { text: keyFileContent(SHOP) } });
  expect('find' in opened && opened.find(SHOP.key)?.name).toBe('shop');
  const bad = await openKeyRing({ ...IGNORED, keys: { text: 'gfbc_oops' } });
  expect(bad).toEqual({ problems: ['GATEWAY_KEYS is not JSON'] });
});
