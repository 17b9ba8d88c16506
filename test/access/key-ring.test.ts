import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKeyRing } from '../../src/access/key-ring.ts';
import { keyNamed, keysText } from '../support/key.ts';
import { tempDir } from '../support/temp-dir.ts';

const SHOP = keyNamed('shop');
const SYNC = keyNamed('sync');

/** A ring on a file, at a time that the test sets. */
async function ringOn(text: string) {
  const file = join(await tempDir(), 'keys.json');
  await writeFile(file, text);
  const told: (readonly string[])[] = [];
  let time = 0;
  const opened = await openKeyRing({
    keys: { file },
    onFile: (problems) => told.push(problems),
    now: () => time,
  });
  if ('problems' in opened) throw new Error(opened.problems.join('\n'));
  const { ring } = opened;
  return {
    file,
    told,
    knows: async ({ key }: { readonly key: string }) => (await ring.find(key)) !== null,
    write: (content: string) => writeFile(file, content),
    pass(ms: number) {
      time += ms;
    },
  };
}

test('a key that is revoked opens nothing a second later, and one that is added does', async () => {
  const { knows, write, pass } = await ringOn(keysText(SHOP));
  await write(keysText(SYNC));
  pass(999);
  expect([await knows(SHOP), await knows(SYNC)]).toEqual([true, false]);
  pass(1);
  expect([await knows(SHOP), await knows(SYNC)]).toEqual([false, true]);
});

test('everyone who asks while the file is read gets what it says', async () => {
  const { knows, write, pass } = await ringOn(keysText(SHOP));
  await write(keysText());
  pass(1_000);
  expect(await Promise.all([knows(SHOP), knows(SHOP), knows(SHOP)])).toEqual([false, false, false]);
});

test('a file that turns bad leaves the keys that were read before, and is told of once', async () => {
  const { file, knows, write, pass, told } = await ringOn(keysText(SHOP));
  await write('{"keys": [');
  for (let i = 0; i < 3; i += 1) {
    pass(1_000);
    expect(await knows(SHOP)).toBe(true);
  }
  await rm(file);
  pass(1_000);
  expect(await knows(SHOP)).toBe(true);
  await write(keysText(SYNC));
  pass(1_000);
  expect([await knows(SHOP), await knows(SYNC)]).toEqual([false, true]);
  expect(told).toEqual([[`${file} is not JSON`], [`${file} is not there`], []]);
});

test('a file that is bad from the start opens no ring', async () => {
  const file = join(await tempDir(), 'keys.json');
  const open = () => openKeyRing({ keys: { file }, onFile: () => {} });
  expect(await open()).toMatchObject({ problems: [`${file} is not there`] });
  await writeFile(file, '[]');
  expect(await open()).toEqual({ problems: [`${file} is no object`] });
});

test('keys may stand in the environment', async () => {
  const opened = await openKeyRing({ keys: { text: keysText(SHOP) }, onFile: () => {} });
  expect('ring' in opened && (await opened.ring.find(SHOP.key))?.name).toBe('shop');
  const bad = await openKeyRing({ keys: { text: 'gfbc_oops' }, onFile: () => {} });
  expect(bad).toEqual({ problems: ['GATEWAY_KEYS is not JSON'] });
});
