import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { keyWith, keyWithout } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;

beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 30 });
});

afterAll(() => gateway.close());
beforeEach(() => void gateway.calls());

test('rejects a field if the caller lacks its scope, and runs the others', async () => {
  const { status, data, errors } = await gateway
    .as(keyWith('customers:read'))
    .executeText('{ customer(by: { entityId: 3 }) { entityId } customerSettings { id } }');
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
        "message": "Query.customerSettings requires the scope settings:read.",
        "path": [
          "customerSettings",
        ],
      },
    ]
  `);
  expect(gateway.calls()).toHaveLength(1);
});

describe('an operation of which every field is forbidden', () => {
  const nothing = keyWith('settings:read');

  test.each([
    ['one field', '{ customers { nodes { entityId } } }'],
    ['several', '{ a: customers { totalCount } b: customerAddress(entityId: 1) { city } }'],
    [
      'nodes',
      `{ nodes(ids: ["${toGlobalId('Customer', 1)}", "${toGlobalId('CustomerMetafield', 1, 1)}"]) { id } }`,
    ],
    ['a write', 'mutation { deleteCustomers(input: { entityIds: [1] }) { summary { total } } }'],
  ])('gets 403 without data: %s', async (_name, query) => {
    const { status, data, errors } = await gateway.as(nothing).executeText(query);
    expect(status).toBe(403);
    expect(data).toBeUndefined();
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
    expect(gateway.calls()).toEqual([]);
  });

  test('gets 200 if at least one field ran', async () => {
    const { status, data } = await gateway.as(nothing).executeText('{ __typename customers { totalCount } }');
    expect([status, data]).toEqual([200, { __typename: 'Query', customers: null }]);
  });
});

describe('makes no calls for forbidden fields:', () => {
  const reader = keyWith('customers:read');

  test('stored instruments of a page of customers', async () => {
    const { data, errors } = await gateway
      .as(reader)
      .executeText('{ customers(first: 20) { nodes { entityId storedInstruments { type } } } }');
    expect(gateway.calls()).toEqual(['GET /customers?limit=20']);
    expect(data.customers.nodes[0]).toEqual({ entityId: 1, storedInstruments: null });
    expect(errors).toHaveLength(20);
    expect(errors[0]?.message).toBe('Customer.storedInstruments requires the scope instruments:read.');
  });

  test('the written customer, for a write-only key', async () => {
    const { data } = await gateway.as(keyWith('customers:write')).executeText(
      `mutation { updateCustomers(input: { customers: [{ entityId: 5, company: "Nord" }] }) {
        results { outcome customer { addresses { nodes { city } } metafields { totalCount } } }
      } }`,
    );
    expect(data.updateCustomers.results).toEqual([{ outcome: 'UPDATED', customer: null }]);
    expect(gateway.calls()).toEqual(['PUT /customers']);
  });

  test('nodes of forbidden types', async () => {
    const ids = [
      toGlobalId('Customer', 1),
      toGlobalId('CustomerSettings'),
      toGlobalId('ChannelCustomerSettings', 1),
    ];
    const { data, errors } = await gateway
      .as(reader)
      .executeText('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(data.nodes).toEqual([{ id: ids[0] }, null, null]);
    expect(errors.map(({ message }) => message)).toEqual([
      'A settings node requires the scope settings:read.',
      'A settings node requires the scope settings:read.',
    ]);
    expect(gateway.calls()).toEqual(['GET /customers?id:in=1&limit=250']);
  });

  test('the estimate does not count them either', async () => {
    const query = '{ customers(first: 20) { nodes { storedInstruments { type } consent { allow } } } }';
    const estimates = await Promise.all(
      [reader, ANONYMOUS].map(async (caller) => {
        const response = await post(gateway, { query, extensions: { explain: 'only' } }, undefined, caller);
        return ((await response.json()) as { extensions: { upstream: { estimate: number } } }).extensions;
      }),
    );
    expect(estimates.map(({ upstream }) => upstream.estimate)).toEqual([21, 41]);
  });
});

test('returns the tokens of instruments only with their scope', async () => {
  const query = '{ customers(first: 30) { nodes { storedInstruments { type token } } } }';
  const instruments = async (caller: typeof ANONYMOUS) => {
    const { data } = await gateway.as(caller).executeText(query);
    type Node = { readonly storedInstruments: readonly { readonly token: string | null }[] };
    return (data.customers.nodes as Node[]).flatMap((node) => node.storedInstruments);
  };
  const [all, without] = [
    await instruments(ANONYMOUS),
    await instruments(keyWithout('instrument-tokens:read')),
  ];
  expect(all.filter(({ token }) => token !== null).length).toBeGreaterThan(0);
  expect(without).toEqual(all.map((instrument) => ({ ...instrument, token: null })));
});

test('in-flight reads are coalesced only for callers with the required scope', async () => {
  const query = '{ customers(first: 10) { nodes { email storedInstruments { type } } } }';
  const [one, other] = await Promise.all([
    gateway.as(ANONYMOUS).executeText(query),
    gateway.as(keyWith('customers:read')).executeText(query),
  ]);
  expect(one?.errors).toEqual([]);
  expect(other?.errors).toHaveLength(10);
});
