import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createStoreClient, type Json } from '../../sandbox/support/store-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { runArgs } from '../support/run-line.ts';
import { startStore } from './support/front.ts';

let dir: string;
beforeEach(async () => {
  dir = await tempDir();
});

/** Runs the command in an empty folder. */
async function run(url: string, name: string, ...options: readonly string[]) {
  const file = name === '-' ? name : join(dir, name);
  return { file, ...(await runArgs(['export', file, '--url', url, ...options])) };
}

async function linesOf(file: string): Promise<readonly Json[]> {
  return (await readFile(file, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777;
}

test('exports every customer once, over several pages, to a file of its owner alone', async () => {
  const { url } = await startStore();
  const { file, output, messages, exitCode } = await run(url, 'customers.jsonl', '--page-size', '10');
  expect([exitCode, output, messages]).toEqual([0, [], [`25 customers are in ${file}`]]);
  const lines = await linesOf(file);
  expect(lines.map(({ entityId }) => entityId)).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
  expect(await modeOf(file)).toBe(0o600);
  expect(await readdir(dir)).toEqual(['customers.jsonl']);
});

test('a line has the fields of the customer that are not null', async () => {
  const store = await startStore({ customers: 1 });
  const { file } = await run(store.url, 'customers.jsonl');
  const [line] = await linesOf(file);
  expect(line).toMatchObject({ entityId: 1, storeCredit: [{ amount: expect.any(Number) }] });
  expect(line.email).toMatch(/@/);
  expect(Object.values(line)).not.toContain(null);
  expect(line).not.toHaveProperty('addresses');
});

test('--include adds the parts of a customer, as an import takes them', async () => {
  const store = await startStore({ customers: 0 });
  const client = createStoreClient(store.sandbox);
  const address = {
    first_name: 'Ana',
    last_name: 'Silva',
    address1: '1 High Street',
    city: 'Leeds',
    state_or_province: 'Leeds',
    postal_code: 'LS1 1AA',
    country_code: 'GB',
  };
  const { json } = await client.send('POST', '/customers', [
    {
      email: 'ana@example.org',
      first_name: 'Ana',
      last_name: 'Silva',
      form_fields: [{ name: 'Nickname', value: 'Bear' }],
    },
  ]);
  const { id } = json.data[0];
  const streets = Array.from({ length: 12 }, (_, at) => `${at} High Street`);
  await client.send(
    'POST',
    '/customers/addresses',
    streets.map((address1) => ({ ...address, address1, customer_id: id })),
  );
  await client.send('POST', `/customers/${id}/metafields`, {
    namespace: 'erp',
    key: 'number',
    value: '4711',
    permission_set: 'app_only',
  });
  const parts = 'addresses,formFields,metafields,consent,instruments';
  const { file, exitCode } = await run(store.url, 'customers.jsonl', '--include', parts);
  expect(exitCode).toBe(0);
  const [line] = await linesOf(file);
  expect(line.addresses).toHaveLength(12);
  expect(line.addresses[11]).toMatchObject({ address1: '11 High Street', countryCode: 'GB' });
  expect(line.formFields).toEqual([{ name: 'Nickname', value: { text: 'Bear' } }]);
  expect(line.metafields).toEqual([
    { namespace: 'erp', key: 'number', value: '4711', permissionSet: 'APP_ONLY' },
  ]);
  expect(line.consent).toEqual({ allow: expect.any(Array), deny: expect.any(Array) });
  expect(line.storedInstruments).toEqual([]);
});

test('CSV has a column for each field, attribute, form field of texts and field of an address', async () => {
  const { url } = await startStore();
  const { file, exitCode, messages } = await run(
    url,
    'customers.csv',
    ...['--include', 'addresses,attributes,formFields,consent', '--address-columns', '12'],
  );
  expect([exitCode, messages[0]]).toEqual([0, `25 customers are in ${file}`]);
  expect(messages[1]).toMatch(/^CSV has no columns for the form fields .*Interests.*: JSONL has them$/);
  const [header = '', ...lines] = (await readFile(file, 'utf8')).split('\r\n');
  const columns = header.split(',');
  for (const column of ['email', 'storeCredit', 'consent.allow', 'attributes.Loyalty tier'])
    expect(columns).toContain(column);
  for (const column of ['formFields.Nickname', 'addresses.12.city', 'addresses.1.formFields.Door code'])
    expect(columns).toContain(column);
  expect(lines.slice(0, -1)).toHaveLength(25);
});

test('CSV fails if a customer has more addresses than columns, and says how many do', async () => {
  const { url } = await startStore();
  const { exitCode, messages } = await run(
    url,
    'customers.csv',
    ...['--include', 'addresses', '--address-columns', '1'],
  );
  expect(exitCode).toBe(1);
  expect(messages.at(-1)).toMatch(/^customers with more than 1 addresses, which the file lacks: \d+; raise/);
});

test('CSV is quoted as RFC 4180 has it, and escapes what a spreadsheet takes for a formula', async () => {
  const store = await startStore({ customers: 0 });
  const names = ['=1+1', '+1', '-1', '@SUM(A1)', "'=1", 'a"b', 'a,b', 'a\nb', 'Ana'];
  await createStoreClient(store.sandbox).send(
    'POST',
    '/customers',
    names.map((name, at) => ({
      email: `c${at}@example.org`,
      first_name: 'A',
      last_name: 'B',
      notes: name,
    })),
  );
  const { file } = await run(store.url, 'customers.csv');
  const text = await readFile(file, 'utf8');
  const written = names.map((_, at) => {
    const start = text.indexOf(`c${at}@example.org,A,B,,,`) + `c${at}@example.org,A,B,,,`.length;
    return text.slice(start, text.indexOf(',,,false,', start));
  });
  expect(written).toEqual([
    ...["'=1+1", "'+1", "'-1", "'@SUM(A1)", "''=1"],
    ...['"a""b"', '"a,b"', '"a\nb"', 'Ana'],
  ]);
});

test('a store without customers makes an empty file, and one with the header alone', async () => {
  const { url } = await startStore({ customers: 0 });
  const { file, exitCode } = await run(url, 'customers.jsonl');
  expect([exitCode, await readFile(file, 'utf8')]).toEqual([0, '']);
  const csv = await run(url, 'customers.csv');
  expect(csv.exitCode).toBe(0);
  expect(await readFile(csv.file, 'utf8')).toMatch(/^entityId,email,[\w,.]+\r\n$/);
  expect((await readdir(dir)).toSorted()).toEqual(['customers.csv', 'customers.jsonl']);
});

test('filters choose customers', async () => {
  const { url } = await startStore();
  const all = await linesOf((await run(url, 'all.jsonl')).file);
  const since = '2025-01-01T00:00:00Z';
  const recent = await linesOf((await run(url, 'recent.jsonl', '--updated-since', '2025-01-01')).file);
  expect(recent).toEqual(all.filter(({ updatedAt }) => updatedAt >= since));
  const { customerGroupId } = all[1];
  const group = ['--customer-group', String(customerGroupId), '--created-since', '2019-01-01T00:00+01:00'];
  const grouped = await linesOf((await run(url, 'group.jsonl', ...group)).file);
  expect(grouped).toEqual(all.filter((line) => line.customerGroupId === customerGroupId));
  expect(grouped.length).toBeGreaterThan(0);
});

test('--json prints what was written', async () => {
  const { url } = await startStore();
  const { file, output } = await run(url, 'customers.jsonl', '--json');
  expect(JSON.parse(output.join('\n'))).toMatchObject({
    file,
    format: 'jsonl',
    customers: 25,
    bytes: (await stat(file)).size,
    isComplete: true,
  });
});

describe('a file that exists', () => {
  test('stays as it is without --force, which replaces it by one of its owner alone', async () => {
    const { url } = await startStore();
    const file = join(dir, 'customers.jsonl');
    await writeFile(file, 'mine');
    await chmod(file, 0o644);
    const { exitCode, messages } = await run(url, 'customers.jsonl');
    expect([exitCode, messages]).toEqual([1, [`${file} exists already: --force replaces it`]]);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await run(url, 'customers.jsonl', '--force')).exitCode).toBe(0);
    expect(await linesOf(file)).toHaveLength(25);
    expect(await modeOf(file)).toBe(0o600);
  });

  test('stays as it is if the gateway refuses, even with --force', async () => {
    const file = join(dir, 'customers.jsonl');
    await writeFile(file, 'mine');
    const store = await startStore();
    store.sandbox.faults.set([{ fault: { kind: 'status', status: 401 } }]);
    const { exitCode, messages } = await run(store.url, 'customers.jsonl', '--force');
    expect([exitCode, messages]).toEqual([1, [expect.stringContaining('The access token was rejected')]]);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await readdir(dir)).toEqual(['customers.jsonl']);
  });

  test('is refused if it is a link, or no file', async () => {
    const { url } = await startStore();
    await writeFile(join(dir, 'target'), 'mine');
    await symlink(join(dir, 'target'), join(dir, 'link.jsonl'));
    await mkdir(join(dir, 'folder.jsonl'));
    for (const [name, problem] of [
      ['link.jsonl', 'is a symbolic link: name the file itself'],
      ['folder.jsonl', 'is no regular file'],
    ] as const)
      for (const force of [[], ['--force']]) {
        const { file, exitCode, messages } = await run(url, name, ...force);
        expect([exitCode, messages]).toEqual([1, [`${file} ${problem}`]]);
      }
    expect(await readFile(join(dir, 'target'), 'utf8')).toBe('mine');
  });
});

test.each([
  [['-', '--format', 'jsonl'], 2, 'standard output cannot be cut back to resume: name a file'],
  [['customers.json'], 2, 'ends with neither .jsonl nor .csv: add --format'],
  [['customers.csv', '--include', 'metafields'], 2, 'CSV has no columns for metafields: export JSONL'],
  [['customers.csv', '--include', 'adresses'], 2, '(Did you mean addresses?)'],
  [['customers.csv', '--format', 'jsnl'], 2, '(Did you mean jsonl?)'],
  [['customers.csv', '--page-size', '0'], 2, 'It is no whole number from 1 to 250.'],
  [['customers.csv', '--updated-since', 'yesterday'], 2, 'It is no time with a time zone'],
  [['customers.csv', '--updated-since', '2026-02-01T10:00:00'], 2, 'It is no time with a time zone'],
  [['nowhere/customers.csv'], 1, 'the folder of '],
])('refuses `export %j`', async ([name = '', ...options], code, problem) => {
  const { url } = await startStore({ customers: 1 });
  const { exitCode, output, messages } = await run(url, name, ...options);
  expect([exitCode, output]).toEqual([code, []]);
  expect(messages.join('\n')).toContain(problem);
  expect(await readdir(dir)).toEqual([]);
});
