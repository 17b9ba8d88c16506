import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operations } from '../../src/sandbox/routes.ts';
import { newCustomers, plainAddress } from './operations/case.ts';
import { openPrism, type Violation, violationsIn } from './support/prism.ts';
import { type StoreClient, startTestSandbox } from './support/store-client.ts';

// The vendor's OpenAPI description is not part of this project, and Prism is not one of its dependencies.
const { SANDBOX_OPENAPI: description, PRISM_PATH: program, CI } = process.env;
const missing = !description
  ? 'SANDBOX_OPENAPI, the path of the description'
  : 'PRISM_PATH, the path of Prism';
// CI installs Prism if it has a description, so a missing Prism is an error there.
const skipped = !description || (!program && CI !== 'true');
if (skipped) {
  console.warn(`SKIPPED: the sandbox is not compared with the vendor's description. Set ${missing}.`);
}

interface Exchange {
  readonly operationId: string;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  /**
   * Set if only the response is validated: the request is invalid on purpose, or valid by the contradiction with this
   * number.
   */
  readonly unchecked?: 'wrong' | 25;
}

/** Known contradictions of the description, by their number in the table of facts, with the violations they explain. */
const contradictions: readonly {
  readonly number: number;
  readonly explains: (violation: Violation) => boolean;
}[] = [
  {
    // The description has a list in the body and the response of a write of one metafield, as if it were a batch.
    number: 22,
    explains: ({ path, message }) => path === 'response.body.data' && message.endsWith('data must be array'),
  },
  {
    // Almost nothing is declared nullable, yet channels and inherited settings can be null.
    number: 36,
    explains: ({ path, message }) =>
      (/channel_ids$/.test(path) && message.endsWith('must be array')) ||
      (/\.data\.(privacy|customer_group)_settings\.\w+$/.test(path) &&
        / must be (boolean|string|integer)$/.test(message)),
  },
];

const metafield = { permission_set: 'write', namespace: 'prism', key: 'mark', value: 'one' };

test.skipIf(skipped)(
  "conforms to the vendor's OpenAPI description, except for known contradictions",
  { timeout: 60_000 },
  async () => {
    // An explicit check: the error of a child process would not name the variable.
    if (!description || !existsSync(description)) throw new Error('SANDBOX_OPENAPI names no file.');
    if (!program || !existsSync(program))
      throw new Error('Prism is missing: set PRISM_PATH to its executable.');
    const shop = await startTestSandbox({
      customers: 40,
      limits: { credentialChecks: 1 },
      tokens: { scopeless: { clientId: 'scopeless', scopes: [] } },
    });
    const prism = { program, description, upstream: shop.sandbox.url };
    const strict = await openPrism({ ...prism, validateRequest: true });
    const lenient = await openPrism({ ...prism, validateRequest: false });
    try {
      const exchanges = await exchangesWith(shop);
      const statuses = new Map<string, Set<number>>();
      const unexplained: string[] = [];
      const numbers = new Set<number>();
      for (const exchange of exchanges) {
        const { operationId, method, path, body, token = shop.sandbox.token, unchecked } = exchange;
        const response = await fetch((unchecked ? lenient : strict).url + path, {
          method,
          signal: AbortSignal.timeout(10_000),
          headers: {
            'X-Auth-Token': token,
            Accept: 'application/json',
            ...(body !== undefined && { 'Content-Type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        const logged = shop.sandbox.requests.list().at(-1);
        expect([logged?.operationId, method, path, logged?.status, text.slice(0, 500)]).toEqual([
          operationId,
          method,
          path,
          exchange.status,
          expect.anything(),
        ]);
        if (typeof unchecked === 'number') numbers.add(unchecked);
        statuses.set(operationId, (statuses.get(operationId) ?? new Set()).add(exchange.status));
        for (const violation of text.startsWith('{') ? violationsIn(JSON.parse(text)) : []) {
          const known = contradictions.find(({ explains }) => explains(violation));
          if (known) numbers.add(known.number);
          else unexplained.push(`${operationId} ${exchange.status}: ${violation.path}: ${violation.message}`);
        }
      }
      expect(unexplained).toEqual([]);
      expect([...numbers].sort()).toEqual([22, 25, 36]);
      expect([...statuses.keys()].sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
    } finally {
      await Promise.all([strict.close(), lenient.close()]);
    }
  },
);

/** One request of every operation, and one for every declared error that a client can provoke. */
async function exchangesWith({ send }: StoreClient): Promise<Exchange[]> {
  const make = async (key: string): Promise<number> =>
    (await send('POST', '/customers/1/metafields', { ...metafield, key })).json.data.id;
  const [read, removed, listed] = [await make('read'), await make('removed'), await make('listed')];
  const one = '/customers/1/metafields';
  const value = { customer_id: 1, attribute_id: 1, value: 'Gold' };
  const credentials = { email: 'ana.reis+newsletter@example.com', password: 'sandbox1' };
  const taken = { ...newCustomers(1)[0], email: 'ana.reis+newsletter@example.com' };
  const many = Array.from({ length: 39 }, (_, index) => ({ name: `Attribute ${index}`, type: 'string' }));
  const everything = 'addresses,storecredit,attributes,formfields,shopper_profile_id,segment_ids';
  const of = (operationId: string, method: string, path: string) => {
    return (status: number, part: Partial<Exchange> = {}): Exchange => ({
      operationId,
      method,
      path,
      status,
      ...part,
    });
  };

  const getCustomers = of('getCustomers', 'GET', '/customers');
  const createCustomers = of('createCustomers', 'POST', '/customers');
  const updateCustomers = of('updateCustomers', 'PUT', '/customers');
  const deleteCustomers = of('deleteCustomers', 'DELETE', '/customers?id:in=39,40');
  const createAddresses = of('createCustomersAddresses', 'POST', '/customers/addresses');
  const updateAddresses = of('updateCustomersAddresses', 'PUT', '/customers/addresses');
  const createAttributes = of('createCustomersAttributes', 'POST', '/customers/attributes');
  const updateAttributes = of('updateCustomersAttributes', 'PUT', '/customers/attributes');
  const upsertValues = of('upsertCustomersAttributeValues', 'PUT', '/customers/attribute-values');
  const getFormFields = of('getCustomersFormFieldValues', 'GET', '/customers/form-field-values');
  const putFormFields = of('updateCustomerFormFieldValues', 'PUT', '/customers/form-field-values');
  const getConsent = of('getCustomerConsent', 'GET', '/customers/1/consent');
  const putConsent = of('updateCustomerConsent', 'PUT', '/customers/1/consent');
  const getInstruments = of('getCustomerStoredInstruments', 'GET', '/customers/2/stored-instruments');
  const createMetafield = of('createCustomerMetafields', 'POST', one);
  const getMetafield = of('getMetafieldsCustomerId', 'GET', `${one}/${read}`);
  const putMetafield = of('updateCustomerMetafield', 'PUT', `${one}/${read}`);
  const deleteMetafield = of('deleteCustomerMetafieldsId', 'DELETE', `${one}/${removed}`);
  const createMetafields = of('createCustomersMetafields', 'POST', '/customers/metafields');
  const updateMetafields = of('updateCustomersMetafields', 'PUT', '/customers/metafields');
  const deleteMetafields = of('deleteCustomersMetafields', 'DELETE', '/customers/metafields');
  const validate = of('validateCustomerCredentials', 'POST', '/customers/validate-credentials');

  return [
    getCustomers(200, { path: `/customers?include=${everything}&sort=last_name:asc` }),
    getCustomers(200, { path: '/customers?limit=5' }),
    getCustomers(422, { path: '/customers?wish=1' }),
    createCustomers(200, { body: [{ ...newCustomers(1)[0], channel_ids: [1], addresses: [plainAddress] }] }),
    createCustomers(422, { body: [taken] }),
    createCustomers(413, { body: newCustomers(11) }),
    updateCustomers(200, { body: [{ id: 17, notes: 'validated by Prism' }] }),
    updateCustomers(422, { body: [{ id: 900 }] }),
    updateCustomers(413, { body: Array.from({ length: 11 }, (_, index) => ({ id: index + 1 })) }),
    deleteCustomers(204),
    deleteCustomers(422, { path: '/customers?id:in=x', unchecked: 'wrong' }),
    of('getCustomersAddresses', 'GET', '/customers/addresses?include=formfields&limit=20')(200),
    createAddresses(200, { body: [plainAddress] }),
    createAddresses(422, { body: [{ ...plainAddress, customer_id: 900 }] }),
    updateAddresses(200, { body: [{ id: 1, city: 'Elsewhere' }] }),
    updateAddresses(422, { body: [{ id: 99_999, city: 'Elsewhere' }] }),
    of('deleteCustomersAddresses', 'DELETE', '/customers/addresses?id:in=1')(204),
    of('getCustomersAttributes', 'GET', '/customers/attributes')(200),
    createAttributes(200, { body: [{ name: 'Hat size', type: 'number' }] }),
    createAttributes(422, { body: many }),
    updateAttributes(200, { body: [{ id: 1, name: 'Tier' }] }),
    updateAttributes(422, { body: [{ id: 99, name: 'Tier' }] }),
    of('getCustomersAttributeValues', 'GET', '/customers/attribute-values')(200),
    upsertValues(200, { body: [value] }),
    upsertValues(422, { body: [{ ...value, attribute_id: 99 }] }),
    of('deleteCustomersAttributeValues', 'DELETE', '/customers/attribute-values?id:in=1')(204),
    of('deleteCustomersAttributes', 'DELETE', '/customers/attributes?id:in=12')(204),
    getFormFields(200),
    getFormFields(422, { path: '/customers/form-field-values?wish=1' }),
    putFormFields(200, { body: [{ customer_id: 1, name: 'Nickname', value: 'Bee' }] }),
    putFormFields(422, { body: [{ customer_id: 1, name: 'Unknown', value: 'Bee' }] }),
    getConsent(200),
    getConsent(401, { token: 'unknown' }),
    getConsent(403, { token: 'scopeless' }),
    getConsent(422, { path: '/customers/1/consent?wish=1' }),
    putConsent(200, { body: { allow: ['essential'], deny: ['targeting'] } }),
    putConsent(401, { body: { allow: [], deny: [] }, token: 'unknown' }),
    putConsent(403, { body: { allow: [], deny: [] }, token: 'sandbox-read-only' }),
    putConsent(422, { body: { allow: ['essential'], deny: ['essential'] } }),
    ...[2, 3, 4, 5, 6, 7, 8, 9].map((id) =>
      getInstruments(200, { path: `/customers/${id}/stored-instruments` }),
    ),
    getInstruments(401, { token: 'unknown' }),
    getInstruments(403, { token: 'scopeless' }),
    of('getCustomersMetafields', 'GET', one)(200),
    createMetafield(200, { body: { ...metafield, key: 'new' } }),
    createMetafield(400, { body: { ...metafield, value: 7 }, unchecked: 'wrong' }),
    createMetafield(409, { body: { ...metafield, key: 'new' } }),
    createMetafield(422, { body: { ...metafield, namespace: 'x'.repeat(65) }, unchecked: 'wrong' }),
    getMetafield(200),
    getMetafield(404, { path: `${one}/99999` }),
    putMetafield(200, { body: { id: read, value: 'two' } }),
    putMetafield(400, { body: { value: 7 }, unchecked: 'wrong' }),
    putMetafield(404, { path: `${one}/99999`, body: { id: 99_999, value: 'two' } }),
    deleteMetafield(204),
    deleteMetafield(404),
    of('getallCustomersMetafields', 'GET', '/customers/metafields')(200),
    createMetafields(200, { body: [{ ...metafield, key: 'batch', resource_id: 2 }] }),
    createMetafields(400, { body: {}, unchecked: 'wrong' }),
    createMetafields(422, { body: [{ ...metafield, resource_id: 900 }] }),
    updateMetafields(200, { body: [{ id: read, value: 'three' }] }),
    updateMetafields(400, { body: {}, unchecked: 'wrong' }),
    updateMetafields(422, {
      body: [
        { id: 99_999, value: 'three' },
        { id: read, value: 'four' },
      ],
    }),
    // The ids go in the body, which the current description omits.
    deleteMetafields(200, { body: [listed], unchecked: 25 }),
    deleteMetafields(400, { body: {}, unchecked: 'wrong' }),
    deleteMetafields(422, { body: [listed, read], unchecked: 25 }),
    of('getCustomersSettings', 'GET', '/customers/settings')(200),
    of(
      'updateCustomersSettings',
      'PUT',
      '/customers/settings',
    )(200, {
      body: { privacy_settings: { ask_shopper_for_tracking_consent: false } },
    }),
    of('getCustomersSettingsChannel', 'GET', '/customers/settings/channels/1')(200),
    of(
      'updateCustomersSettingsChannel',
      'PUT',
      '/customers/settings/channels/2',
    )(200, {
      body: { allow_global_logins: true },
    }),
    validate(200, { body: credentials }),
    validate(429, { body: credentials }),
    validate(422, { body: { email: 'a@example.com' }, unchecked: 'wrong' }),
  ];
}
