import { expect, test } from 'vitest';
import { COVERAGE } from '../../scripts/rest-coverage/operations.ts';
import { RECORDS } from '../../scripts/rest-coverage/records.ts';
import { isValue, noteOf, placesOf, type Rows } from '../../scripts/rest-coverage/rows.ts';
import type { HttpClient } from '../../src/rest/client/http.ts';
import type { Rest } from '../../src/rest/index.ts';
import { OPERATIONS, type OperationId } from '../../src/rest/operations.ts';
import { createFakeHttpClient } from '../support/fake-http.ts';
import { createTestRest } from '../support/fake-rest.ts';
import { recordReads } from '../support/record-reads.ts';
import { WIRE_RECORDS } from '../support/wire-records.ts';

const PAGE = { page: 1, limit: 50 };
const CUSTOMER_PARTS = [
  'addresses',
  'attributes',
  'formFields',
  'storeCredit',
  'shopperProfileId',
  'segmentIds',
] as const;
const customer = { email: 'a@example.org', firstName: 'Ann', lastName: 'Dove' };
const metafield = { customerEntityId: 1, entityId: 6 };
const newMetafield = {
  customerEntityId: 1,
  namespace: 'n',
  key: 'k',
  value: 'v',
  permissionSet: 'READ',
} as const;

/** A call of each operation whose response has a body. */
const CALLS: Readonly<Partial<Record<OperationId, (rest: Rest) => Promise<unknown>>>> = {
  getCustomers: ({ customers }) => customers.page(PAGE, { filter: {}, include: new Set(CUSTOMER_PARTS) }),
  createCustomers: ({ customerWrites }) => customerWrites.create([customer]),
  updateCustomers: ({ customerWrites }) => customerWrites.update([{ entityId: 1, ...customer }]),
  validateCustomerCredentials: ({ credentials }) =>
    credentials.check({ email: 'a@example.org', password: 'invented-1' }),
  getCustomersAddresses: ({ addresses }) => addresses.page(PAGE, {}, new Set(['formFields'])),
  createCustomersAddresses: ({ addressWrites }) => addressWrites.create([{ customerEntityId: 1 }]),
  updateCustomersAddresses: ({ addressWrites }) => addressWrites.update([{ entityId: 3 }]),
  getCustomersAttributes: ({ attributes }) => attributes.definitions(),
  createCustomersAttributes: ({ attributeWrites }) =>
    attributeWrites.createDefinitions([{ name: 'Size', type: 'STRING' }]),
  updateCustomersAttributes: ({ attributeWrites }) =>
    attributeWrites.updateDefinitions([{ entityId: 5, name: 'Size' }]),
  getCustomersAttributeValues: ({ attributes }) => attributes.valuesPage(PAGE, {}),
  upsertCustomersAttributeValues: ({ attributeWrites }) =>
    attributeWrites.upsertValues([{ customerEntityId: 1, attributeEntityId: 5, value: 'x' }]),
  getCustomersFormFieldValues: ({ formFields }) => formFields.page(PAGE, {}),
  updateCustomerFormFieldValues: ({ formFieldWrites }) =>
    formFieldWrites.upsert([{ owner: { addressEntityId: 3 }, name: 'Floor', value: { number: 2 } }]),
  getCustomerConsent: ({ consent }) => consent.ofCustomer(1),
  updateCustomerConsent: ({ consentWrites }) => consentWrites.update(1, { allow: [], deny: [] }),
  getCustomerStoredInstruments: ({ instruments }) => instruments.ofCustomer(1),
  getCustomersMetafields: ({ metafields }) => metafields.ofCustomer(1, {}),
  createCustomerMetafields: ({ metafieldWrites }) => metafieldWrites.create([newMetafield]),
  getMetafieldsCustomerId: ({ metafields }) => metafields.one(1, 6),
  updateCustomerMetafield: ({ metafieldWrites }) => metafieldWrites.update([metafield]),
  getallCustomersMetafields: ({ metafields }) => metafields.page(PAGE, { filter: {} }),
  createCustomersMetafields: ({ metafieldWrites }) => metafieldWrites.create([newMetafield, newMetafield]),
  updateCustomersMetafields: ({ metafieldWrites }) => metafieldWrites.update([metafield, metafield]),
  getCustomersSettings: ({ settings }) => settings.ofStore(),
  updateCustomersSettings: ({ settingsWrites }) => settingsWrites.updateStore({}),
  getCustomersSettingsChannel: ({ settings }) => settings.ofChannel(1),
  updateCustomersSettingsChannel: ({ settingsWrites }) => settingsWrites.updateChannel({ channelId: 1 }),
};

/** Operations whose response is one record, or a list without an envelope. */
const BARE = new Set<OperationId>(['getCustomerStoredInstruments']);
const isOfOne = (operation: OperationId) => OPERATIONS[operation].maxItems === 1 && !BARE.has(operation);

interface Read {
  /** The names of the fields that were read, with `data` before those of records. */
  readonly names: ReadonlySet<string>;
  /** What the REST client made of the response. */
  readonly result: unknown;
}

/** Makes the call of an operation, and answers it with these records. */
async function read(operation: OperationId, records: readonly object[]): Promise<Read> {
  const names = new Set<string>();
  const meta = {
    pagination: { total: 1, count: 1, per_page: 50, current_page: 1, total_pages: 1 },
    cursor_pagination: { start_cursor: 's', end_cursor: 'e', count: 1, per_page: 50 },
  };
  const body = BARE.has(operation)
    ? { data: records }
    : { data: isOfOne(operation) ? records[0] : records, meta };
  const answer = (called: string) => {
    expect(called).toBe(operation);
    return recordReads(body, (name) => names.add(name));
  };
  const http: HttpClient = {
    ...createFakeHttpClient(({ operation: called }) => answer(called)),
    attempt: async ({ operation: called }) => ({ outcome: 'ok', body: answer(called) }),
  };
  const result = await CALLS[operation]?.(createTestRest(http));
  return { names, result };
}

/** The names of the records of an operation, without the envelope. */
function recordsOf(operation: OperationId): readonly string[] {
  return (COVERAGE[operation]?.returns ?? []).filter((name) => name in WIRE_RECORDS);
}

const fieldsOf = (record: string): Rows => RECORDS[record]?.fields ?? {};

function namesOfRecord(names: ReadonlySet<string>): readonly string[] {
  return [...names].flatMap((name) => /^data(?:\[\])?\.(.+)$/.exec(name)?.[1] ?? []);
}

const operations = Object.keys(CALLS) as OperationId[];

test('there is a call for each operation whose response has records', () => {
  const withRecords = (Object.keys(OPERATIONS) as OperationId[]).filter((id) => recordsOf(id).length > 0);
  expect(operations.toSorted()).toEqual(withRecords.toSorted());
});

test.each(Object.keys(WIRE_RECORDS))('the example of %s has every field of the coverage table', (record) => {
  const names = new Set<string>();
  readAll(recordReads(WIRE_RECORDS[record], (name) => names.add(name)));
  expect([...names].toSorted()).toEqual(
    Object.keys(fieldsOf(record))
      .filter((name) => !isValue(name))
      .toSorted(),
  );
});

function readAll(value: unknown): void {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) readAll(each);
}

test.each(operations)('of the response of %s no field is read that has no place', async (operation) => {
  const rows = Object.assign({}, ...recordsOf(operation).map(fieldsOf)) as Rows;
  const examples = recordsOf(operation).map((record) => WIRE_RECORDS[record] ?? {});
  const fields = namesOfRecord((await read(operation, examples)).names);
  const placed = Object.keys(rows).filter((name) => placesOf(rows[name] ?? []).length > 0);
  expect(fields.length).toBeGreaterThan(0);
  expect(placed).toEqual(expect.arrayContaining([...fields]));
});

/** The values of enumerations in the records of an operation. Those of nested records are left out. */
function valuesOf(operation: OperationId) {
  return recordsOf(operation).flatMap((record) =>
    Object.entries(fieldsOf(record)).flatMap(([name, row]) => {
      const [place = ''] = placesOf(row);
      return isValue(name) && place.includes('.') && !name.includes('.') ? [{ record, name, place }] : [];
    }),
  );
}

test.each(operations.filter((operation) => valuesOf(operation).length > 0))(
  'of the response of %s every value of an enumeration is read',
  async (operation) => {
    for (const { record, name, place } of valuesOf(operation)) {
      const [field = '', value = ''] = name.split('=');
      const example = { ...WIRE_RECORDS[record] } as Record<string, unknown>;
      example[field] = Array.isArray(example[field]) ? [value] : value;
      const { result } = await read(operation, [example]);
      expect(JSON.stringify(result), name).toContain(`"${place.split('.')[1]}"`);
    }
  },
);

// A response to a write leaves fields out, which are then read like those of any record.
test.each(Object.keys(WIRE_RECORDS))('every field of %s that has a place is read', async (record) => {
  const reading = operations.filter((operation) => recordsOf(operation).includes(record));
  const names = new Set<string>();
  for (const operation of reading) {
    const response = await read(operation, [WIRE_RECORDS[record] ?? {}]);
    for (const name of namesOfRecord(response.names)) names.add(name);
  }
  const expected = Object.entries(fieldsOf(record)).flatMap(([name, row]) =>
    !isValue(name) && noteOf(row) === null ? name : [],
  );
  expect([...names]).toEqual(expect.arrayContaining(expected));
});

test('the envelope of a page is read up to the fields that have a place, and no others', async () => {
  const { names } = await read('getCustomers', []);
  const placed = Object.entries(fieldsOf('page')).flatMap(([name, row]) =>
    placesOf(row).length > 0 ? name : [],
  );
  const leaves = [...names].filter((name) => /^meta\.\w+\./.test(name));
  expect(leaves.toSorted()).toEqual([
    'meta.cursor_pagination.end_cursor',
    'meta.cursor_pagination.start_cursor',
    'meta.pagination.current_page',
    'meta.pagination.per_page',
    'meta.pagination.total',
    'meta.pagination.total_pages',
  ]);
  expect(placed).toEqual(expect.arrayContaining(leaves));
});
