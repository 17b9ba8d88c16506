import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANYONE } from '../../src/access/caller.ts';
import { globalId } from '../../src/resolvers/ids.ts';
import { keyWith, keyWithout } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;

beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 30 });
});

afterAll(() => gateway.close());
beforeEach(() => void gateway.calls());

test('refuses a field whose scope its caller lacks, and runs the others', async () => {
  const { status, data, errors } = await gateway
    .as(keyWith('customers:read'))
    .askText('{ customer(by: { entityId: 3 }) { entityId } customerSettings { id } }');
  expect(status).toBe(200);
  expect(data).toEqual({ customer: { entityId: 3 }, customerSettings: null });
  expect(errors).toMatchInlineSnapshot(`
    [
      {
        "extensions": {
          "code": "FORBIDDEN",
          "scope": "settings:read",
        },
        "locations": [
          {
            "column": 46,
            "line": 1,
          },
        ],
        "message": "Query.customerSettings needs the scope settings:read.",
        "path": [
          "customerSettings",
        ],
      },
    ]
  `);
  expect(gateway.calls()).toHaveLength(1);
});

describe('an operation of which nothing may run', () => {
  const nothing = keyWith('settings:read');

  test.each([
    ['one field', '{ customers { nodes { entityId } } }'],
    ['several', '{ a: customers { totalCount } b: customerAddress(entityId: 1) { city } }'],
    [
      'nodes',
      `{ nodes(ids: ["${globalId('Customer', 1)}", "${globalId('CustomerMetafield', 1, 1)}"]) { id } }`,
    ],
    ['a write', 'mutation { deleteCustomers(input: { entityIds: [1] }) { summary { total } } }'],
  ])('is answered 403 without data: %s', async (_name, query) => {
    const { status, data, errors } = await gateway.as(nothing).askText(query);
    expect(status).toBe(403);
    expect(data).toBeUndefined();
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
    expect(gateway.calls()).toEqual([]);
  });

  test('is answered 200 where something of it ran', async () => {
    const { status, data } = await gateway.as(nothing).askText('{ __typename customers { totalCount } }');
    expect([status, data]).toEqual([200, { __typename: 'Query', customers: null }]);
  });
});

describe('sends nothing to the store for what is refused', () => {
  const reader = keyWith('customers:read');

  test('stored instruments of a page of customers', async () => {
    const { data, errors } = await gateway
      .as(reader)
      .askText('{ customers(first: 20) { nodes { entityId storedInstruments { type } } } }');
    expect(gateway.calls()).toEqual(['GET /customers?limit=20']);
    expect(data.customers.nodes[0]).toEqual({ entityId: 1, storedInstruments: null });
    expect(errors).toHaveLength(20);
    expect(errors[0]?.message).toBe('Customer.storedInstruments needs the scope instruments:read.');
  });

  test('the written customer, for a key that may only write', async () => {
    const { data } = await gateway.as(keyWith('customers:write')).askText(
      `mutation { updateCustomers(input: { customers: [{ entityId: 5, company: "Nord" }] }) {
        results { outcome customer { addresses { nodes { city } } metafields { totalCount } } }
      } }`,
    );
    expect(data.updateCustomers.results).toEqual([{ outcome: 'UPDATED', customer: null }]);
    expect(gateway.calls()).toEqual(['PUT /customers']);
  });

  test('nodes of types that the caller may not see', async () => {
    const ids = [
      globalId('Customer', 1),
      globalId('CustomerSettings'),
      globalId('ChannelCustomerSettings', 1),
    ];
    const { data, errors } = await gateway
      .as(reader)
      .askText('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(data.nodes).toEqual([{ id: ids[0] }, null, null]);
    expect(errors.map(({ message }) => message)).toEqual([
      'A node of settings needs the scope settings:read.',
      'A node of settings needs the scope settings:read.',
    ]);
    expect(gateway.calls()).toEqual(['GET /customers?id:in=1&limit=250']);
  });

  test('the estimate does not price it either', async () => {
    const query = '{ customers(first: 20) { nodes { storedInstruments { type } consent { allow } } } }';
    const estimates = await Promise.all(
      [reader, ANYONE].map(async (caller) => {
        const response = await post(gateway, { query, extensions: { explain: 'only' } }, undefined, caller);
        return ((await response.json()) as { extensions: { upstream: { estimate: number } } }).extensions;
      }),
    );
    expect(estimates.map(({ upstream }) => upstream.estimate)).toEqual([21, 41]);
  });
});

test('keeps the tokens of instruments to those who may have them', async () => {
  const query = '{ customers(first: 30) { nodes { storedInstruments { type token } } } }';
  const instruments = async (caller: typeof ANYONE) => {
    const { data } = await gateway.as(caller).askText(query);
    type Node = { readonly storedInstruments: readonly { readonly token: string | null }[] };
    return (data.customers.nodes as Node[]).flatMap((node) => node.storedInstruments);
  };
  const [all, without] = [await instruments(ANYONE), await instruments(keyWithout('instrument-tokens:read'))];
  expect(all.filter(({ token }) => token !== null).length).toBeGreaterThan(0);
  expect(without).toEqual(all.map((instrument) => ({ ...instrument, token: null })));
});

test('reads shared in flight are shared only by those who may make them', async () => {
  const query = '{ customers(first: 10) { nodes { email storedInstruments { type } } } }';
  const [one, other] = await Promise.all([
    gateway.as(ANYONE).askText(query),
    gateway.as(keyWith('customers:read')).askText(query),
  ]);
  expect(one?.errors).toEqual([]);
  expect(other?.errors).toHaveLength(10);
});
