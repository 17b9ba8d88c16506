import { type DocumentNode, print } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ErrorDetails } from '../../src/errors.ts';
import {
  ConsentsDocument,
  CustomersPageDocument,
  EverythingNamedDocument,
  MetafieldsOfCustomersDocument,
} from '../generated/operations.ts';
import type { Json } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { type ProxiedGateway, startGatewayBehindProxy } from '../support/gateway-behind-proxy.ts';
import { jsonPost, post } from '../support/post.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 30, quota: 5_000 });
});
beforeEach(() => gateway.sandbox.requests.clear());
afterAll(() => gateway.close());

interface ReportRequest {
  readonly upstream?: unknown;
  readonly explain?: unknown;
}

async function execute(
  wish: ReportRequest,
  query: DocumentNode | string,
  variables: object = {},
  of = gateway,
): Promise<Json> {
  const text = typeof query === 'string' ? query : print(query);
  const response = await post(of, { query: text, variables, extensions: wish });
  return { status: response.status, ...((await response.json()) as object) };
}

test('reports no cost unless requested', async () => {
  expect((await execute({}, '{ customerSettings { id } }')).extensions).toBeUndefined();
  expect(
    (await execute({ upstream: 'yes', explain: 1 }, '{ customerSettings { id } }')).extensions,
  ).toBeUndefined();
});

test('reports actual and estimated cost on request', async () => {
  const { data, extensions } = await execute({ upstream: true }, ConsentsDocument, { first: 3 });
  expect(data.customers.nodes).toHaveLength(3);
  expect(extensions).toEqual({
    upstream: {
      requests: 4,
      coalesced: 0,
      cached: 0,
      estimate: 4,
      atMost: 4,
      quota: { limit: 5_000, remaining: expect.any(Number), resetMs: expect.any(Number) },
    },
  });
});

test('reports coalesced and cached reads', async () => {
  const query =
    '{ a: customerSettings { id } b: customerSettings { id } customerAttributeDefinitions { name } }';
  const first = await execute({ upstream: true }, query);
  expect(first.extensions.upstream).toMatchObject({ requests: 2, coalesced: 1, cached: 0, estimate: 2 });
  const second = await execute({ upstream: true }, query);
  expect(second.extensions.upstream).toMatchObject({ requests: 1, coalesced: 1, cached: 1, estimate: 1 });
});

test('reports a null quota if the store has none', async () => {
  const free = await startGatewayOnSandbox({ customers: 1 });
  const { extensions } = await execute({ upstream: true }, '{ customerSettings { id } }', {}, free);
  expect(extensions.upstream.quota).toBeNull();
  await free.close();
});

test('explains each call with the field that caused it', async () => {
  const { extensions } = await execute({ explain: true }, EverythingNamedDocument, { first: 4 });
  const { calls, plan, requests, estimate } = extensions.upstream;
  expect(requests).toBe(calls.length);
  expect(estimate).toBeGreaterThanOrEqual(requests);
  expect(calls.map(({ durationMs, ...call }: Json) => call)).toEqual([
    {
      method: 'GET',
      path: '/customers',
      query: 'include=addresses,attributes,formfields&limit=4',
      status: 200,
      field: 'customers',
    },
    {
      method: 'GET',
      path: '/customers/attribute-values',
      query: 'customer_id:in=4&limit=250',
      status: 200,
      field: 'customers.nodes.attributes',
    },
  ]);
  expect(calls.every(({ durationMs }: Json) => Number.isInteger(durationMs))).toBe(true);
  expect(plan.map(({ path, calls: planned, field }: Json) => [path, planned, field])).toEqual([
    ['/customers', 1, 'customers'],
    ['/customers/addresses', 1, 'customers.nodes.addresses'],
    ['/customers/attribute-values', 1, 'customers.nodes.attributes'],
  ]);
});

test('reports aliases and each status code', async () => {
  const query = `{
    found: customer(by: { entityId: 2 }) { its: metafield(by: { entityId: 1 }) { id } none: metafield(by: { entityId: 3 }) { id } }
    channel: channelCustomerSettings(channelId: 99) { id }
  }`;
  const { errors, extensions } = await execute({ explain: true }, query);
  expect(errors).toBeUndefined();
  const calls = extensions.upstream.calls.map(
    ({ path, status, field }: Json) => `${field}: ${path} ${status}`,
  );
  expect(calls.toSorted()).toEqual([
    'channel: /customers/settings/channels/99 404',
    'found.its: /customers/2/metafields/1 200',
    'found.none: /customers/2/metafields/3 404',
    'found: /customers 200',
  ]);
});

test('lists the calls in the order in which they were sent', async () => {
  const gated: ProxiedGateway = await startGatewayBehindProxy({ paused: true, sandbox: { customers: 10 } });
  const answer = post(gated, {
    query: print(MetafieldsOfCustomersDocument),
    variables: { first: 2 },
    extensions: { explain: true },
  });
  await gated.proxy.waitForCalls(1);
  gated.proxy.release();
  await gated.proxy.waitForCalls(2);
  gated.proxy.release();
  const { extensions } = (await (await answer).json()) as Json;
  expect(extensions.upstream.calls.map(({ path }: Json) => path)).toEqual([
    '/customers',
    '/customers/1/metafields',
    '/customers/2/metafields',
  ]);
  await gated.close();
});

test('contains no personal values', async () => {
  const filter = {
    emails: ['ana.reis+newsletter@example.com'],
    names: ['Ana Reis'],
    companies: ['Baker'],
    phones: ['+20 2 5555 0811'],
    registrationIpAddresses: ['203.0.113.99'],
    customerGroupIds: [1],
    createdAt: { min: '2019-01-01T00:00:00Z' },
  };
  for (const explain of [true, 'only'] as const) {
    const { extensions } = await execute({ explain }, CustomersPageDocument, { first: 3, filter });
    const shown = JSON.stringify(extensions);
    for (const secret of ['ana', 'Reis', 'Baker', '5555', '203.0', 'sandbox'])
      expect(shown).not.toContain(secret);
  }
  const { extensions } = await execute({ explain: true }, CustomersPageDocument, { first: 3, filter });
  expect(extensions.upstream.calls[0].query).toBe(
    'email:in=…&name:in=…&company:in=…&phone:in=…&customer_group_id:in=1&registration_ip_address:in=…&date_created:min=2019-01-01T00:00:00Z&limit=250',
  );
  const named = await execute(
    { explain: true },
    '{ customerAttributeValues(filter: { attributeName: "Birthday" }) { totalCount } formFieldValues(filter: { fieldName: "Nickname" }) { totalCount } customerMetafields(filter: { namespaces: ["loyalty"], keys: ["card"] }) { totalCount } }',
  );
  for (const word of ['Birthday', 'Nickname', 'loyalty', 'card']) {
    expect(JSON.stringify(named.extensions)).not.toContain(word);
  }
});

test('makes no calls if only the explanation is requested', async () => {
  const { status, data, errors, extensions } = await execute({ explain: 'only' }, ConsentsDocument, {
    first: 7,
  });
  expect({ status, data, errors }).toEqual({ status: 200, data: null, errors: undefined });
  expect(extensions).toEqual({
    upstream: {
      requests: 0,
      estimate: 8,
      atMost: 8,
      plan: [
        {
          operation: 'getCustomers',
          path: '/customers',
          calls: 1,
          atMost: 1,
          field: 'customers',
          note: null,
        },
        {
          operation: 'getCustomerConsent',
          path: '/customers/{customerId}/consent',
          calls: 7,
          atMost: 7,
          field: 'customers.nodes.consent',
          note: null,
        },
      ],
    },
  });
  expect(gateway.calls()).toEqual([]);
});

test.each([
  ['an invalid document', '{ nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'an invalid variable',
    'query ($n: Int!) { customers(first: $n) { totalCount } }',
    { n: 'x' },
    'BAD_USER_INPUT',
  ],
])('reports the error for %s', async (_name, query, variables, code) => {
  for (const explain of [true, 'only']) {
    const { errors, data } = await execute({ explain }, query, variables);
    expect(errors.map((error: Json) => error.extensions.code)).toEqual([code]);
    expect(data ?? null).toBeNull();
  }
  expect(gateway.calls()).toEqual([]);
});

const EXPENSIVE =
  '{ page: customers(first: 250) { nodes { consent { allow } theirs: storedInstruments { type } } } }';

test('rejects an operation that may cost more than 500 calls before any call, and names the most expensive field', async () => {
  const { status, data, errors } = await execute({}, EXPENSIVE);
  expect(status).toBe(400);
  expect(data ?? null).toBeNull();
  expect(errors).toEqual([
    {
      message:
        'The operation may cost 501 REST calls; the limit is 500. page.nodes.consent alone costs up to 250. Request fewer records at once.',
      extensions: {
        code: 'OPERATION_TOO_EXPENSIVE',
        ...({ estimatedCalls: 501, limit: 500, field: 'page.nodes.consent' } satisfies ErrorDetails),
      },
    },
  ]);
  expect(gateway.calls()).toEqual([]);
});

test.each([
  ['each item costs one call', { allow: [], deny: [] }, 600, 500],
  ['each item costs one call and one read', { allow: [] }, 1_200, 250],
])('reports the maximum number of items of a mutation if %s', async (_why, lists, estimatedCalls, fits) => {
  const query =
    'mutation ($input: UpdateCustomerConsentInput!) { it: updateCustomerConsent(input: $input) { results { outcome } } }';
  const customers = Array.from({ length: 600 }, (_, i) => ({ customerEntityId: i + 1, ...lists }));
  const errorsOf = async (some: typeof customers) => {
    const variables = { input: { customers: some } };
    const response = await post(gateway, { query, variables, extensions: { explain: 'only' } });
    return ((await response.json()) as Json).errors;
  };
  expect(await errorsOf(customers)).toEqual([
    {
      message: `The operation may cost ${estimatedCalls} REST calls; the limit is 500. it alone costs up to ${estimatedCalls}. About ${fits} of its 600 items fit into one mutation.`,
      extensions: {
        code: 'OPERATION_TOO_EXPENSIVE',
        ...({ estimatedCalls, limit: 500, field: 'it' } satisfies ErrorDetails),
        maxItems: fits,
      },
    },
  ]);
  expect(await errorsOf(customers.slice(0, fits))).toBeUndefined();
  expect(gateway.calls()).toEqual([]);
});

test('runs an operation that may cost exactly 500 calls', async () => {
  const { errors, extensions } = await execute(
    { upstream: true },
    '{ customers(first: 250) { nodes { consent { allow } } } b: customers(first: 249) { nodes { email } } c: customers(first: 247, sort: LAST_NAME_ASC) { nodes { storedInstruments { type } } } }',
  );
  expect(errors).toBeUndefined();
  expect(extensions.upstream.estimate).toBe(500);
});

test('estimates each operation of a document separately', async () => {
  const query = `query Cheap { customerSettings { id } } query Dear ${EXPENSIVE}`;
  const asked = async (operationName: string): Promise<Json> => {
    const response = await gateway.app.yoga.fetch(
      'http://gateway/graphql',
      jsonPost({ query, operationName }, { accept: 'application/graphql-response+json' }),
    );
    return response.json();
  };
  expect((await asked('Cheap')).errors).toBeUndefined();
  expect((await asked('Dear')).errors[0].extensions.code).toBe('OPERATION_TOO_EXPENSIVE');
});
