import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createStoreClient, type Json } from '../../sandbox/support/store-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { runArgs } from '../support/run-line.ts';
import { startStore } from './support/front.ts';

/** What the store sets itself. */
const OF_THE_STORE = [
  ...['entityId', 'createdAt', 'updatedAt', 'registrationIpAddress', 'segmentIds', 'shopperProfileId'],
];

const NOTES = [
  ...['=1+1', "'=1+1", "''=1+1", '+1', '-1', '@SUM(A1)', "'s Hof", '"quoted", twice "', ' blanks around '],
  ...['two\nlines', 'two\r\nlines', 'a,b;c|d', "'", "'-", '名前'],
];

async function startNastyStore() {
  const store = await startStore({ customers: 12 });
  const customers = NOTES.map((notes, at) => ({
    email: `nasty-${at}@example.org`,
    first_name: 'Ana',
    last_name: 'Silva',
    notes,
  }));
  const { status } = await createStoreClient(store.sandbox).send(
    'POST',
    '/customers',
    customers.slice(0, 10),
  );
  const more = await createStoreClient(store.sandbox).send('POST', '/customers', customers.slice(10));
  expect([status, more.status]).toEqual([200, 200]);
  return store;
}

async function importCounts(file: string, url: string) {
  const { output, messages } = await runArgs(['import', file, '--url', url, '--json']);
  const { created, updated, unchanged, rejected, incomplete, problems } = JSON.parse(output.join('\n'));
  return { created, updated, unchanged, rejected, incomplete, problems, messages };
}

test.each([
  ['customers.jsonl', ['--include', 'addresses,attributes,formFields,metafields,consent']],
  ['customers.csv', ['--include', 'addresses,attributes,formFields,consent', '--address-columns', '15']],
])(
  'an import of the export %s changes nothing, and makes the same customers in another store',
  async (name, options) => {
    const store = await startNastyStore();
    const dir = await tempDir();
    const file = join(dir, name);
    const exported = await runArgs(['export', file, '--url', store.url, ...options]);
    expect(exported.exitCode).toBe(0);
    const all = 12 + NOTES.length;
    expect(await importCounts(file, store.url)).toMatchObject({ unchanged: all, rejected: 0, problems: [] });

    const other = await startStore({ customers: 0 });
    expect(await importCounts(file, other.url)).toMatchObject({ created: all, incomplete: 0, problems: [] });
    const [before, after] = [join(dir, 'before.jsonl'), join(dir, 'after.jsonl')];
    const parts = ['--include', 'addresses,attributes'];
    await runArgs(['export', before, '--url', store.url, ...parts]);
    await runArgs(['export', after, '--url', other.url, ...parts]);
    expect(await customersOf(after)).toEqual(await customersOf(before));
  },
);

async function customersOf(file: string): Promise<readonly Json[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  const customers = lines.map((line) => {
    const { attributes, ...rest } = JSON.parse(line);
    const fields = Object.entries(rest).filter(([field]) => !OF_THE_STORE.includes(field));
    // Columns have an order of their own.
    return { ...Object.fromEntries(fields), attributes: byName(attributes) };
  });
  return customers.toSorted((one: Json, other: Json) => one.email.localeCompare(other.email));
}

function byName(attributes: readonly Json[]): readonly Json[] {
  return attributes.toSorted((one, other) => one.attributeName.localeCompare(other.attributeName));
}
