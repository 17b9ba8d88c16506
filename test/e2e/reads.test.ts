import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Switches } from '../../src/sandbox/index.ts';
import {
  ReadAllSettingsDocument,
  ReadCustomersDocument,
  ReadDefinitionsDocument,
  ReadFormFieldValuesDocument,
  ReadMetafieldsDocument,
  ReadNodeDocument,
  ReadNodesDocument,
  ReadOneOfCustomerDocument,
  ReadValuesDocument,
} from '../generated/operations.ts';
import { createStoreClient, type Json } from '../sandbox/support/store-client.ts';
import {
  expectedAddress,
  expectedChannelSettings,
  expectedCustomer,
  expectedDefinition,
  expectedFormField,
  expectedInstrument,
  expectedMetafield,
  expectedSettings,
  expectedValue,
  type StoreRecords,
} from '../support/expected-records.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

const CASES: readonly Partial<Switches>[] = [
  {},
  { settingsEnvelope: false },
  { cursors: false },
  { paginationLinks: true },
  { cursorWithSort: true },
  { encodedDateColon: 'honoured' },
];

const INCLUDES = 'addresses,attributes,formfields,storecredit,shopper_profile_id,segment_ids';

describe.each(CASES)('on a store of 250 customers with %o', (switches) => {
  let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
  let said: StoreRecords;
  beforeAll(async () => {
    gateway = await startGatewayOnSandbox({ switches });
    const [customers, addresses, definitions, values, formFieldValues, metafields] = await Promise.all([
      all(`/customers?include=${INCLUDES}`),
      all('/customers/addresses?include=formfields'),
      all('/customers/attributes'),
      all('/customers/attribute-values'),
      all('/customers/form-field-values'),
      all('/customers/metafields'),
    ]);
    said = { customers, addresses, definitions, values, formFieldValues, metafields };
  });
  afterAll(() => gateway.close());

  async function get(path: string): Promise<Json> {
    const { json } = await createStoreClient(gateway.sandbox).get(path);
    return json.data ?? json;
  }

  /** A complete list of the REST API, read by page numbers. */
  async function all(path: string): Promise<Json[]> {
    const items: Json[] = [];
    for (let page = 1; ; page += 1) {
      const { json } = await createStoreClient(gateway.sandbox).get(
        `${path}${path.includes('?') ? '&' : '?'}limit=250&page=${page}`,
      );
      items.push(...json.data);
      if (page >= json.meta.pagination.total_pages) return items;
    }
  }

  /** A complete list of the gateway, read by cursors. */
  async function walk(document: Json, variables: object, first = 250): Promise<Json[]> {
    const nodes: Json[] = [];
    let after: string | null = null;
    do {
      const { data, errors }: Json = await gateway.execute<Json, Json>(document, {
        ...variables,
        first,
        after,
      });
      expect(errors).toEqual([]);
      const [page] = Object.values<Json>(data);
      nodes.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    return nodes;
  }

  test('returns each field of each customer', async () => {
    const customers = await walk(ReadCustomersDocument, {}, 50);
    expect(customers).toHaveLength(250);
    const instruments = new Set<string>();
    for (const [place, { consent, storedInstruments, metafields, ...customer }] of customers.entries()) {
      const wire = said.customers[place];
      expect(customer).toEqual(expectedCustomer(wire, said));
      const { allow, deny } = await get(`/customers/${wire.id}/consent`);
      expect(consent).toEqual({
        allow: allow.map((word: string) => word.toUpperCase()),
        deny: deny.map((word: string) => word.toUpperCase()),
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
      expect(storedInstruments).toEqual(
        (await get(`/customers/${wire.id}/stored-instruments`)).map(expectedInstrument),
      );
      for (const { __typename } of storedInstruments) instruments.add(__typename);
      const theirs = said.metafields.filter((each: Json) => each.resource_id === wire.id);
      expect(metafields).toEqual({
        totalCount: theirs.length,
        nodes: theirs.map((each: Json) => ({ ...expectedMetafield(each), customer: { entityId: wire.id } })),
      });
    }
    expect([...instruments].toSorted()).toEqual([
      'BankAccountInstrument',
      'CardInstrument',
      'PayPalAccountInstrument',
    ]);
  });

  test('returns attributes, metafields and form fields by name', async () => {
    for (const wire of [3, 15, 33].map((customer) =>
      said.metafields.find((each: Json) => each.resource_id > customer),
    )) {
      const customer = said.customers.find((each: Json) => each.id === wire.resource_id);
      const value = said.values.find((each: Json) => each.customer_id === customer.id);
      const definition = said.definitions.find((each: Json) => each.id === (value?.attribute_id ?? 1));
      const names = ['Interests', 'Nickname', 'no such field'];
      const ask = async (attribute: object, metafield: object) => {
        const { data, errors } = await gateway.execute(ReadOneOfCustomerDocument, {
          entityId: customer.id,
          attribute: attribute as never,
          metafield: metafield as never,
          names,
          namespaces: [wire.namespace, 'no such namespace'],
          keys: [wire.key],
        });
        expect(errors).toEqual([]);
        return data.customer as Json;
      };
      const expected = {
        attribute: value ? expectedValue(value, said.definitions) : null,
        metafield: expectedMetafield(wire),
        formFields: customer.form_fields
          .filter(({ name }: Json) => names.includes(name))
          .map(expectedFormField),
        metafields: { nodes: [expectedMetafield(wire)] },
      };
      const { namespace, key } = wire;
      expect(await ask({ name: definition.name }, { name: { namespace, key } })).toEqual(expected);
      expect(await ask({ attributeEntityId: definition.id }, { entityId: wire.id })).toEqual(expected);
      const nothing = { ...expected, attribute: null, metafield: null };
      expect(await ask({ name: 'no such attribute' }, { name: { namespace, key: 'none' } })).toEqual(nothing);
      expect(await ask({ attributeEntityId: 999 }, { entityId: 999_999 })).toEqual(nothing);
    }
  });

  const day = '2019-03-10T17:00:00Z';
  const moment = '2022-01-01T00:00:00Z';

  test.each<[Json, string]>([
    [null, ''],
    [{}, ''],
    [{ name: 'Birthday' }, 'name=Birthday'],
    [{ nameLike: 'CUSTOMER' }, 'name:like=customer'],
    [{ type: 'NUMBER' }, 'type=number'],
    [{ createdAt: { equals: day } }, `date_created=${day}`],
    [{ createdAt: { min: day } }, `date_created:min=${day}`],
    [
      { updatedAt: { min: '2019-03-05T00:00:00Z', max: day } },
      `date_modified:min=2019-03-05T00:00:00Z&date_modified:max=${day}`,
    ],
    [{ updatedAt: { equals: day } }, `date_modified=${day}`],
    [{ createdAt: { equals: '2019-03-10' } }, 'date_created=2019-03-10'],
    [{ createdAt: { min: '2019-03-10' } }, 'date_created:min=2019-03-10'],
    [{ createdAt: { max: '2019-03-10' } }, 'date_created:max=2019-03-10'],
    [
      { type: 'DATE', nameLike: 'i', createdAt: { max: day } },
      `type=date&name:like=i&date_created:max=${day}`,
    ],
  ])('returns the definitions for %o', async (filter, query) => {
    const { data, errors } = await gateway.execute(ReadDefinitionsDocument, { filter });
    expect(errors).toEqual([]);
    const wire = await all(`/customers/attributes?${query}`.replace(/\?$/, ''));
    expect(wire.length).toBeGreaterThan(0);
    expect(data.customerAttributeDefinitions).toEqual(wire.map(expectedDefinition));
  });

  test('returns definitions by id', async () => {
    const { data } = await gateway.execute(ReadDefinitionsDocument, { filter: { entityIds: [7, 2, 99, 2] } });
    expect(data.customerAttributeDefinitions).toEqual(
      said.definitions.filter(({ id }: Json) => id === 2 || id === 7).map(expectedDefinition),
    );
  });

  test.each<[Json, string]>([
    [null, ''],
    [{ customerEntityIds: [4, 8, 2] }, 'customer_id:in=4,8,2'],
    [{ attributeEntityIds: [2, 9] }, 'attribute_id:in=2,9'],
    [{ attributeName: 'Credit terms (days)' }, 'name=Credit%20terms%20(days)'],
    [{ createdAt: { min: moment } }, `date_created:min=${moment}`],
    [
      { createdAt: { min: '2020-01-01T00:00:00Z', max: moment } },
      `date_created:min=2020-01-01T00:00:00Z&date_created:max=${moment}`,
    ],
    [{ createdAt: { equals: '2022-05-29T19:40:37Z' } }, 'date_created=2022-05-29T19:40:37Z'],
    [{ updatedAt: { max: moment } }, `date_modified:max=${moment}`],
    [{ createdAt: { equals: '2022-05-29' } }, 'date_created=2022-05-29'],
    [
      { updatedAt: { min: '2022-05-29', max: moment.replace('2022', '2024') } },
      'date_modified:min=2022-05-29&date_modified:max=2024-01-01T00:00:00Z',
    ],
    [
      {
        customerEntityIds: [4, 15, 26],
        attributeEntityIds: [1, 3],
        updatedAt: { min: '2019-01-01T00:00:00Z' },
      },
      'customer_id:in=4,15,26&attribute_id:in=1,3&date_modified:min=2019-01-01T00:00:00Z',
    ],
  ])('returns the attribute values for %o', async (filter, query) => {
    const wire = await all(`/customers/attribute-values?${query}`.replace(/\?$/, ''));
    expect(wire.length).toBeGreaterThan(0);
    const emails = new Map(said.customers.map((each: Json) => [each.id, each.email]));
    expect(await walk(ReadValuesDocument, { filter })).toEqual(
      wire.map((each) => ({
        ...expectedValue(each, said.definitions),
        customer: { entityId: each.customer_id, email: emails.get(each.customer_id) },
      })),
    );
  });

  test.each<[Json, string]>([
    [null, ''],
    [{ customerEntityId: 5 }, 'customer_id=5'],
    [{ addressEntityId: 7 }, 'address_id=7'],
    [{ fieldName: 'Nickname' }, 'field_name=Nickname'],
    [{ fieldName: 'How did you hear about us?' }, 'field_name=How%20did%20you%20hear%20about%20us%3F'],
    ...['CHECKBOXES', 'DATE', 'MULTILINE', 'NUMBERS', 'PASSWORD', 'RADIOBUTTONS', 'TEXT', 'PICKLIST'].map(
      (type): [Json, string] => [{ fieldType: type }, `field_type=${type.toLowerCase()}`],
    ),
    [
      { customerEntityId: 5, fieldType: 'CHECKBOXES', fieldName: 'Interests' },
      'customer_id=5&field_type=checkboxes&field_name=Interests',
    ],
  ])('returns the form field values for %o', async (filter, query) => {
    const wire = await all(`/customers/form-field-values?${query}`.replace(/\?$/, ''));
    expect(await walk(ReadFormFieldValuesDocument, { filter })).toEqual(wire.map(expectedFormField));
  });

  test.each<[Json, string]>([
    [{}, ''],
    [{ direction: 'ASC' }, 'direction=asc'],
    [{ direction: 'DESC' }, 'direction=desc'],
    [{ filter: { namespaces: ['crm', 'fitting'] } }, 'namespace:in=crm,fitting'],
    [{ filter: { keys: ['points', 'card'] }, direction: 'DESC' }, 'key:in=points,card&direction=desc'],
    [{ filter: { createdAt: { min: moment } } }, `date_created:min=${moment}`],
    [
      { filter: { createdAt: { equals: '2019-04-20T16:03:43Z' } } },
      'date_created:min=2019-04-20T16:03:43Z&date_created:max=2019-04-20T16:03:43Z',
    ],
    [
      { filter: { createdAt: { equals: '2019-04-20' } } },
      'date_created:min=2019-04-20T00:00:00Z&date_created:max=2019-04-20T23:59:59Z',
    ],
    [{ filter: { createdAt: { min: '2022-01-01' } } }, 'date_created:min=2022-01-01'],
    [
      { filter: { updatedAt: { min: moment, max: '2024-01-01T00:00:00Z' } } },
      `date_modified:min=${moment}&date_modified:max=2024-01-01T00:00:00Z`,
    ],
  ])('returns the metafields for %o', async (variables, query) => {
    const wire = await all(`/customers/metafields?${query}`.replace(/\?$/, ''));
    expect(wire.length).toBeGreaterThan(0);
    const emails = new Map(said.customers.map((each: Json) => [each.id, each.email]));
    const expected = wire.map((each) => ({
      ...expectedMetafield(each),
      customer: { entityId: each.resource_id, email: emails.get(each.resource_id) },
    }));
    expect(await walk(ReadMetafieldsDocument, variables)).toEqual(expected);
    expect(await walk(ReadMetafieldsDocument, variables, 13)).toEqual(expected);
  });

  test.each([1, 2])('returns the settings of the store and of channel %i', async (channelId) => {
    const { data, errors } = await gateway.execute(ReadAllSettingsDocument, { channelId });
    expect(errors).toEqual([]);
    expect(data).toEqual({
      customerSettings: expectedSettings(await get('/customers/settings')),
      channelCustomerSettings: expectedChannelSettings(
        await get(`/customers/settings/channels/${channelId}`),
        channelId,
      ),
    });
  });

  test('returns null for a channel that does not exist', async () => {
    const { data, errors } = await gateway.execute(ReadAllSettingsDocument, { channelId: 99 });
    expect(errors).toEqual([]);
    expect(data.channelCustomerSettings).toBeNull();
  });

  test('returns every record by its global id', async () => {
    const node = (__typename: string, expected: Json): Json => ({ __typename, ...expected });
    const settings = await get('/customers/settings');
    const channel = await get('/customers/settings/channels/2');
    const records: Json[] = [
      ...said.customers.slice(0, 250).map((each: Json) => node('Customer', expectedCustomer(each, said))),
      ...said.addresses.map((each: Json) => node('CustomerAddress', expectedAddress(each))),
      ...said.definitions.map((each: Json) => node('CustomerAttributeDefinition', expectedDefinition(each))),
      ...said.values.map((each: Json) =>
        node('CustomerAttributeValue', expectedValue(each, said.definitions)),
      ),
      ...said.metafields.map((each: Json) => node('CustomerMetafield', expectedMetafield(each))),
      node('CustomerSettings', expectedSettings(settings)),
      node('ChannelCustomerSettings', expectedChannelSettings(channel, 2)),
    ];
    expect(records.length).toBeGreaterThan(1_000);
    const { data, errors } = await gateway.execute(ReadNodesDocument, { ids: records.map(({ id }) => id) });
    expect(errors).toEqual([]);
    expect(data.nodes).toEqual(records);
    for (const { __typename, id } of new Map(records.map((each) => [each.__typename, each])).values()) {
      expect((await gateway.execute(ReadNodeDocument, { id })).data.node).toEqual({ __typename, id });
    }
  });
});

describe('an invalid argument', () => {
  let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
  beforeAll(async () => {
    gateway = await startGatewayOnSandbox({ customers: 5 });
  });
  afterAll(() => gateway.close());

  const long = 'n'.repeat(65);
  test.each([
    [
      'formFieldValues(filter: { customerEntityId: 1, addressEntityId: 2 }) { totalCount }',
      'filter.addressEntityId',
    ],
    ['formFieldValues(filter: { customerEntityId: 0 }) { totalCount }', 'filter.customerEntityId'],
    ['formFieldValues(filter: { fieldName: " " }) { totalCount }', 'filter.fieldName'],
    [`customerMetafields(filter: { namespaces: ["${long}"] }) { totalCount }`, 'filter.namespaces'],
    [`customerMetafields(filter: { keys: ["${long}"] }) { totalCount }`, 'filter.keys'],
    ['customerMetafields(filter: { keys: ["a,b", "c"] }) { totalCount }', 'filter.keys'],
    ['customerMetafields(first: 1, last: 1) { totalCount }', 'last'],
    ['customerMetafields(first: 251) { totalCount }', 'first'],
    ['customerMetafields(first: 1, after: "nonsense") { totalCount }', 'after'],
    [
      'customerMetafields(filter: { createdAt: { min: "2024-01-01T00:00:00Z", max: "2023-01-01T00:00:00Z" } }) { totalCount }',
      'filter.createdAt',
    ],
    [
      'customerAttributeValues(filter: { customerEntityIds: [1, -1] }) { totalCount }',
      'filter.customerEntityIds',
    ],
    [
      'customerAttributeValues(filter: { attributeEntityIds: [0] }) { totalCount }',
      'filter.attributeEntityIds',
    ],
    [
      'customerAttributeValues(filter: { updatedAt: { equals: "2024-01-01T00:00:00Z", max: "2023-01-01T00:00:00Z" } }) { totalCount }',
      'filter.updatedAt',
    ],
    ['customerAttributeDefinitions(filter: { entityIds: [0] }) { name }', 'filter.entityIds'],
    ['channelCustomerSettings(channelId: 0) { id }', 'channelId'],
    ['node(id: "nonsense") { id }', 'id'],
  ])('%s', async (field, argument) => {
    gateway.sandbox.requests.clear();
    const { status, data, errors } = await gateway.executeText(`{ field: ${field} }`);
    expect({ status, data }).toEqual({ status: 200, data: { field: null } });
    expect(errors.map(({ path, extensions }) => ({ path, ...extensions }))).toEqual([
      { path: ['field'], code: 'BAD_USER_INPUT', argument },
    ]);
    expect(gateway.calls()).toEqual([]);
  });

  test.each([
    [`metafields(namespaces: ["${long}"]) { totalCount }`, 'namespaces'],
    ['metafields(keys: [""]) { totalCount }', 'keys'],
    [`metafield(by: { name: { namespace: "a", key: "${long}" } }) { id }`, 'by.name.key'],
    ['metafield(by: { entityId: 0 }) { id }', 'by.entityId'],
    ['attribute(by: { attributeEntityId: -2 }) { id }', 'by.attributeEntityId'],
  ])('%s of a customer, next to valid fields', async (field, argument) => {
    gateway.sandbox.requests.clear();
    const { data, errors } = await gateway.executeText(
      `{ customers(first: 3) { nodes { entityId field: ${field} } } }`,
    );
    expect(data.customers.nodes).toEqual([1, 2, 3].map((entityId) => ({ entityId, field: null })));
    expect(errors.map(({ path, extensions }) => ({ path, ...extensions }))).toEqual(
      [0, 1, 2].map((place) => ({
        path: ['customers', 'nodes', place, 'field'],
        code: 'BAD_USER_INPUT',
        argument,
      })),
    );
    expect(gateway.calls()).toHaveLength(1);
  });
});
