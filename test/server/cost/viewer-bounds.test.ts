import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStoreClient, type Json } from '../../sandbox/support/store-client.ts';
import { shopper } from '../../support/callers.ts';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { post } from '../../support/post.ts';

const OWNER = 7;
const OTHERS_ADDRESS = 999_999;
const place = (street: number) => ({
  ...{ firstName: 'Ana', lastName: 'Silva', address1: `${street} High Street` },
  ...{ city: 'Leeds', countryCode: 'GB' },
});

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  gateway = await startGatewayOnSandbox({ customers: 20 }, { lateWriteMs: 0 });
});
afterEach(() => gateway.close());

/** Adds addresses of the shopper to the store. Returns their ids. */
async function addAddresses(count: number): Promise<readonly number[]> {
  const bodies = Array.from({ length: count }, (_, i) => ({
    ...{ customer_id: OWNER, first_name: 'Ana', last_name: 'Silva', address1: `${i} Low Street` },
    ...{ city: 'Leeds', country_code: 'GB' },
  }));
  const store = createStoreClient(gateway.sandbox);
  const ids: number[] = [];
  for (let i = 0; i < count; i += 10) {
    const { json } = await store.send('POST', '/customers/addresses', bodies.slice(i, i + 10));
    ids.push(...json.data.map(({ id }: Json) => id));
  }
  return ids;
}

/** A mutation of shoppers. `items` are valid, `invalid` is one that fails. Without a list, the input is the only item. */
interface ViewerCase {
  readonly mutation: string;
  readonly input: string;
  readonly list: string | null;
  readonly selection: string;
  readonly items: (count: number) => readonly unknown[] | Promise<readonly unknown[]>;
  readonly invalid: unknown;
}

const CASES: readonly ViewerCase[] = [
  {
    mutation: 'updateViewer',
    input: 'UpdateViewerInput',
    list: null,
    selection: 'customer { company formFields { name } addresses { nodes { city } } }',
    items: () => [{ company: 'X', formFields: [{ name: 'Nickname', value: { text: 'Nick' } }] }],
    invalid: { formFields: [{ name: 'No such field', value: { text: 'x' } }] },
  },
  {
    mutation: 'createViewerAddresses',
    input: 'CreateViewerAddressesInput',
    list: 'addresses',
    selection: 'address { entityId formFields { name } customer { email } }',
    items: (count) => Array.from({ length: count }, (_, i) => place(i + 1)),
    invalid: { ...place(1), countryCode: 'XX' },
  },
  {
    mutation: 'updateViewerAddresses',
    input: 'UpdateViewerAddressesInput',
    list: 'addresses',
    selection: 'address { entityId formFields { name } }',
    items: async (count) => (await addAddresses(count)).map((entityId) => ({ entityId, city: 'York' })),
    invalid: { entityId: OTHERS_ADDRESS, city: 'York' },
  },
  {
    mutation: 'deleteViewerAddresses',
    input: 'DeleteInput',
    list: 'entityIds',
    selection: 'entityId customer { addressCount }',
    items: addAddresses,
    invalid: OTHERS_ADDRESS,
  },
  {
    mutation: 'updateViewerConsent',
    input: 'UpdateViewerConsentInput',
    list: null,
    selection: 'consent { allow deny }',
    items: () => [{ deny: ['TARGETING'] }],
    invalid: { allow: ['TARGETING'], deny: ['TARGETING'] },
  },
];

/** Runs a mutation as the shopper and counts its calls at the store. */
async function run({ mutation, input, list, selection }: ViewerCase, items: readonly unknown[]) {
  const result = `outcome errors { code } ${selection}`;
  const query = `mutation ($input: ${input}!) { ${mutation}(input: $input) { ${
    list === null ? result : `results { ${result} }`
  } } }`;
  const variables = { input: list === null ? items[0] : { [list]: items } };
  const send = async (extensions: object): Promise<Json> => {
    const request = { query, variables, extensions };
    return (await post(gateway, request, 'application/json', shopper(OWNER))).json();
  };
  const { estimate, atMost } = (await send({ explain: 'only' })).extensions.upstream;
  gateway.sandbox.requests.clear();
  const { data, errors } = await send({});
  await gateway.app.settled();
  const outcomes = [data?.[mutation]?.results ?? data?.[mutation] ?? []].flat().map(({ outcome }) => outcome);
  return { estimate, atMost, errors, outcomes, made: gateway.sandbox.requests.list().length };
}

const named = CASES.map((each) => ({ ...each, name: each.mutation }));

test.each(named.flatMap((each) => (each.list === null ? [1] : [1, 12]).map((count) => ({ ...each, count }))))(
  '$name of $count items makes at most the estimated calls',
  async ({ count, ...kind }) => {
    const { made, estimate, atMost, outcomes, errors } = await run(kind, await kind.items(count));
    expect(errors).toBeUndefined();
    expect(outcomes).toHaveLength(count);
    expect(outcomes.every((outcome) => ['CREATED', 'UPDATED', 'DELETED'].includes(outcome))).toBe(true);
    expect(made).toBeLessThanOrEqual(estimate);
    expect(estimate).toBeLessThanOrEqual(atMost);
  },
);

test.each(named)('$name with an invalid item makes at most the calls of atMost', async (kind) => {
  const items = kind.list === null ? [kind.invalid] : [kind.invalid, ...(await kind.items(11))];
  const { made, atMost, outcomes } = await run(kind, items);
  expect(outcomes).toContain('FAILED');
  expect(made).toBeLessThanOrEqual(atMost);
});

test.each(named.flatMap((each) => [422, 403, 413].map((status) => ({ ...each, status }))))(
  '$name makes at most the calls of atMost while the store rejects calls with $status',
  async ({ status, ...kind }) => {
    const items = await kind.items(12);
    for (let seed = 1; seed <= 3; seed += 1) {
      gateway.sandbox.faults.set([{ probability: 0.5, fault: { kind: 'status', status } }], { seed });
      const { made, atMost } = await run(kind, items);
      expect(made).toBeLessThanOrEqual(atMost);
    }
  },
);
