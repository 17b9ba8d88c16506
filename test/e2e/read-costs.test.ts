import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import {
  AttributeByNameDocument,
  AttributeNamesDocument,
  ConsentsDocument,
  EverythingBatchedDocument,
  EverythingNamedDocument,
  EverythingOfEachCustomerDocument,
  InstrumentsDocument,
  MetafieldOfCustomersDocument,
  MetafieldsOfCustomersDocument,
} from '../generated/operations.ts';
import { createStoreClient, type Json } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { type ProxiedGateway, startGatewayBehindProxy } from '../support/gateway-behind-proxy.ts';

type Running = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

const DEFINITIONS = 'GET /customers/attributes?limit=250';

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** A response of the store itself, which is not counted. */
async function readStore(gateway: Running, path: string): Promise<Json> {
  const { json } = await createStoreClient(gateway.sandbox).get(path);
  gateway.sandbox.requests.clear();
  return json;
}

describe('on a store of 250 customers', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await startGatewayOnSandbox();
  });
  beforeEach(() => gateway.sandbox.requests.clear());
  afterAll(() => gateway.close());

  test.each([
    ['attribute values', '{ customerAttributeValues(first: 250) { totalCount nodes { value } } }'],
    ['form field values', '{ formFieldValues(first: 250) { totalCount nodes { name } } }'],
    ['metafields', '{ customerMetafields(first: 250) { totalCount nodes { value } } }'],
    ['settings', '{ customerSettings { privacy { policyUrl } customerGroups { guestCustomerGroupId } } }'],
    ['settings of a channel', '{ channelCustomerSettings(channelId: 1) { allowGlobalLogins } }'],
    ['one metafield', '{ customer(by: { entityId: 4 }) { id } node(id: "NODE") { id } }', 2],
  ])('reads a page of %s in one call', async (_name, query, calls = 1) => {
    const { errors } = await gateway.executeText(
      query.replace('NODE', toGlobalId('CustomerMetafield', 4, 3)),
    );
    expect(errors).toEqual([]);
    expect(gateway.calls()).toHaveLength(calls);
  });

  test.each([
    ['customerAttributeValues', 0],
    ['formFieldValues', 1],
    ['customerMetafields', 1],
  ])('reads the total count of %s on the second page with %i more calls', async (list, more) => {
    const first = await gateway.executeText(`{ ${list}(first: 7) { pageInfo { endCursor } } }`);
    const after = first.data[list].pageInfo.endCursor;
    gateway.sandbox.requests.clear();
    const page = `{ ${list}(first: 7, after: "${after}")`;
    await gateway.executeText(`${page} { nodes { __typename } } }`);
    expect(gateway.calls()).toHaveLength(1);
    const { data } = await gateway.executeText(`${page} { totalCount nodes { __typename } } }`);
    expect(gateway.calls()).toHaveLength(1 + more);
    const path = {
      customerAttributeValues: '/customers/attribute-values',
      formFieldValues: '/customers/form-field-values',
      customerMetafields: '/customers/metafields',
    }[list];
    expect(data[list].totalCount).toBe((await readStore(gateway, `${path}?limit=1`)).meta.pagination.total);
  });

  test.each(['customerAttributeValues', 'formFieldValues', 'customerMetafields'])(
    'makes no call for an empty page of %s, and one for the total count',
    async (list) => {
      await gateway.executeText(`{ ${list}(first: 0) { nodes { __typename } } }`);
      expect(gateway.calls()).toEqual([]);
      await gateway.executeText(`{ ${list}(first: 0) { totalCount } }`);
      expect(gateway.calls()).toHaveLength(1);
    },
  );

  test('reads further attribute values only for customers with more than ten', async () => {
    const { data } = await gateway.execute(AttributeNamesDocument, { first: 250, named: false });
    expect(gateway.calls()).toEqual([
      'GET /customers?include=attributes&limit=250',
      'GET /customers/attribute-values?customer_id:in=4,15,26&limit=250',
    ]);
    const customers = data.customers?.nodes ?? [];
    expect(customers).toHaveLength(250);
    expect(customers.every(({ attributes, attributeCount }) => attributes?.length === attributeCount)).toBe(
      true,
    );
    expect(
      customers.filter(({ attributeCount }) => (attributeCount ?? 0) > 9).map((each) => each.entityId),
    ).toEqual([4, 15, 16, 26]);
  });

  test('makes no further call for a customer with exactly ten attribute values', async () => {
    await gateway.execute(AttributeNamesDocument, { filter: { entityIds: [16] }, named: false });
    expect(gateway.calls()).toEqual(['GET /customers?include=attributes&id:in=16&limit=250']);
  });

  test.each([
    ['consent', ConsentsDocument],
    ['stored-instruments', InstrumentsDocument],
  ])('reads %s of N customers in N calls in addition to their page', async (noun, document) => {
    for (const first of [1, 2, 20, 100]) {
      const { errors } = await gateway.execute<object, { first: number }>(document, { first });
      expect(errors).toEqual([]);
      expect(gateway.calls().toSorted()).toEqual(
        [
          `GET /customers?limit=${first}`,
          ...numbers(1, first).map((id) => `GET /customers/${id}/${noun}`),
        ].toSorted(),
      );
    }
  });

  test('reads the consent and the instruments of one customer once under several aliases', async () => {
    const { errors } = await gateway.executeText(`{
      a: customer(by: { entityId: 3 }) { consent { allow } again: consent { deny } storedInstruments { type } }
      b: customers(filter: { entityIds: [3] }) { nodes { consent { deny } storedInstruments { token } } }
      settings: customerSettings { id } more: customerSettings { id }
      channel: channelCustomerSettings(channelId: 1) { id } node(id: "${toGlobalId('ChannelCustomerSettings', 1)}") { id }
    }`);
    expect(errors).toEqual([]);
    expect(gateway.calls().toSorted()).toEqual([
      'GET /customers/3/consent',
      'GET /customers/3/stored-instruments',
      'GET /customers/settings',
      'GET /customers/settings/channels/1',
      'GET /customers?id:in=3&limit=250',
    ]);
  });

  test.each([1, 2])('reads the metafields of %i customers with one call per customer', async (first) => {
    await gateway.execute(MetafieldsOfCustomersDocument, { first });
    expect(gateway.calls().toSorted()).toEqual(
      [
        ...numbers(1, first).map((id) => `GET /customers/${id}/metafields?limit=250`),
        `GET /customers?limit=${first}`,
      ].toSorted(),
    );
  });

  test.each([3, 20, 50, 250])(
    'reads the metafields of %i customers from the only page of the list',
    async (first) => {
      const { data } = await gateway.execute(MetafieldsOfCustomersDocument, { first });
      expect(gateway.calls().toSorted()).toEqual([
        'GET /customers/metafields?limit=250',
        `GET /customers?limit=${first}`,
      ]);
      const all = (await readStore(gateway, '/customers/metafields?limit=250')).data;
      const found = data.customers?.nodes.flatMap(({ metafields }) => metafields?.nodes ?? []) ?? [];
      expect(found.map(({ entityId }) => entityId).toSorted((one, other) => one - other)).toEqual(
        all.filter((each: Json) => each.resource_id <= first).map((each: Json) => each.id),
      );
    },
  );

  test('restricts the list of metafields to the selected namespaces and keys', async () => {
    await gateway.execute(MetafieldOfCustomersDocument, {
      first: 20,
      name: { namespace: 'loyalty', key: 'points' },
    });
    expect(gateway.calls().toSorted()).toEqual([
      'GET /customers/metafields?namespace=loyalty&key=points&limit=250',
      'GET /customers?limit=20',
    ]);
    const fitting = ['fitting'];
    await gateway.execute(MetafieldsOfCustomersDocument, { first: 2, namespaces: fitting });
    expect(gateway.calls().toSorted()).toEqual([
      'GET /customers/1/metafields?namespace=fitting&limit=250',
      'GET /customers/2/metafields?namespace=fitting&limit=250',
      'GET /customers?limit=2',
    ]);
  });

  test('reads several selections of metafields of one customer in one call', async () => {
    const { errors } = await gateway.executeText(`{ customer(by: { entityId: 4 }) {
      a: metafields(namespaces: ["crm"]) { nodes { value } }
      b: metafields(namespaces: ["loyalty"]) { nodes { value } }
      c: metafield(by: { name: { namespace: "fitting", key: "measurements" } }) { value }
    } }`);
    expect(errors).toEqual([]);
    expect(gateway.calls()).toEqual([
      'GET /customers?id:in=4&limit=250',
      'GET /customers/4/metafields?namespace:in=crm,fitting,loyalty&limit=250',
    ]);
  });

  test('counts one customer under three aliases as one', async () => {
    const { errors } = await gateway.executeText(`{
      a: customer(by: { entityId: 4 }) { metafields { nodes { value } } }
      b: customer(by: { entityId: 4 }) { metafields { nodes { key } } }
      c: customer(by: { id: "${toGlobalId('Customer', 4)}" }) { metafields { nodes { namespace } } }
    }`);
    expect(errors).toEqual([]);
    expect(gateway.calls()).toEqual([
      'GET /customers?id:in=4&limit=250',
      'GET /customers/4/metafields?limit=250',
    ]);
  });

  test('reads no metafields of customers if their page fails', async () => {
    const { errors } = await gateway.executeText(
      `{ customers(filter: { names: ["${'x'.repeat(2_000)}"] }) { nodes { metafields { totalCount } } } }`,
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    await gateway.executeText('{ customerSettings { id } }');
    expect(gateway.calls()).toEqual(['GET /customers/settings']);
  });

  test('reads no metafields of nodes if only other types select them', async () => {
    const ids = [1, 2, 3].map((id) => toGlobalId('Customer', id));
    await gateway.executeText(`{ nodes(ids: ${JSON.stringify(ids)}) {
      ... on Customer { email } ... on CustomerAddress { customer { metafields { totalCount } } }
    } }`);
    await gateway.executeText('{ customerSettings { id } }');
    expect(gateway.calls()).toEqual(['GET /customers?id:in=1,2,3&limit=250', 'GET /customers/settings']);
  });

  test('reads a metafield by its id in one call', async () => {
    const { data } = await gateway.executeText(
      '{ customer(by: { entityId: 4 }) { metafield(by: { entityId: 3 }) { value } again: metafield(by: { entityId: 3 }) { key } } }',
    );
    expect(data.customer.metafield.value).toBe('877');
    expect(gateway.calls()).toEqual(['GET /customers?id:in=4&limit=250', 'GET /customers/4/metafields/3']);
  });

  test.each([
    ['metafields', 'customerMetafields(first: 20)', '/customers/metafields?limit=20', 'resource_id'],
    [
      'attribute values',
      'customerAttributeValues(first: 20)',
      '/customers/attribute-values?limit=20',
      'customer_id',
    ],
  ])('reads the customers of %s in one further call', async (_name, list, path, owner) => {
    const { data } = await gateway.executeText(
      `{ ${list} { nodes { customerEntityId customer { entityId storeCredit { amount } } } } }`,
    );
    const nodes: Json[] = (Object.values(data)[0] as Json).nodes;
    expect(nodes.every((node) => node.customer.entityId === node.customerEntityId)).toBe(true);
    const calls = gateway.calls();
    const owners = new Set((await readStore(gateway, path)).data.map((each: Json) => each[owner]));
    expect(calls).toEqual([
      `GET ${path}`,
      `GET /customers?include=storecredit&id:in=${[...owners].join(',')}&limit=250`,
    ]);
  });

  test('reads any number of nodes of one type in one wave', async () => {
    const values = (await readStore(gateway, '/customers/attribute-values?limit=20')).data;
    const metafields = (await readStore(gateway, '/customers/metafields?limit=3')).data;
    const ids = [
      ...numbers(1, 20).map((id) => toGlobalId('Customer', id)),
      ...numbers(1, 20).map((id) => toGlobalId('CustomerAddress', id)),
      ...values.map((each: Json) =>
        toGlobalId('CustomerAttributeValue', each.customer_id, each.attribute_id, each.id),
      ),
      ...metafields.map((each: Json) => toGlobalId('CustomerMetafield', each.resource_id, each.id)),
      toGlobalId('CustomerSettings'),
      ...[1, 2].map((id) => toGlobalId('ChannelCustomerSettings', id)),
    ];
    const { data, errors } = await gateway.executeText(
      `{ nodes(ids: ${JSON.stringify(ids)}) { __typename id } }`,
    );
    expect(errors).toEqual([]);
    expect(data.nodes.map((node: Json) => node.id)).toEqual(ids);
    const customers = [...new Set(values.map((each: Json) => each.customer_id))].join(',');
    expect(gateway.calls().toSorted()).toEqual(
      [
        `GET /customers?id:in=${numbers(1, 20)}&limit=250`,
        `GET /customers/addresses?id:in=${numbers(1, 20)}&limit=250`,
        `GET /customers/attribute-values?customer_id:in=${customers}&limit=250`,
        ...metafields.map((each: Json) => `GET /customers/${each.resource_id}/metafields/${each.id}`),
        'GET /customers/settings',
        'GET /customers/settings/channels/1',
        'GET /customers/settings/channels/2',
      ].toSorted(),
    );
  });
});

describe('the names of attributes', () => {
  let gateway: Running;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    gateway = await startGatewayOnSandbox({ customers: 30 });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await gateway.close();
  });

  test('cost one call, and none in the following sixty seconds', async () => {
    const page = 'GET /customers?include=attributes&limit=20';
    const more = 'GET /customers/attribute-values?customer_id:in=4,15&limit=250';
    const named = [page, more].toSorted();
    await gateway.execute(AttributeNamesDocument, { first: 20 });
    expect(gateway.calls().toSorted()).toEqual([DEFINITIONS, ...named].toSorted());

    vi.advanceTimersByTime(59_000);
    const [{ data }] = await Promise.all([
      gateway.execute(AttributeNamesDocument, { first: 20 }),
      gateway.executeText('{ customerAttributeDefinitions { name } }'),
    ]);
    expect(data.customers?.nodes.flatMap(({ attributes }) => attributes ?? [])[0]?.name).toBe('Shoe size');
    expect(gateway.calls().toSorted()).toEqual(named);

    vi.advanceTimersByTime(1_001);
    await gateway.execute(AttributeNamesDocument, { first: 20 });
    expect(gateway.calls()).toContain(DEFINITIONS);
  });

  test('cost one call for a name, a number, a date, a definition or all of them together', async () => {
    const { data, errors } = await gateway.execute(AttributeByNameDocument, {
      entityId: 4,
      name: 'Birthday',
    });
    expect(errors).toEqual([]);
    expect(data.customer?.attribute).toEqual({
      value: '1955-02-28',
      numberValue: null,
      dateValue: '1955-02-28',
    });
    expect(gateway.calls().toSorted()).toEqual([
      'GET /customers/attribute-values?customer_id:in=4&limit=250',
      DEFINITIONS,
      'GET /customers?include=attributes&id:in=4&limit=250',
    ]);
  });
});

describe('on a store whose metafields fill eight pages', () => {
  let gateway: Running;
  let pages: number;
  beforeAll(async () => {
    gateway = await startGatewayOnSandbox({ customers: 2_400 });
    pages = Math.ceil(
      (await readStore(gateway, '/customers/metafields?limit=1')).meta.pagination.total / 250,
    );
  });
  beforeEach(() => gateway.sandbox.requests.clear());
  afterAll(() => gateway.close());

  test('reads the first page and then one call per customer if there are fewer customers than pages', async () => {
    expect(pages).toBe(8);
    for (const first of [3, 6]) {
      await gateway.execute(MetafieldsOfCustomersDocument, { first });
      expect(gateway.calls().toSorted()).toEqual(
        [
          ...numbers(1, first).map((id) => `GET /customers/${id}/metafields?limit=250`),
          'GET /customers/metafields?limit=250',
          `GET /customers?limit=${first}`,
        ].toSorted(),
      );
    }
  });

  test.each([7, 20, 50])('reads the metafields of %i customers from the pages of the list', async (first) => {
    await gateway.execute(MetafieldsOfCustomersDocument, { first });
    expect(gateway.calls().toSorted()).toEqual(
      [
        ...numbers(2, pages).map((page) => `GET /customers/metafields?page=${page}&limit=250`),
        'GET /customers/metafields?limit=250',
        `GET /customers?limit=${first}`,
      ].toSorted(),
    );
  });

  test('reads two pages if a namespace restricts the list to them', async () => {
    await gateway.execute(MetafieldsOfCustomersDocument, { first: 20, namespaces: ['fitting'] });
    expect(gateway.calls().toSorted()).toEqual([
      'GET /customers/metafields?namespace=fitting&limit=250',
      'GET /customers/metafields?namespace=fitting&page=2&limit=250',
      'GET /customers?limit=20',
    ]);
  });
});

describe('with every response of the store held back', () => {
  let gateway: ProxiedGateway;
  beforeEach(async () => {
    gateway = await startGatewayBehindProxy({ paused: true, sandbox: { customers: 100 } });
  });
  afterEach(() => gateway.close());

  test('reads customers with all embedded fields in one wave', async () => {
    const answer = gateway.execute(EverythingBatchedDocument, { first: 2 });
    expect(await gateway.proxy.waitForCalls(1)).toHaveLength(1);
    gateway.proxy.release();
    expect((await answer).errors).toEqual([]);
    expect(gateway.proxy.calls).toHaveLength(1);
  });

  test('reads the names of attributes in a second wave, and nothing else', async () => {
    const answer = gateway.execute(EverythingNamedDocument, { first: 2 });
    expect(await gateway.proxy.waitForCalls(1)).toEqual([
      '/customers?include=addresses,attributes,formfields&limit=2',
    ]);
    gateway.proxy.release();
    expect(await gateway.proxy.waitForCalls(1)).toEqual(['/customers/attributes?limit=250']);
    gateway.proxy.release();
    expect((await answer).errors).toEqual([]);
    expect(gateway.proxy.calls).toHaveLength(2);
  });

  test('reads consent, instruments, metafields and attribute names of twenty customers in two waves', async () => {
    const answer = gateway.execute(EverythingOfEachCustomerDocument, { first: 20 });
    expect((await gateway.proxy.waitForCalls(2)).toSorted()).toEqual([
      '/customers/metafields?limit=250',
      '/customers?include=attributes&limit=20',
    ]);
    gateway.proxy.release();
    expect((await gateway.proxy.waitForCalls(42)).toSorted()).toEqual(
      [
        '/customers/attribute-values?customer_id:in=4,15&limit=250',
        '/customers/attributes?limit=250',
        ...numbers(1, 20).flatMap((id) => [
          `/customers/${id}/consent`,
          `/customers/${id}/stored-instruments`,
        ]),
      ].toSorted(),
    );
    gateway.proxy.release();
    expect((await answer).errors).toEqual([]);
    expect(gateway.proxy.calls).toHaveLength(44);
  });

  test('makes up to 64 concurrent calls and no more', async () => {
    const answer = gateway.execute(ConsentsDocument, { first: 100 });
    await gateway.proxy.waitForCalls(1);
    gateway.proxy.release();
    await gateway.proxy.waitForCalls(64);
    // Any further concurrent call of the gateway would have arrived before our own calls, which are sequential.
    for (let turn = 0; turn < 5; turn += 1) await fetch(`${gateway.sandbox.url}/customers/settings`);
    expect(gateway.proxy.waiting()).toHaveLength(64);
    gateway.proxy.release();
    expect(await gateway.proxy.waitForCalls(36)).toHaveLength(36);
    gateway.proxy.release();
    expect((await answer).errors).toEqual([]);
    expect(gateway.proxy.maxWaiting).toBe(64);
    expect(gateway.proxy.calls).toHaveLength(101);
  });
});
