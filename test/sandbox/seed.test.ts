import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { createStoreClient, idsOf, startTestSandbox } from './support/store-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-seed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const everything =
  '/customers?limit=250&include=addresses,attributes,formfields,storecredit,shopper_profile_id,segment_ids';

test('seeds the same bytes for the same seed, in the file and in responses, and others for another seed', async () => {
  const files = [];
  const pages = [];
  for (const [name, seed] of [
    ['one', 7],
    ['two', 7],
    ['three', 8],
  ] as const) {
    const file = join(folder, name);
    const sandbox = await startSandbox({ customers: 600, seed, file, quota: 0 });
    pages.push((await createStoreClient(sandbox).get(everything)).text);
    await sandbox.close();
    files.push(readFileSync(file));
  }
  const [one, two, three] = files;
  expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  expect(one?.equals(three ?? Buffer.alloc(0))).toBe(false);
  expect(pages[0]).toBe(pages[1]);
  expect(pages[0]).not.toBe(pages[2]);
});

test('reopens a file without seeding it again', async () => {
  const file = join(folder, 'kept');
  const first = await startSandbox({ customers: 20, file, quota: 0 });
  await createStoreClient(first).send('DELETE', '/customers?id:in=7');
  await first.close();
  const reported: number[] = [];
  const options = { customers: 20, file, quota: 0, onProgress: (done: number) => void reported.push(done) };
  const second = await startSandbox(options);
  const ids = idsOf(await createStoreClient(second).get('/customers?limit=250'));
  await second.close();
  expect([reported, ids.length, ids.includes(7)]).toEqual([[], 19, false]);
});

test('reports seeding progress', async () => {
  const reported: [number, number][] = [];
  await startTestSandbox({
    customers: 10_001,
    onProgress: (done, customers) => void reported.push([done, customers]),
  });
  expect(reported).toEqual([
    [10_000, 10_001],
    [10_001, 10_001],
  ]);
});

test('seeds consecutive ids and unique email addresses', async () => {
  const { get } = await startTestSandbox();
  const { json } = await get(everything);
  expect(json.data.map(({ id }: { id: number }) => id)).toEqual(
    Array.from({ length: 250 }, (_, index) => index + 1),
  );
  const emails = json.data.map(({ email }: { email: string }) => email.toLowerCase());
  expect(new Set(emails).size).toBe(250);
  expect(emails.filter((email: string) => !/@([a-z]+\.)?example\.(com|org|net)$/.test(email))).toEqual([]);
});

test('seeds customers of many countries and scripts', async () => {
  const { get } = await startTestSandbox();
  const { text, json } = await get(everything);
  for (const script of ['Greek', 'Cyrillic', 'Han', 'Hiragana', 'Hangul', 'Devanagari', 'Arabic']) {
    expect([script, new RegExp(`\\p{Script=${script}}`, 'u').test(text)]).toEqual([script, true]);
  }
  const countries = new Set(
    json.data.flatMap(({ addresses }: { addresses: { country: string }[] }) =>
      addresses.map(({ country }) => country),
    ),
  );
  expect(countries.size).toBeGreaterThanOrEqual(12);
});

test.each([-1, 1.5, 1_000_001])('rejects a store of %s customers', async (customers) => {
  await expect(startSandbox({ customers })).rejects.toThrow(`not ${customers}`);
});

test('closes its file if the port is in use', async () => {
  const { sandbox } = await startTestSandbox({ customers: 1 });
  const port = Number(new URL(sandbox.url).port);
  await expect(startSandbox({ port, customers: 1, file: join(folder, 'unlucky') })).rejects.toThrow(
    'EADDRINUSE',
  );
});
