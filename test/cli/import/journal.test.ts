import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal, type RowResult } from '../../../src/cli/import/journal.ts';
import { tempDir } from '../../support/temp-dir.ts';

const KEY = { input: 'a', mapping: 'b', gateway: 'http://127.0.0.1/graphql' };
const result = (line: number): RowResult => ({ line, outcome: 'CREATED', problems: [] });
const newPath = async () => join(await tempDir(), 'journal');

async function linesAfter(path: string): Promise<readonly number[]> {
  const journal = await openJournal(path, KEY, false);
  await journal.close();
  return [...journal.earlier.keys()];
}

test('a journal has the results of earlier runs, and is for its owner alone', async () => {
  const path = await newPath();
  const journal = await openJournal(path, KEY, false);
  await journal.append([result(2), result(3)]);
  await journal.append([
    { line: 4, outcome: 'REJECTED', problems: [{ code: 'INVALID', field: 'email', message: 'Why.' }] },
  ]);
  await journal.close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const again = await openJournal(path, KEY, false);
  expect(again.earlier.get(4)?.problems).toEqual([{ code: 'INVALID', field: 'email', message: 'Why.' }]);
  await again.append([result(5)]);
  await again.close();
  expect(await linesAfter(path)).toEqual([2, 3, 4, 5]);
});

test('a journal that was cut off anywhere goes on behind its last whole line', async () => {
  const path = await newPath();
  const journal = await openJournal(path, KEY, false);
  for (const line of [2, 3]) await journal.append([result(line)]);
  await journal.close();
  const whole = await readFile(path, 'utf8');
  const [head = '', first = ''] = whole.split('\n');
  for (let length = 0; length < whole.length; length += 1) {
    await writeFile(path, whole);
    await truncate(path, length);
    const resumed = await openJournal(path, KEY, false);
    const known = length > head.length + first.length + 1 ? [2] : [];
    expect([...resumed.earlier.keys()]).toEqual(known);
    await resumed.append([result(9)]);
    await resumed.close();
    expect(await linesAfter(path)).toEqual([...known, 9]);
  }
});

test.each([
  ['another file', { input: 'x' }, /the file has changed since/],
  ['another mapping', { mapping: 'x' }, /with another mapping or delimiter/],
  ['another gateway', { gateway: 'x' }, /at another gateway/],
])('a journal of %s is refused, unless it is to be forgotten', async (_name, other, message) => {
  const path = await newPath();
  const journal = await openJournal(path, { ...KEY, ...other }, false);
  await journal.append([result(2)]);
  await journal.close();
  await expect(openJournal(path, KEY, false)).rejects.toThrow(message);
  const anew = await openJournal(path, KEY, true);
  expect(anew.earlier.size).toBe(0);
  await anew.close();
});
