import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CustomerBesideAddressDocument, WholeCustomerByIdDocument } from '../generated/operations.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import {
  type Behaviour,
  closedPort,
  type HostileStore,
  noResponse,
  respondForever,
  respondJson,
  respondSlowly,
  respondWith,
  startHostileStore,
  writeRaw,
  writeRawAndEnd,
} from '../support/hostile-store.ts';

const TOKEN = 'the-token-that-nobody-may-see';
const MAX_BODY_BYTES = 50_000;

const CUSTOMER = {
  id: 1,
  email: 'lena@example.com',
  first_name: 'Lena',
  last_name: 'Ott',
  customer_group_id: 0,
  channel_ids: null,
  date_created: '2024-05-06T07:08:09Z',
  date_modified: '2024-05-06T07:08:09Z',
};
const ADDRESS = {
  id: 1,
  customer_id: 1,
  first_name: 'Lena',
  last_name: 'Ott',
  address1: 'Kaai 1',
  city: 'Gent',
};

let store: HostileStore;
let gateways: Gateway[];
beforeEach(async () => {
  gateways = [];
  store = await startHostileStore({ '/customers/addresses': respondJson({ data: [ADDRESS] }) });
});
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await store.close();
});

// Only tests of timeouts use a short deadline, so the others do not depend on the load of the machine.
function openGateway({ baseUrl = store.url, timeoutMs = 10_000 } = {}): Gateway {
  const gateway = createGateway({ baseUrl, accessToken: TOKEN, timeoutMs, maxBodyBytes: MAX_BODY_BYTES });
  gateways.push(gateway);
  return gateway;
}

/** Requests a customer, whose path misbehaves, and an address, whose path does not. */
async function executeAgainst(behaviour: Behaviour, gateway = openGateway()) {
  store.behave('/customers', behaviour);
  const { data, errors } = await gateway.execute(CustomerBesideAddressDocument);
  expect(data.customer).toBeNull();
  expect(data.customerAddress).toEqual({ entityId: 1, city: 'Gent' });
  expect(errors.map(({ path }) => path)).toEqual([['customer']]);
  expectNoToken(gateway, errors);

  store.behave('/customers', respondJson({ data: [CUSTOMER] }));
  const afterwards = await gateway.execute(CustomerBesideAddressDocument);
  expect(afterwards.errors).toEqual([]);
  expect(afterwards.data.customer).toEqual({ entityId: 1, email: 'lena@example.com', firstName: 'Lena' });
  const [error] = errors;
  if (error === undefined) throw new Error('expected an error');
  return error;
}

function expectNoToken(gateway: Gateway, answered: unknown): void {
  expect(JSON.stringify(answered)).not.toContain(TOKEN);
  expect(gateway.log.length).toBeGreaterThan(0);
  expect(gateway.log.join('')).not.toContain(TOKEN);
}

describe('an unreachable store', () => {
  test('is UPSTREAM_UNAVAILABLE on a closed port, with one error per field', async () => {
    const gateway = openGateway({ baseUrl: `http://127.0.0.1:${await closedPort()}/stores/gone/v3` });
    const { data, errors } = await gateway.execute(CustomerBesideAddressDocument);
    expect(data).toEqual({ customer: null, customerAddress: null });
    expect(errors.map(({ path, extensions }) => [path, extensions.code]).toSorted()).toEqual([
      [['customer'], 'UPSTREAM_UNAVAILABLE'],
      [['customerAddress'], 'UPSTREAM_UNAVAILABLE'],
    ]);
    expectNoToken(gateway, errors);
  });

  test('is UPSTREAM_UNAVAILABLE if it closes the connection without a response', async () => {
    const { extensions } = await executeAgainst((socket) => void socket.destroy());
    expect(extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('a slow store', () => {
  test.each<[string, Behaviour]>([
    ['it never responds', noResponse],
    ['it sends the response header one byte at a time', respondSlowly('HTTP/1.1 200 OK\r\nx-drip: ', 'a')],
    [
      'it sends the body one byte at a time',
      respondSlowly(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{"data":[',
        ' ',
      ),
    ],
    [
      'it stops in the middle of the body',
      writeRaw('HTTP/1.1 200 OK', 'content-type: application/json', 'content-length: 999', '', '{"data":['),
    ],
    [
      'it sends an error response whose body never ends',
      writeRaw('HTTP/1.1 401 No', 'content-length: 999', '', 'Who'),
    ],
  ])('is UPSTREAM_TIMEOUT at the deadline if %s', async (_name, behaviour) => {
    const error = await executeAgainst(behaviour, openGateway({ timeoutMs: 500 }));
    expect(error.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    expect(error.message).toBe('The store did not answer GET /customers within 500 ms.');
  });
});

const JSON_HEAD = ['HTTP/1.1 200 OK', 'content-type: application/json'];

describe('a truncated response', () => {
  test.each<[string, Behaviour]>([
    [
      'before its Content-Length',
      writeRawAndEnd(...JSON_HEAD, 'content-length: 999', '', '{"data":[{"id":1'),
    ],
    [
      'between two chunks',
      writeRawAndEnd(...JSON_HEAD, 'transfer-encoding: chunked', '', '9', '{"data":[', ''),
    ],
    ['without a Content-Length', writeRawAndEnd(...JSON_HEAD, 'connection: close', '', '{"data":[{"id":1')],
  ])('is UPSTREAM_BAD_RESPONSE: %s', async (_name, behaviour) => {
    expect((await executeAgainst(behaviour)).extensions).toEqual({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  test('by a reset is one of two codes, because the system may drop data that arrived before the reset', async () => {
    const { extensions } = await executeAgainst((socket, request) => {
      writeRaw(...JSON_HEAD, 'content-length: 999', '', '{"data":[')(socket, request);
      socket.resetAndDestroy();
    });
    expect(['UPSTREAM_BAD_RESPONSE', 'UPSTREAM_UNAVAILABLE']).toContain(extensions.code);
  });
});

describe('an invalid response', () => {
  test.each<[string, Behaviour]>([
    ['HTML with 200', respondWith(200, { 'content-type': 'text/html' }, '<h1>Down for maintenance</h1>')],
    ['an empty body with 200', respondWith(200, {}, '')],
    ['204', writeRaw('HTTP/1.1 204 No Content', '', '')],
    [
      'JSON that is compressed although not requested',
      respondWith(200, { 'content-encoding': 'gzip' }, '\u001f\u008b'),
    ],
    ['a status line that is not HTTP', writeRawAndEnd('SSH-2.0-OpenSSH_9.9', '', '')],
    ['a header without a colon', writeRawAndEnd('HTTP/1.1 200 OK', 'this is no header', '', '')],
    [
      'two Content-Length headers',
      writeRawAndEnd('HTTP/1.1 200 OK', 'content-length: 2', 'content-length: 3', '', '{}'),
    ],
    ['a chunk without a size', writeRawAndEnd(...JSON_HEAD, 'transfer-encoding: chunked', '', 'zzz', '{}')],
    [
      'a response header of 100 kB',
      writeRawAndEnd('HTTP/1.1 200 OK', `x-long: ${'a'.repeat(100_000)}`, '', '{}'),
    ],
    ['JSON nested ten thousand levels deep', respondWith(200, {}, '['.repeat(10_000))],
    ['a list without an envelope', respondJson([CUSTOMER])],
    ['null', respondJson(null)],
    ['text', respondJson('hello')],
    ['an envelope without data', respondJson({ meta: {} })],
    ['data that is an object', respondJson({ data: CUSTOMER })],
    ['data that is null', respondJson({ data: null })],
    ['a record that is null', respondJson({ data: [null] })],
    ['a record that is a number', respondJson({ data: [1] })],
    ['a record without an id', respondJson({ data: [{ ...CUSTOMER, id: undefined }] })],
    ['a record whose id is a word', respondJson({ data: [{ ...CUSTOMER, id: 'one' }] })],
    ['a record whose id is a fraction', respondJson({ data: [{ ...CUSTOMER, id: 1.5 }] })],
    ['a record whose id is 0', respondJson({ data: [{ ...CUSTOMER, id: 0 }] })],
    ['a record whose id is above int32', respondJson({ data: [{ ...CUSTOMER, id: 2_147_483_648 }] })],
  ])('is UPSTREAM_BAD_RESPONSE: %s', async (_name, behaviour) => {
    const { extensions } = await executeAgainst(behaviour);
    expect(extensions).toEqual({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  test.each([301, 302, 303, 307, 308])(
    'is UPSTREAM_BAD_RESPONSE: %i, which is not followed',
    async (status) => {
      const elsewhere = await startHostileStore({ '/customers': respondJson({ data: [CUSTOMER] }) });
      const abroad = respondWith(status, { location: `${elsewhere.url}/customers?id:in=1` }, '');
      expect((await executeAgainst(abroad)).extensions).toEqual({ code: 'UPSTREAM_BAD_RESPONSE', status });
      expect(elsewhere.calls).toEqual([]);
      await elsewhere.close();

      const callsBefore = store.calls.length;
      const athome = respondWith(status, { location: `${store.url}/elsewhere` }, '');
      expect((await executeAgainst(athome)).extensions).toEqual({ code: 'UPSTREAM_BAD_RESPONSE', status });
      expect(store.calls.slice(callsBefore)).not.toContain('GET /elsewhere');
    },
  );

  test.each<[string, Behaviour]>([
    [
      'a body with its Content-Length',
      respondWith(200, {}, `{"data":[],"filler":"${'x'.repeat(MAX_BODY_BYTES)}"}`),
    ],
    [
      'a Content-Length of a gigabyte',
      respondForever('HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n', 'x'.repeat(8_192)),
    ],
    [
      'endless chunks',
      respondForever(
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
        `3e8\r\n${'x'.repeat(1000)}\r\n`,
      ),
    ],
    ['an endless body without a length', respondForever('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(8_192))],
    ['an endless error response', respondForever('HTTP/1.1 500 No\r\n\r\n', 'x'.repeat(8_192))],
  ])('is UPSTREAM_BAD_RESPONSE if it exceeds the size limit: %s', async (_name, behaviour) => {
    const { message, extensions } = await executeAgainst(behaviour);
    expect(extensions).toEqual({ code: 'UPSTREAM_BAD_RESPONSE' });
    expect(message).toBe("The store's answer to GET /customers is larger than the limit.");
  });
});

/** A positive number up to a limit. */
const expectAtMost = (limit: number) =>
  expect.toSatisfy((value: unknown) => typeof value === 'number' && value > 0 && value <= limit);

describe('an error response', () => {
  const problem = (status: number, title: string, headers = {}) =>
    respondJson({ status, title, type: '', errors: {} }, status, headers);

  test.each<[string, Behaviour, object, string]>([
    [
      'UPSTREAM_UNAUTHENTICATED for 401 in plain text',
      respondWith(401, { 'content-type': 'text/plain' }, 'X-Auth-Token header is required'),
      { code: 'UPSTREAM_UNAUTHENTICATED', status: 401 },
      'The store answered GET /customers with 401. The access token was rejected.',
    ],
    [
      'UPSTREAM_UNAUTHENTICATED for 401 in JSON',
      problem(401, 'Unauthorized'),
      { code: 'UPSTREAM_UNAUTHENTICATED', status: 401, title: 'Unauthorized' },
      'The store answered GET /customers with 401: Unauthorized. The access token was rejected.',
    ],
    [
      'UPSTREAM_FORBIDDEN for 403, with the scope',
      respondJson({ code: 403, message: 'No access' }, 403),
      { code: 'UPSTREAM_FORBIDDEN', status: 403, title: 'No access' },
      'The store answered GET /customers with 403: No access.',
    ],
    [
      'UPSTREAM_REJECTED for 404 of an unknown store',
      problem(404, 'The route is not found, check the URL'),
      { code: 'UPSTREAM_REJECTED', status: 404, title: 'The route is not found, check the URL' },
      'The store answered GET /customers with 404: The route is not found, check the URL.',
    ],
    [
      'UPSTREAM_REJECTED for 422, without the values it quotes',
      problem(
        422,
        'Query parameter "id:in" value may contain only integer values. For input string: "lena".',
      ),
      {
        code: 'UPSTREAM_REJECTED',
        status: 422,
        title: 'Query parameter "id:in" value may contain only integer values. For input string: "…".',
        fields: ['id:in'],
      },
      'The store answered GET /customers with 422: Query parameter "id:in" value may contain only integer values. For input string: "…".',
    ],
    [
      'UPSTREAM_RATE_LIMITED for 429, with the delay from its headers',
      problem(429, 'Too many requests', { 'x-rate-limit-time-reset-ms': '1234' }),
      {
        code: 'UPSTREAM_RATE_LIMITED',
        status: 429,
        title: 'Too many requests',
        retryAfterMs: expectAtMost(1_234),
      },
      'The store answered GET /customers with 429: Too many requests.',
    ],
    [
      'UPSTREAM_RATE_LIMITED for 429 without such a header',
      respondWith(429, {}, ''),
      { code: 'UPSTREAM_RATE_LIMITED', status: 429, retryAfterMs: expectAtMost(30_000) },
      'The store answered GET /customers with 429.',
    ],
    [
      'UPSTREAM_UNAVAILABLE for 500',
      problem(500, 'Internal Server Error'),
      { code: 'UPSTREAM_UNAVAILABLE', status: 500, title: 'Internal Server Error' },
      'The store answered GET /customers with 500: Internal Server Error.',
    ],
    [
      'UPSTREAM_UNAVAILABLE for 503 in HTML',
      respondWith(503, { 'content-type': 'text/html' }, '<h1>Maintenance</h1>'),
      { code: 'UPSTREAM_UNAVAILABLE', status: 503 },
      'The store answered GET /customers with 503.',
    ],
  ])('is %s', async (_name, behaviour, extensions, message) => {
    const error = await executeAgainst(behaviour);
    expect(error.extensions).toEqual(extensions);
    expect(error.message).toBe(message);
  });

  test('that quotes the token and an e-mail address is redacted', async () => {
    const { message, extensions } = await executeAgainst(
      problem(422, `Token ${TOKEN} may not see ana.reis+x@example.com`),
    );
    expect(extensions.title).toBe('Token … may not see …');
    expect(message).not.toContain('example.com');
  });
});

describe('a record that violates the API description', () => {
  test('reads as "", as null or as an error of the field, and is counted by field name', async () => {
    const gateway = openGateway();
    store.behave(
      '/customers',
      respondJson({
        data: [
          {
            id: 1,
            email: null,
            first_name: 7,
            company: {},
            customer_group_id: 'three',
            accepts_product_review_abandoned_cart_emails: 'yes',
            authentication: 'none',
            origin_channel_id: 99_999_999_999,
            channel_ids: [1, 'two', null],
            date_created: 'yesterday',
            date_modified: null,
            address_count: '1',
            addresses: [
              { id: 5, city: null, country_code: 3, address_type: 'lighthouse', form_fields: 'none' },
            ],
            attribute_count: null,
            form_fields: [{ name: 'A', value: null }, 'B', { name: 'C', value: ['x', 1] }, { value: 3 }],
            store_credit_amounts: [{ amount: '5' }, { amount: 5 }],
            shopper_profile_id: 1,
            segment_ids: ['s', 2],
          },
        ],
      }),
    );
    const { data, errors } = await gateway.execute(WholeCustomerByIdDocument);
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]).sort()).toEqual(
      [
        'customer.addresses.nodes.0.formFields',
        'customer.channelIds',
        'customer.customerGroupId',
        'customer.formFields',
        'customer.originChannelId',
        'customer.segmentIds',
      ].map((path) => [path, 'UPSTREAM_BAD_RESPONSE']),
    );
    expect(data.customer).toMatchObject({
      entityId: 1,
      email: '',
      firstName: '7',
      lastName: '',
      company: null,
      phone: null,
      customerGroupId: null,
      acceptsProductReviewAbandonedCartEmails: null,
      forcePasswordReset: null,
      originChannelId: null,
      channelIds: null,
      createdAt: null,
      updatedAt: null,
      addressCount: 1,
      attributeCount: null,
      shopperProfileId: null,
      segmentIds: null,
      storeCredit: [{ amount: 5 }, { amount: 5 }],
      formFields: null,
      addresses: {
        totalCount: 1,
        nodes: [
          {
            entityId: 5,
            customerEntityId: 1,
            firstName: '',
            address1: '',
            address2: null,
            city: '',
            countryCode: '3',
            addressType: null,
            formFields: null,
          },
        ],
      },
    });
    const metrics = await (await gateway.app.yoga.fetch('http://gateway/metrics')).text();
    const counted = [
      ...metrics.matchAll(/^gateway_upstream_unexpected_fields_total\{field="(.+)"\} (\d+)$/gm),
    ];
    expect(Object.fromEntries(counted.map(([, field, count]) => [field, Number(count)]))).toMatchObject({
      'customer.email': 1,
      'customer.first_name': 1,
      'customer.last_name': 1,
      'customer.company': 1,
      'customer.customer_group_id': 1,
      'customer.origin_channel_id': 1,
      'customer.channel_ids': 1,
      'customer.channel_ids[]': 1,
      'customer.date_created': 1,
      'customer.address_count': 1,
      'customer.segment_ids': 1,
      'customer.shopper_profile_id': 1,
      'customer.store_credit_amounts[].amount': 1,
      form_fields: 2,
      'address.city': 1,
      'address.country_code': 1,
      'address.address_type': 1,
    });
    expect(metrics).not.toContain('yesterday');
  });

  test('reads a customer record that only has an id', async () => {
    store.behave('/customers', respondJson({ data: [{ id: 1 }] }));
    const { data, errors } = await openGateway().execute(WholeCustomerByIdDocument);
    expect(data.customer).toMatchObject({ email: '', company: null, formFields: null, addressCount: null });
    expect(errors).toEqual([]);
  });
});

test('aborts calls to the store when the caller disconnects', async () => {
  const gateway = openGateway();
  const caller = new AbortController();
  const arrived = new Promise<Socket>((resolve) => store.behave('/customers', resolve));
  const asked = gateway
    .executeText('{ customer(by: { entityId: 1 }) { email } }', {}, caller.signal)
    .catch((error: unknown) => error);
  const socket = await arrived;
  const closed = once(socket, 'close');
  caller.abort();
  await closed;
  await asked;
  expect(gateway.log.join('')).not.toContain('internal error');

  store.behave('/customers', respondJson({ data: [CUSTOMER] }));
  const { data } = await gateway.execute(CustomerBesideAddressDocument);
  expect(data.customer?.email).toBe('lena@example.com');
  expectNoToken(gateway, data);
});

test.each([
  ['no total', {}],
  ['a total of a billion', { pagination: { total: 1_000_000_000 } }],
])('stops reading a store that returns the same full page forever, with %s', async (_name, meta) => {
  const gateway = createGateway({ baseUrl: store.url, accessToken: TOKEN });
  gateways.push(gateway);
  const page = Array.from({ length: 250 }, (_, i) => ({ ...ADDRESS, id: i + 1 }));
  store.behave('/customers', respondJson({ data: [{ ...CUSTOMER, address_count: 999 }] }));
  store.behave('/customers/addresses', respondJson({ data: page, meta }));
  const { data, errors } = await gateway.execute(WholeCustomerByIdDocument);
  expect(data.customer?.addresses).toBeNull();
  expect(errors.map(({ path, extensions }) => [path, extensions])).toEqual([
    [['customer', 'addresses'], { code: 'UPSTREAM_BAD_RESPONSE' }],
  ]);
  expect(store.calls.length).toBeLessThan(20);
});
