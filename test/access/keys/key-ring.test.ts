import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKeyRing } from '../../../src/access/keys/key-ring.ts';
import { createTestKey, keyFileContent } from '../../support/api-keys.ts';
import { tempDir } from '../../support/temp-dir.ts';

const SHOP = createTestKey('shop');
const SYNC = createTestKey('sync');

/** A key ring on a file, with a clock that the test advances. */
async function setup(text: string) {
  const file = join(await tempDir(), 'keys.json');
  await writeFile(file, text);
  const reports: (readonly string[])[] = [];
  let time = 0;
  const opened = await openKeyRing({
    keys: { file },
    onProblems: (problems) => reports.push(problems),
    now: () => time,
  });
  if ('problems' in opened) throw new Error(opened.problems.join('\n'));
  const { ring } = opened;
  return {
    file,
    reports,
    knows: async ({ key }: { readonly key: string }) => (await ring.find(key)) !== null,
    write: (content: string) => writeFile(file, content),
    advance(ms: number) {
      time += ms;
    },
  };
}

test('a revoked key is invalid and an added key is valid after one second', async () => {
  const { knows, write, advance } = await setup(keyFileContent(SHOP));
  await write(keyFileContent(SYNC));
  advance(999);
  expect([await knows(SHOP), await knows(SYNC)]).toEqual([true, false]);
  advance(1);
  expect([await knows(SHOP), await knows(SYNC)]).toEqual([false, true]);
});

test('lookups during a reload get its result', async () => {
  const { knows, write, advance } = await setup(keyFileContent(SHOP));
  await write(keyFileContent());
  advance(1_000);
  expect(await Promise.all([knows(SHOP), knows(SHOP), knows(SHOP)])).toEqual([false, false, false]);
});

test('if the file becomes invalid, the keys read last stay valid and the problem is reported once', async () => {
  const { file, knows, write, advance, reports } = await setup(keyFileContent(SHOP));
  await write('{"keys": [');
  for (let i = 0; i < 3; i += 1) {
    advance(1_000);
    expect(await knows(SHOP)).toBe(true);
  }
  await rm(file);
  advance(1_000);
  expect(await knows(SHOP)).toBe(true);
  await write(keyFileContent(SYNC));
  advance(1_000);
  expect([await knows(SHOP), await knows(SYNC)]).toEqual([false, true]);
  expect(reports).toEqual([[`${file} is not JSON`], [`${file} does not exist`], []]);
});

test('a file that is invalid at startup is a problem', async () => {
  const file = join(await tempDir(), 'keys.json');
  const open = () => openKeyRing({ keys: { file }, onProblems: () => {} });
  expect(await open()).toMatchObject({ problems: [`${file} does not exist`] });
  await writeFile(file, '[]');
  expect(await open()).toEqual({ problems: [`${file} is not an object`] });
});

test('keys can be given in the environment', async () => {
  const opened = await openKeyRing({ keys: { text: keyFileContent(SHOP) }, onProblems: () => {} });
  expect('ring' in opened && (await opened.ring.find(SHOP.key))?.name).toBe('shop');
  const bad = await openKeyRing({ keys: { text: 'gfbc_oops' }, onProblems: () => {} });
  expect(bad).toEqual({ problems: ['GATEWAY_KEYS is not JSON'] });
});
