import { afterEach, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../support/gateway.ts';
import {
  type Behaviour,
  type HostileStore,
  respondJson,
  startHostileStore,
} from '../support/hostile-store.ts';

let store: HostileStore;
let gateway: Gateway;
afterEach(async () => {
  await gateway.close();
  await store.close();
});

const metafield = (id: number, owner: unknown) => ({
  id,
  namespace: 'a',
  key: 'b',
  value: 'c',
  resource_id: owner,
});

/** Starts a store with three customers, of whom the first has metafields 1 and 2. */
async function startWith(behaviours: Readonly<Record<string, Behaviour>>): Promise<void> {
  store = await startHostileStore({
    '/customers': respondJson({ data: [1, 2, 3].map((id) => ({ id, email: `c${id}@example.org` })) }),
    '/customers/1/metafields': respondJson({ data: [metafield(1, 1), metafield(2, 1)] }),
    ...behaviours,
  });
  gateway = createGateway({ baseUrl: store.url });
}

const forbidden = respondJson({ status: 403, title: 'No scope.' }, 403);
const LISTS = '{ customers { nodes { metafields { nodes { entityId } } } } }';

async function idsOfLists(): Promise<readonly (readonly number[])[]> {
  const { data, errors } = await gateway.executeText(LISTS);
  expect(errors).toEqual([]);
  const lists: readonly { metafields: { nodes: readonly { entityId: number }[] } }[] = data.customers.nodes;
  return lists.map(({ metafields }) => metafields.nodes.map(({ entityId }) => entityId));
}

test.each<[string, Behaviour]>([
  ['403', forbidden],
  ['404', respondJson({ status: 404, title: 'No route.' }, 404)],
  ['500', respondJson({ status: 500, title: 'Internal Server Error' }, 500)],
  [
    'metafields without a customer',
    respondJson({ data: [metafield(1, undefined)], meta: { pagination: { total: 1 } } }),
  ],
  [
    'metafields with unreadable customers',
    respondJson({ data: [metafield(1, 'x')], meta: { pagination: { total: 1 } } }),
  ],
  ['a list without a data array', respondJson({})],
])('metafields are read per customer if the complete list answers %s', async (_name, behaviour) => {
  await startWith({ '/customers/metafields': behaviour });
  expect(await idsOfLists()).toEqual([[1, 2], [], []]);
  const firstCalls = store.calls.splice(0);
  expect(firstCalls).toContain('GET /customers/metafields?limit=250');
  expect(await idsOfLists()).toEqual([[1, 2], [], []]);
  expect(store.calls).not.toContain('GET /customers/metafields?limit=250');
});

test('customers in strings are read from the complete list', async () => {
  const listed = [metafield(1, '1'), metafield(2, '1'), metafield(3, '3')];
  await startWith({
    '/customers/metafields': respondJson({ data: listed, meta: { pagination: { total: 3 } } }),
  });
  expect(await idsOfLists()).toEqual([[1, 2], [], [3]]);
  expect(store.calls).toHaveLength(2);
});

test('a failure on a later page of the complete list is replaced too', async () => {
  const page: Behaviour = (socket, request) => {
    const isFirst = !request.url?.includes('page=2');
    const data = Array.from({ length: 250 }, (_, i) => metafield(i + 1, 1));
    const answer = isFirst ? respondJson({ data, meta: { pagination: { total: 500 } } }) : forbidden;
    answer(socket, request);
  };
  await startWith({ '/customers/metafields': page });
  expect(await idsOfLists()).toEqual([[1, 2], [], []]);
});

test.each<[string, Behaviour]>([
  ['403', forbidden],
  ['500', respondJson({}, 500)],
  ['another metafield', respondJson({ data: metafield(1, 1) })],
])(
  'a metafield is found in the list of its customer if the read by id answers %s',
  async (_name, behaviour) => {
    await startWith({ '/customers/1/metafields/2': behaviour });
    const query = '{ customer(by: { entityId: 1 }) { metafield(by: { entityId: 2 }) { entityId } } }';
    for (const _attempt of [1, 2]) {
      const { data, errors } = await gateway.executeText(query);
      expect(errors).toEqual([]);
      expect(data.customer.metafield).toEqual({ entityId: 2 });
    }
    expect(store.calls.filter((call) => call.endsWith('/metafields/2'))).toHaveLength(1);
  },
);

test('a metafield that does not exist is not looked for in a list', async () => {
  await startWith({ '/customers/1/metafields/9': respondJson({ status: 404, title: 'Not found' }, 404) });
  const { data } = await gateway.executeText(
    '{ customer(by: { entityId: 1 }) { metafield(by: { entityId: 9 }) { entityId } } }',
  );
  expect(data.customer.metafield).toBeNull();
  expect(store.calls).not.toContain('GET /customers/1/metafields?limit=250');
});

/** Answers a list of customers, or rejects it if it is asked for with one of these includes. */
function customersWithout(...rejected: readonly string[]): Behaviour {
  return (socket, request) => {
    const include = new URL(request.url ?? '', 'http://store').searchParams.get('include')?.split(',') ?? [];
    const isRejected = include.some((name) => rejected.includes(name));
    const parts = {
      ...(include.includes('addresses') && { address_count: 1, addresses: [{ id: 7 }] }),
      ...(include.includes('storecredit') && { store_credit_amounts: [{ amount: 5 }] }),
      ...(include.includes('segment_ids') && { segment_ids: ['s'] }),
    };
    const answer = isRejected
      ? respondJson({ status: 422, title: 'Invalid include.' }, 422)
      : respondJson({ data: [{ id: 1, email: 'c1@example.org', ...parts }] });
    answer(socket, request);
  };
}

const PARTS =
  '{ customers { nodes { email storeCredit { amount } segmentIds addresses { nodes { entityId } } } } }';

test('an include that the store rejects fails its own field alone, and is not tried again for a minute', async () => {
  await startWith({ '/customers': customersWithout('segment_ids') });
  for (const calls of [
    [
      'include=addresses,storecredit,segment_ids&limit=50',
      'limit=50',
      'include=addresses&limit=50',
      'include=storecredit&limit=50',
      'include=segment_ids&limit=50',
      'include=addresses,storecredit&limit=50',
    ],
    ['include=addresses,storecredit&limit=50'],
  ]) {
    store.calls.splice(0);
    const { data, errors } = await gateway.executeText(PARTS);
    expect(data.customers.nodes).toEqual([
      {
        email: 'c1@example.org',
        storeCredit: [{ amount: 5 }],
        segmentIds: null,
        addresses: { nodes: [{ entityId: 7 }] },
      },
    ]);
    expect(errors).toMatchObject([
      { path: ['customers', 'nodes', 0, 'segmentIds'], extensions: { code: 'UPSTREAM_REJECTED' } },
    ]);
    expect(store.calls).toEqual(calls.map((query) => `GET /customers?${query}`));
  }
});

test('addresses are read from their own list if the store rejects their include', async () => {
  await startWith({
    '/customers': customersWithout('addresses'),
    '/customers/addresses': respondJson({ data: [{ id: 8, customer_id: 1 }] }),
  });
  const { data, errors } = await gateway.executeText(PARTS);
  expect(errors).toEqual([]);
  expect(data.customers.nodes[0].addresses).toEqual({ nodes: [{ entityId: 8 }] });
});

test('a rejection that has another cause than an include is reported as it is', async () => {
  await startWith({ '/customers': respondJson({ status: 422, title: 'Invalid filter.' }, 422) });
  const { data, errors } = await gateway.executeText(PARTS);
  expect(data.customers).toBeNull();
  expect(errors).toMatchObject([{ path: ['customers'], extensions: { code: 'UPSTREAM_REJECTED' } }]);
  expect(store.calls).toHaveLength(2);
});

test('an include that was rejected for one caller does not fail the lookups of another', async () => {
  await startWith({ '/customers': customersWithout('segment_ids') });
  const [plain, beta] = await Promise.all([
    gateway.executeText('{ customer(by: { entityId: 1 }) { email storeCredit { amount } } }'),
    gateway.executeText('{ customer(by: { entityId: 1 }) { email segmentIds } }'),
  ]);
  expect(plain.errors).toEqual([]);
  expect(plain.data.customer).toEqual({ email: 'c1@example.org', storeCredit: [{ amount: 5 }] });
  expect(beta.data.customer).toEqual({ email: 'c1@example.org', segmentIds: null });
});
