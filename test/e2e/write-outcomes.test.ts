import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MAX_CONCURRENCY } from '../../src/rest/operations.ts';
import { createStoreClient, type StoreClient } from '../sandbox/support/store-client.ts';
import { createGateway, startGatewayOnSandbox } from '../support/gateway.ts';
import { closedPort } from '../support/hostile-store.ts';
import { caseDocument, MUTATION_CASES } from '../support/mutation-cases.ts';
import { jsonPost, post } from '../support/post.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

const PASSWORD = 'correct-horse-7';
const RESULT = 'results { outcome errors { code message path } ';

let shop: Shop;
let store: StoreClient;
beforeAll(async () => {
  shop = await startGatewayOnSandbox(
    { customers: 40, limits: { metafields: 3 } },
    { lateWriteMs: 50, maxCalls: 1_100 },
  );
  store = createStoreClient(shop.sandbox);
  await learnAddressIds(shop);
});
beforeEach(() => shop.sandbox.reset());
afterAll(() => shop.close());

/** The first create of addresses in a process reads the highest id. */
async function learnAddressIds(from: Shop): Promise<void> {
  const addresses = [{ ...home, customerEntityId: 1 }];
  await run(
    'createCustomerAddresses',
    'CreateCustomerAddressesInput',
    { addresses },
    'summary { created }',
    from,
  );
}

/** Runs a mutation and returns its payload. */
async function run(mutation: string, input: string, value: object, selection: string, from: Shop = shop) {
  const text = `mutation ($input: ${input}!) { ${mutation}(input: $input) { ${selection} } }`;
  const { data, errors } = await from.executeText(text, { input: value });
  expect(errors).toEqual([]);
  return data[mutation];
}

/** Writes one item and returns its outcome with the code and path of each error. */
async function writeOne(mutation: string, item: unknown) {
  const kind = MUTATION_CASES.find((each) => each.mutation === mutation);
  if (!kind) throw new Error(`there is no ${mutation}`);
  const { data, errors } = await shop.executeText(caseDocument(kind), { input: { [kind.list]: [item] } });
  expect(errors).toEqual([]);
  const [{ outcome, errors: problems }] = data[mutation].results;
  return [
    outcome,
    ...problems.map(
      ({ code, path }: { code: string; path: string[] }) => `${code} ${path.slice(2).join('.')}`,
    ),
  ];
}

const ada = { email: 'ada@example.org', firstName: 'Ada', lastName: 'King' };
const home = {
  firstName: 'Ada',
  lastName: 'King',
  address1: '12 St James Square',
  city: 'London',
  countryCode: 'GB',
};
const note = { customerEntityId: 1, namespace: 'tests', key: 'note', value: 'v', permissionSet: 'READ' };

describe('validation before any call', () => {
  test.each(MUTATION_CASES.map((kind) => [kind.mutation, kind] as const))(
    '%s rejects an empty list and a list of 1,001 items',
    async (_name, kind) => {
      const { item } = kind.invalid;
      for (const [items, message] of [
        [[], `input.${kind.list}: is empty.`],
        [Array(1_001).fill(item), `input.${kind.list}: contains 1001 items; at most 1000 are allowed.`],
      ] as const) {
        const { data, errors } = await shop.executeText(caseDocument(kind), {
          input: { [kind.list]: items },
        });
        expect(data).toEqual({ [kind.mutation]: null });
        expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
      }
      expect(shop.calls()).toEqual([]);
    },
  );

  test.each([
    ['createCustomers', { ...ada, email: 'nobody' }, 'INVALID email'],
    ['createCustomers', { ...ada, email: 'a@' }, 'INVALID email'],
    ['createCustomers', { ...ada, firstName: '' }, 'REQUIRED firstName'],
    ['createCustomers', { ...ada, lastName: 'x'.repeat(101) }, 'INVALID lastName'],
    ['createCustomers', { ...ada, company: 'x'.repeat(256) }, 'INVALID company'],
    ['createCustomers', { ...ada, phone: '1'.repeat(51) }, 'INVALID phone'],
    ['createCustomers', { ...ada, taxExemptCategory: 'x'.repeat(256) }, 'INVALID taxExemptCategory'],
    ['createCustomers', { ...ada, customerGroupId: -1 }, 'INVALID customerGroupId'],
    ['createCustomers', { ...ada, channelIds: [] }, 'INVALID channelIds'],
    ['createCustomers', { ...ada, channelIds: [0] }, 'INVALID channelIds.0'],
    ['createCustomers', { ...ada, addresses: Array(11).fill(home) }, 'LIMIT_EXCEEDED addresses'],
    [
      'createCustomers',
      { ...ada, addresses: [home, { ...home, firstName: '' }] },
      'REQUIRED addresses.1.firstName',
    ],
    [
      'createCustomers',
      { ...ada, attributes: Array(11).fill({ attributeEntityId: 1, value: 'x' }) },
      'LIMIT_EXCEEDED attributes',
    ],
    [
      'createCustomers',
      { ...ada, attributes: [{ attributeEntityId: 1, value: 'x'.repeat(256) }] },
      'INVALID attributes.0.value',
    ],
    [
      'createCustomers',
      { ...ada, formFields: [{ name: '\ud800', value: { text: 'x' } }] },
      'INVALID formFields.0.name',
    ],
    ['updateCustomers', { entityId: 0 }, 'INVALID entityId'],
    ['updateCustomers', { entityId: 1, email: 'nobody' }, 'INVALID email'],
    ['deleteCustomers', 0, 'INVALID entityId'],
    ['createCustomerAddresses', { ...home, customerEntityId: 1, countryCode: 'GBR' }, 'INVALID countryCode'],
    ['createCustomerAddresses', { ...home, customerEntityId: 0 }, 'INVALID customerEntityId'],
    ['updateCustomerAddresses', { entityId: 1, postalCode: '1'.repeat(31) }, 'INVALID postalCode'],
    ['createCustomerAttributeDefinitions', { name: 'x'.repeat(256), type: 'DATE' }, 'INVALID name'],
    ['updateCustomerAttributeDefinitions', { entityId: 1, name: '' }, 'REQUIRED name'],
    [
      'upsertCustomerAttributeValues',
      { customerEntityId: 1, attributeEntityId: 1, value: 'x'.repeat(256) },
      'INVALID value',
    ],
    ['deleteCustomerAttributeValues', { customerEntityId: -1, entityId: 1 }, 'INVALID customerEntityId'],
    [
      'upsertFormFieldValues',
      { owner: { addressEntityId: 0 }, name: 'Floor', value: { number: 3 } },
      'INVALID owner.addressEntityId',
    ],
    [
      'updateCustomerConsent',
      { customerEntityId: 1, allow: ['ANALYTICS'], deny: ['ANALYTICS'] },
      'INVALID deny',
    ],
    ['updateCustomerConsent', { customerEntityId: 1 }, 'REQUIRED '],
    ['updateCustomerConsent', { customerEntityId: 1, allow: null }, 'INVALID allow'],
    ['createCustomerMetafields', { ...note, namespace: 'x'.repeat(65) }, 'INVALID namespace'],
    ['createCustomerMetafields', { ...note, key: '' }, 'REQUIRED key'],
    ['createCustomerMetafields', { ...note, value: 'x'.repeat(65_536) }, 'INVALID value'],
    ['createCustomerMetafields', { ...note, description: 'x'.repeat(256) }, 'INVALID description'],
    ['updateCustomerMetafields', { customerEntityId: 1, entityId: 1, value: '' }, 'REQUIRED value'],
  ])('%s reports the errors of %j', async (mutation, item, problem) => {
    expect(await writeOne(mutation, item)).toEqual(['FAILED', problem]);
    expect(shop.calls()).toEqual([]);
  });
});

describe('the store decides about', () => {
  test.each([
    ['an empty city', 'createCustomerAddresses', { ...home, customerEntityId: 1, city: '' }],
    ['an empty first line', 'createCustomerAddresses', { ...home, customerEntityId: 1, address1: '' }],
    ['an empty city in a change', 'updateCustomerAddresses', { entityId: 1, city: '' }],
    ['a nested empty city', 'createCustomers', { ...ada, addresses: [{ ...home, city: '' }] }],
    ['a blank first name', 'createCustomers', { ...ada, firstName: ' ' }],
    ['a quoted local part', 'createCustomers', { ...ada, email: '"ada king"@example.org' }],
    ['a quoted comma', 'createCustomers', { ...ada, email: '"king, ada"@example.org' }],
    ['a blank metafield value', 'createCustomerMetafields', { ...note, value: ' ' }],
    [
      'a country code of digits',
      'createCustomerAddresses',
      { ...home, customerEntityId: 1, countryCode: '12' },
    ],
  ])('%s', async (_name, mutation, item) => {
    await writeOne(mutation, item);
    expect(shop.calls().filter((call) => !call.startsWith('GET'))).not.toEqual([]);
  });

  test('a customer whose e-mail address contains a comma, once, even if the response is lost', async () => {
    shop.sandbox.faults.set([
      { operations: ['createCustomers'], maxCalls: 1, fault: { kind: 'cut', when: 'after-commit' } },
    ]);
    expect(await writeOne('createCustomers', { ...ada, email: '"king, ada"@example.org' })).toEqual([
      'UNKNOWN',
      'OUTCOME_UNKNOWN ',
    ]);
    expect(shop.calls().filter((call) => call.startsWith('POST'))).toHaveLength(1);
  });
});

describe('the store rejects', () => {
  async function ownMetafield(customer: number): Promise<number> {
    const { namespace, key, value } = note;
    const body = { namespace, key, value, permission_set: 'read' };
    return (await store.send('POST', `/customers/${customer}/metafields`, body)).json.data.id;
  }

  test('an e-mail address in use, regardless of case', async () => {
    const { json } = await store.get('/customers?id:in=1');
    const email = json.data[0].email.toUpperCase();
    expect(await writeOne('createCustomers', { ...ada, email })).toEqual(['FAILED', 'TAKEN email']);
    expect(await writeOne('updateCustomers', { entityId: 2, email })).toEqual(['FAILED', 'TAKEN email']);
  });

  test.each([
    ['createCustomers', { ...ada, channelIds: [77] }, 'NOT_FOUND channelIds'],
    [
      'createCustomers',
      { ...ada, authentication: { newPassword: 'short' } },
      'INVALID authentication.newPassword',
    ],
    [
      'createCustomers',
      { ...ada, attributes: [{ attributeEntityId: 999, value: 'x' }] },
      'NOT_FOUND attributes.0.attributeEntityId',
    ],
    ['createCustomerAddresses', { ...home, customerEntityId: 999 }, 'NOT_FOUND customerEntityId'],
    [
      'upsertCustomerAttributeValues',
      { customerEntityId: 1, attributeEntityId: 999, value: 'x' },
      'NOT_FOUND attributeEntityId',
    ],
    [
      'upsertFormFieldValues',
      { owner: { addressEntityId: 99_999 }, name: 'Delivery notes', value: { text: 'x' } },
      'NOT_FOUND addressEntityId',
    ],
    [
      'upsertFormFieldValues',
      { owner: { customerEntityId: 1 }, name: 'Interests', value: { text: 'x' } },
      'INVALID value',
    ],
    ['createCustomerMetafields', { ...note, customerEntityId: 999 }, 'NOT_FOUND '],
    ['updateCustomerConsent', { customerEntityId: 999, deny: [] }, 'NOT_FOUND '],
    ['deleteCustomerAttributeValues', { customerEntityId: 40, entityId: 1 }, 'NOT_FOUND '],
  ])('%s of %j', async (mutation, item, problem) => {
    expect(await writeOne(mutation, item)).toEqual(['FAILED', problem]);
    expect(shop.sandbox.ledger.list()).toEqual([]);
  });

  test('a metafield if the app has one with the same key', async () => {
    await ownMetafield(1);
    expect(await writeOne('createCustomerMetafields', note)).toEqual(['FAILED', 'TAKEN ']);
    const metafields = [note, { ...note, customerEntityId: 2 }, { ...note, customerEntityId: 999 }];
    const { results } = await run(
      'createCustomerMetafields',
      'CreateCustomerMetafieldsInput',
      { metafields },
      `${RESULT} metafield { customerEntityId } }`,
    );
    expect(
      results.map((each: { outcome: string; errors: { code: string }[] }) => [
        each.outcome,
        each.errors[0]?.code,
      ]),
    ).toEqual([
      ['FAILED', 'TAKEN'],
      ['CREATED', undefined],
      ['FAILED', 'NOT_FOUND'],
    ]);
  });

  test('a metafield beyond the maximum per app and customer', async () => {
    const metafields = ['a', 'b', 'c', 'd'].map((key) => ({ ...note, key }));
    const { results } = await run(
      'createCustomerMetafields',
      'CreateCustomerMetafieldsInput',
      { metafields },
      `${RESULT} metafield { key } }`,
    );
    expect(results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'CREATED',
      'CREATED',
      'CREATED',
      'FAILED',
    ]);
    expect(results[3].errors[0].code).toBe('LIMIT_EXCEEDED');
  });

  test('a metafield of another app or another customer', async () => {
    const { json } = await store.get('/customers/metafields?limit=250');
    const foreign = json.data.find(
      ({
        permission_set: set,
        owner_client_id: owner,
      }: {
        permission_set: string;
        owner_client_id: string;
      }) => set === 'read' && !owner.includes('sandbox'),
    );
    const reference = { customerEntityId: foreign.resource_id, entityId: foreign.id };
    expect(await writeOne('updateCustomerMetafields', { ...reference, value: 'x' })).toEqual([
      'FAILED',
      'FORBIDDEN ',
    ]);
    expect(await writeOne('deleteCustomerMetafields', reference)).toEqual(['FAILED', 'FORBIDDEN ']);
    const entityId = await ownMetafield(1);
    const elsewhere = { customerEntityId: 2, entityId };
    expect(await writeOne('updateCustomerMetafields', { ...elsewhere, value: 'x' })).toEqual([
      'FAILED',
      'NOT_FOUND ',
    ]);
    expect(await writeOne('deleteCustomerMetafields', elsewhere)).toEqual(['FAILED', 'NOT_FOUND ']);
  });

  test.each([true, false])('attributes beyond the maximum of fifty (atomic: %s)', async (atomicBatches) => {
    const other = await startGatewayOnSandbox(
      { customers: 1, switches: { atomicBatches } },
      { lateWriteMs: 50 },
    );
    const definitions = Array.from({ length: 41 }, (_, i) => ({ name: `Attribute ${i}`, type: 'STRING' }));
    const { results, summary } = await run(
      'createCustomerAttributeDefinitions',
      'CreateCustomerAttributeDefinitionsInput',
      { definitions },
      `${RESULT} } summary { created failed unknown }`,
      other,
    );
    expect(summary).toEqual({ created: 38, failed: 3, unknown: 0 });
    const codes = results.flatMap(({ errors }: { errors: { code: string }[] }) =>
      errors.map(({ code }) => code),
    );
    expect(codes).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);
    expect(other.sandbox.ledger.list()).toHaveLength(38);
    await other.close();
  });

  test('every write of a read-only token, and writes nothing', async () => {
    const reader = createGateway({
      baseUrl: shop.sandbox.url,
      accessToken: 'sandbox-read-only',
      lateWriteMs: 50,
    });
    for (const kind of MUTATION_CASES) {
      const items = await kind.items(store, 2);
      shop.sandbox.ledger.clear();
      const { data } = await reader.executeText(caseDocument(kind), { input: { [kind.list]: items } });
      for (const { outcome, errors } of data[kind.mutation].results) {
        expect([kind.mutation, outcome, errors[0]?.code]).toEqual([kind.mutation, 'FAILED', 'FORBIDDEN']);
      }
      expect(shop.sandbox.ledger.list()).toEqual([]);
    }
    await reader.close();
  });

  test('a write beyond the quota, with a retry delay', async () => {
    const poor = await startGatewayOnSandbox(
      { customers: 2, quota: 5 },
      { lateWriteMs: 50, deadlineMs: 5_000 },
    );
    poor.sandbox.consumeQuota(5);
    const { data } = await poor.executeText(
      'mutation { updateCustomers(input: { customers: [{ entityId: 1, company: "x" }] }) { results { outcome errors { code retryAfterMs } } } }',
    );
    expect(data.updateCustomers.results).toEqual([
      { outcome: 'FAILED', errors: [{ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) }] },
    ]);
    expect(poor.sandbox.ledger.list()).toEqual([]);
    await poor.close();
  });
});

test('writes are NOT_ATTEMPTED if no store is listening', async () => {
  const nowhere = createGateway({ baseUrl: `http://127.0.0.1:${await closedPort()}/stores/x/v3` });
  for (const kind of MUTATION_CASES) {
    const items = await kind.items(store, 1);
    const { data } = await nowhere.executeText(caseDocument(kind), { input: { [kind.list]: items } });
    expect(data[kind.mutation].results[0]).toMatchObject({
      outcome: 'NOT_ATTEMPTED',
      errors: [{ code: 'UPSTREAM_UNAVAILABLE' }],
    });
  }
  await nowhere.close();
});

describe('customers who exist already', () => {
  const SELECTION =
    'results { outcome errors { code path } customer { entityId } existing { entityId email } }';

  /** Customers who exist, those with or without a list of channels. */
  async function existing(count: number, { withChannels = false } = {}): Promise<readonly Existing[]> {
    const { json } = await store.get('/customers?limit=40');
    shop.calls();
    return json.data
      .filter(({ channel_ids: channels }: { channel_ids: unknown }) => (channels !== null) === withChannels)
      .slice(0, count);
  }

  interface Existing {
    readonly id: number;
    readonly email: string;
  }

  const creation = (email: string) => ({ email, firstName: 'A', lastName: 'B' });

  async function create(customers: readonly object[], selection = SELECTION) {
    const { results } = await run('createCustomers', 'CreateCustomersInput', { customers }, selection);
    return results;
  }

  function expectTaken(results: readonly unknown[], customers: readonly Existing[]): void {
    expect(results).toEqual(
      customers.map(({ id, email }, index) => ({
        outcome: 'FAILED',
        errors: [{ code: 'TAKEN', path: ['customers', String(index), 'email'] }],
        customer: null,
        existing: { entityId: id, email },
      })),
    );
  }

  test.each([true, false])(
    'are TAKEN after one read, which shows who they are (named: %s)',
    async (named) => {
      const customers = await existing(10);
      if (!named)
        shop.sandbox.faults.set([
          { operations: ['createCustomers'], fault: { kind: 'status', status: 422 } },
        ]);
      expectTaken(await create(customers.map(({ email }) => creation(email))), customers);
      expect(shop.sandbox.requests.counts()).toEqual({ createCustomers: 1, getCustomers: 1 });
    },
  );

  test('are TAKEN after one read also if they have channels and the new customers have none', async () => {
    const customers = await existing(5, { withChannels: true });
    expectTaken(await create(customers.map(({ email }) => creation(email))), customers);
    expect(shop.sandbox.requests.counts()).toEqual({ createCustomers: 1, getCustomers: 1 });
  });

  test('are told apart from new ones among them, which are created in one more call', async () => {
    const mixed = (await existing(5)).flatMap(({ email }, index) => [
      creation(email),
      creation(`new${index}@example.org`),
    ]);
    const results = await create(mixed);
    expect(results.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      mixed.map((_, index) => (index % 2 === 0 ? 'FAILED' : 'CREATED')),
    );
    expect(shop.sandbox.requests.counts()).toEqual({ createCustomers: 2, getCustomers: 1 });
  });

  test('are read for a single item only if that is selected', async () => {
    const [customer] = await existing(1);
    const item = creation(customer?.email ?? '');
    await create([item], 'results { outcome }');
    expect(shop.sandbox.requests.counts()).toEqual({ createCustomers: 1 });
    shop.calls();
    expectTaken(await create([item]), customer ? [customer] : []);
    expect(shop.sandbox.requests.counts()).toEqual({ createCustomers: 1, getCustomers: 1 });
  });
});

describe('an address', () => {
  const SELECTION = 'results { outcome errors { code } address { entityId address1 company } }';

  test('that the customer already has is UNCHANGED, with the existing record', async () => {
    const addresses = [{ ...home, customerEntityId: 1 }];
    const [first] = (
      await run('createCustomerAddresses', 'CreateCustomerAddressesInput', { addresses }, SELECTION)
    ).results;
    // An address that differs in a field that was not sent is another address.
    const both = [{ ...home, customerEntityId: 1, company: 'Analytical Engines' }, ...addresses];
    const { results } = await run(
      'createCustomerAddresses',
      'CreateCustomerAddressesInput',
      { addresses: both },
      SELECTION,
    );
    expect(results).toEqual([
      { outcome: 'CREATED', errors: [], address: expect.objectContaining({ company: 'Analytical Engines' }) },
      { outcome: 'UNCHANGED', errors: [{ code: 'DUPLICATE' }], address: first.address },
    ]);
  });

  test('that would equal another one of its customer is UNCHANGED, with the other record', async () => {
    const addresses = [
      { ...home, customerEntityId: 1 },
      { ...home, customerEntityId: 1, address1: '1 Other Street' },
    ];
    const { results } = await run(
      'createCustomerAddresses',
      'CreateCustomerAddressesInput',
      { addresses },
      SELECTION,
    );
    const [one, other] = results.map(({ address }: { address: object }) => address);
    const changed = await run(
      'updateCustomerAddresses',
      'UpdateCustomerAddressesInput',
      { addresses: [{ entityId: other.entityId, address1: home.address1 }] },
      SELECTION,
    );
    expect(changed.results).toEqual([
      { outcome: 'UNCHANGED', errors: [{ code: 'DUPLICATE' }], address: one },
    ]);
  });
});

describe('null and absent fields', () => {
  const CLEARED = ['company', 'phone', 'notes', 'taxExemptCategory', 'customerGroupId', 'channelIds'];
  const KEPT = [
    'email',
    'firstName',
    'lastName',
    'authentication',
    'acceptsProductReviewAbandonedCartEmails',
    'storeCredit',
    'formFields',
  ];
  const full = {
    entityId: 3,
    company: 'Engines',
    phone: '123',
    notes: 'n',
    taxExemptCategory: 'T',
    customerGroupId: 2,
    channelIds: [1],
  };
  const FIELDS = 'company phone notes taxExemptCategory customerGroupId channelIds';

  async function update(customer: object) {
    const selection = `${RESULT} customer { ${FIELDS} } }`;
    const { results } = await run(
      'updateCustomers',
      'UpdateCustomersInput',
      { customers: [customer] },
      selection,
    );
    return results[0];
  }

  test.each(CLEARED)('null clears %s of a customer and keeps the rest', async (field) => {
    await update(full);
    const { outcome, customer } = await update({ entityId: 3, [field]: null });
    const { entityId: _id, ...others } = full;
    expect([outcome, customer]).toEqual(['UPDATED', { ...others, [field]: null }]);
  });

  test.each(KEPT)('null for %s of a customer is invalid', async (field) => {
    expect(await writeOne('updateCustomers', { entityId: 3, [field]: null })).toEqual([
      'FAILED',
      `INVALID ${field}`,
    ]);
  });

  test('null in a create equals an absent field', async () => {
    const nothing = Object.fromEntries([...CLEARED, ...KEPT.slice(3)].map((field) => [field, null]));
    expect(
      await writeOne('createCustomers', { ...nothing, ...ada, addresses: null, attributes: null }),
    ).toEqual(['CREATED']);
  });

  test.each(['company', 'phone', 'address2', 'stateOrProvince', 'postalCode'])(
    'null clears %s of an address and keeps the rest',
    async (field) => {
      const filled = {
        company: 'Engines',
        phone: '123',
        address2: 'Flat 2',
        stateOrProvince: 'Greater London',
        postalCode: 'SW1Y',
      };
      const selection = `${RESULT} address { entityId ${Object.keys(filled).join(' ')} } }`;
      const created = await run(
        'createCustomerAddresses',
        'CreateCustomerAddressesInput',
        { addresses: [{ ...home, ...filled, customerEntityId: 3 }] },
        selection,
      );
      const { entityId } = created.results[0].address;
      const { results } = await run(
        'updateCustomerAddresses',
        'UpdateCustomerAddressesInput',
        { addresses: [{ entityId, [field]: null }] },
        selection,
      );
      expect(results[0].address).toEqual({ entityId, ...filled, [field]: null });
    },
  );

  test.each(['firstName', 'lastName', 'address1', 'city', 'countryCode', 'addressType', 'formFields'])(
    'null for %s of an address is invalid',
    async (field) => {
      expect(await writeOne('updateCustomerAddresses', { entityId: 1, [field]: null })).toEqual([
        'FAILED',
        `INVALID ${field}`,
      ]);
    },
  );

  test('null clears the description of a metafield and keeps the rest', async () => {
    const selection = `${RESULT} metafield { entityId value description } }`;
    const created = await run(
      'createCustomerMetafields',
      'CreateCustomerMetafieldsInput',
      { metafields: [{ ...note, description: 'd' }] },
      selection,
    );
    const { entityId } = created.results[0].metafield;
    const reference = { customerEntityId: 1, entityId };
    const { results } = await run(
      'updateCustomerMetafields',
      'UpdateCustomerMetafieldsInput',
      { metafields: [{ ...reference, description: null }] },
      selection,
    );
    expect(results[0]).toMatchObject({ outcome: 'UPDATED', metafield: { value: 'v', description: null } });
    for (const field of ['namespace', 'key', 'value', 'permissionSet']) {
      expect(await writeOne('updateCustomerMetafields', { ...reference, [field]: null })).toEqual([
        'FAILED',
        `INVALID ${field}`,
      ]);
    }
  });

  test('an empty string or an empty list of choices clears a form field', async () => {
    const values = [
      { owner: { customerEntityId: 1 }, name: 'Nickname', value: { text: '' } },
      { owner: { customerEntityId: 1 }, name: 'Interests', value: { choices: [] } },
    ];
    const { results } = await run(
      'upsertFormFieldValues',
      'UpsertFormFieldValuesInput',
      { values },
      `${RESULT} value { ... on TextFormFieldValue { text } ... on ChoicesFormFieldValue { choices } } }`,
    );
    expect(results.map(({ value }: { value: object }) => value)).toEqual([{ text: '' }, { choices: [] }]);
  });
});

describe('consent', () => {
  test('keeps an absent list, at the cost of one read', async () => {
    await store.send('PUT', '/customers/1/consent', { allow: ['essential'], deny: ['targeting'] });
    shop.calls();
    const { results } = await run(
      'updateCustomerConsent',
      'UpdateCustomerConsentInput',
      { customers: [{ customerEntityId: 1, allow: ['ESSENTIAL', 'ANALYTICS', 'ANALYTICS'] }] },
      `${RESULT} consent { allow deny } }`,
    );
    expect(results).toEqual([
      { outcome: 'UPDATED', errors: [], consent: { allow: ['ESSENTIAL', 'ANALYTICS'], deny: ['TARGETING'] } },
    ]);
    expect(shop.calls()).toEqual(['GET /customers/1/consent', 'PUT /customers/1/consent']);
  });

  test('cannot allow a category that the kept list denies', async () => {
    await store.send('PUT', '/customers/1/consent', { allow: [], deny: ['targeting'] });
    expect(await writeOne('updateCustomerConsent', { customerEntityId: 1, allow: ['TARGETING'] })).toEqual([
      'FAILED',
      'INVALID allow',
    ]);
  });
});

describe('an attribute value', () => {
  test('is CREATED if there was none and UPDATED if there was one', async () => {
    const { json } = await store.get('/customers/attribute-values?limit=1');
    const [{ customer_id: customerEntityId, attribute_id: attributeEntityId }] = json.data;
    const created = await store.send('POST', '/customers/attributes', [{ name: 'New', type: 'number' }]);
    const values = [
      { customerEntityId, attributeEntityId, value: 'x' },
      { customerEntityId, attributeEntityId: created.json.data[0].id, value: '5' },
    ];
    const { results } = await run(
      'upsertCustomerAttributeValues',
      'UpsertCustomerAttributeValuesInput',
      { values },
      `${RESULT} value { value name numberValue } }`,
    );
    expect(results).toMatchObject([
      { outcome: 'UPDATED', value: { value: 'x' } },
      { outcome: 'CREATED', value: { value: '5', name: 'New', numberValue: 5 } },
    ]);
  });
});

describe('settings', () => {
  const SETTINGS =
    'outcome errors { code path } settings { privacy { askShopperForTrackingConsent policyUrl } customerGroups { guestCustomerGroupId defaultCustomerGroupId } }';

  function store(input: object) {
    return run('updateCustomerSettings', 'UpdateCustomerSettingsInput', input, SETTINGS);
  }

  function channel(input: object) {
    const selection = SETTINGS.replace('settings {', 'settings { allowGlobalLogins');
    return run('updateChannelCustomerSettings', 'UpdateChannelCustomerSettingsInput', input, selection);
  }

  test('of the store change if given and are kept if absent', async () => {
    expect(await store({ privacy: { policyUrl: 'https://example.org' } })).toEqual({
      outcome: 'UPDATED',
      errors: [],
      settings: {
        privacy: { askShopperForTrackingConsent: true, policyUrl: 'https://example.org' },
        customerGroups: { guestCustomerGroupId: null, defaultCustomerGroupId: 1 },
      },
    });
    expect(await store({ customerGroups: { guestCustomerGroupId: 2 } })).toMatchObject({
      settings: {
        privacy: { policyUrl: 'https://example.org' },
        customerGroups: { guestCustomerGroupId: 2, defaultCustomerGroupId: 1 },
      },
    });
    expect(shop.calls()).toEqual(['PUT /customers/settings', 'PUT /customers/settings']);
  });

  test.each([
    [{ privacy: { policyUrl: null } }, ['privacy', 'policyUrl']],
    [{ privacy: null }, ['privacy']],
    [{ customerGroups: { guestCustomerGroupId: null } }, ['customerGroups', 'guestCustomerGroupId']],
    [{ customerGroups: { defaultCustomerGroupId: -1 } }, ['customerGroups', 'defaultCustomerGroupId']],
    [{}, []],
    [{ privacy: {} }, []],
  ])('of the store cannot be %j', async (input, path) => {
    expect(await store(input)).toEqual({
      outcome: 'FAILED',
      errors: [{ code: 'INVALID', path }],
      settings: null,
    });
    expect(shop.calls()).toEqual([]);
  });

  test('of a channel override those of the store until null removes the override', async () => {
    const own = { policyUrl: 'https://channel.example.org', askShopperForTrackingConsent: false };
    expect(await channel({ channelId: 1, privacy: own, allowGlobalLogins: false })).toMatchObject({
      outcome: 'UPDATED',
      settings: { allowGlobalLogins: false, privacy: own },
    });
    expect(await channel({ channelId: 1, privacy: { policyUrl: null } })).toMatchObject({
      settings: { allowGlobalLogins: false, privacy: { ...own, policyUrl: null } },
    });
    expect(await channel({ channelId: 1, privacy: null })).toMatchObject({
      settings: { privacy: { askShopperForTrackingConsent: null, policyUrl: null } },
    });
  });

  test.each([
    [{ channelId: 1 }, 'INVALID', []],
    [{ channelId: 0, allowGlobalLogins: true }, 'INVALID', ['channelId']],
    [{ channelId: 1, allowGlobalLogins: null }, 'INVALID', ['allowGlobalLogins']],
    [{ channelId: 99, allowGlobalLogins: true }, 'NOT_FOUND', []],
  ])('of a channel cannot be %j', async (input, code, path) => {
    expect(await channel(input)).toEqual({ outcome: 'FAILED', errors: [{ code, path }], settings: null });
  });

  test.each(['updateCustomersSettings', 'updateCustomersSettingsChannel'])(
    'with a lost response are read back (%s)',
    async (operation) => {
      for (const when of ['before-commit', 'after-commit'] as const) {
        shop.sandbox.faults.set([{ operations: [operation], maxCalls: 1, fault: { kind: 'cut', when } }]);
        const privacy = { policyUrl: `https://example.org/${when}` };
        const payload =
          operation === 'updateCustomersSettings'
            ? await store({ privacy })
            : await channel({ channelId: 1, privacy });
        expect(payload).toMatchObject({ outcome: 'UPDATED', settings: { privacy } });
      }
    },
  );
});

describe('credentials', () => {
  const check = (password: string, more = '') =>
    `mutation { validateCustomerCredentials(input: { email: "ada@example.org", password: "${password}" ${more} }) { isValid customerEntityId customer { email company } } }`;

  async function signUp(): Promise<void> {
    expect(await writeOne('createCustomers', { ...ada, authentication: { newPassword: PASSWORD } })).toEqual([
      'CREATED',
    ]);
    shop.calls();
  }

  test('are valid or invalid, and valid ones return their customer', async () => {
    await signUp();
    expect((await shop.executeText(check(PASSWORD))).data.validateCustomerCredentials).toMatchObject({
      isValid: true,
      customer: { email: 'ada@example.org', company: null },
    });
    expect(shop.calls().map((call) => call.split('?')[0])).toEqual([
      'POST /customers/validate-credentials',
      'GET /customers',
    ]);
    expect((await shop.executeText(check('wrong'))).data.validateCustomerCredentials).toEqual({
      isValid: false,
      customerEntityId: null,
      customer: null,
    });
    expect((await shop.executeText(check(PASSWORD, 'channelId: 0'))).errors[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });

  test('are checked once per field, and not again after a failure', async () => {
    await signUp();
    const twice = `mutation {
      a: validateCustomerCredentials(input: { email: "x@y.org", password: "p" }) { isValid }
      b: validateCustomerCredentials(input: { email: "x@y.org", password: "p" }) { isValid }
    }`;
    expect((await shop.executeText(twice)).data).toEqual({ a: { isValid: false }, b: { isValid: false } });
    expect(shop.calls()).toHaveLength(2);
    for (const [fault, code] of [
      [{ kind: 'cut', when: 'before-commit' }, 'UPSTREAM_UNAVAILABLE'],
      [{ kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
      [{ kind: 'status', status: 429 }, 'UPSTREAM_RATE_LIMITED'],
      [{ kind: 'truncate' }, 'UPSTREAM_BAD_RESPONSE'],
      [{ kind: 'body', body: '{}' }, 'UPSTREAM_BAD_RESPONSE'],
    ] as const) {
      shop.sandbox.faults.set([{ operations: ['validateCustomerCredentials'], fault }]);
      const { data, errors } = await shop.executeText(check(PASSWORD));
      expect(data).toEqual({ validateCustomerCredentials: null });
      expect(errors[0]?.extensions.code).toBe(code);
      expect(shop.calls()).toHaveLength(1);
    }
  });

  test('checks are throttled after too many attempts, with a retry delay', async () => {
    const headers = { 'x-retry-after': '30' };
    shop.sandbox.faults.set([
      { operations: ['validateCustomerCredentials'], fault: { kind: 'status', status: 429, headers } },
    ]);
    const { errors } = await shop.executeText(check('guess'));
    expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 30_000 });
    shop.sandbox.faults.clear();
    const codes: unknown[] = [];
    // Several customers, because the gateway itself throttles checks of one.
    for (let i = 0; i < 11; i += 1) {
      const mutation = check(`guess ${i}`).replace('ada@', `ada${i}@`);
      codes.push((await shop.executeText(mutation)).errors[0]?.extensions.code);
    }
    expect(codes.at(-1)).toBe('UPSTREAM_RATE_LIMITED');
  });
});

test('responses, logs and explanations contain no password', async () => {
  const said: string[] = [];
  async function ask(query: string, variables: object, extensions: object): Promise<void> {
    const response = await post(shop, { query, variables, extensions }, 'application/json');
    said.push(await response.text());
  }
  const before = shop.log.length;
  const operations: [string, object][] = [
    [
      'mutation ($input: CreateCustomersInput!) { createCustomers(input: $input) { results { outcome errors { message } customer { email } } } }',
      { input: { customers: [{ ...ada, authentication: { newPassword: PASSWORD } }] } },
    ],
    [
      `mutation { updateCustomers(input: { customers: [{ entityId: 1, authentication: { newPassword: "${PASSWORD}" } }, { entityId: 999, company: "x" }] }) { results { outcome errors { message } } } }`,
      {},
    ],
    [
      `mutation { validateCustomerCredentials(input: { email: "ada@example.org", password: "${PASSWORD}" }) { isValid } }`,
      {},
    ],
    [
      'mutation ($password: String!) { validateCustomerCredentials(input: { email: "a@b.org", password: $password }) { isValid } }',
      { password: [PASSWORD] },
    ],
    [
      `mutation { validateCustomerCredentials(input: { email: "a@b.org", password: "${PASSWORD}", nonsense: 1 }) { isValid } }`,
      {},
    ],
    [
      `mutation { validateCustomerCredentials(input: { email: 5, password: ${PASSWORD.replaceAll('-', '_')} }) { isValid } }`,
      {},
    ],
  ];
  const WRITERS = ['createCustomers', 'updateCustomers', 'validateCustomerCredentials'];
  const faults = [
    [],
    [
      {
        fault: { kind: 'cut', when: 'after-commit' },
        operations: ['createCustomers', 'updateCustomers'],
        times: 2,
      },
    ],
    [{ fault: { kind: 'status', status: 422, title: `No: "${PASSWORD}"` }, operations: WRITERS }],
  ] as const;
  for (const rules of faults) {
    shop.sandbox.faults.set(rules as never);
    for (const [query, variables] of operations) {
      for (const extensions of [{}, { upstream: true, explain: true }, { explain: 'only' }]) {
        await ask(query, variables, extensions);
      }
    }
  }
  expect(said).toHaveLength(operations.length * faults.length * 3);
  expect(said.join('\n')).not.toContain(PASSWORD);
  expect(said.join('\n')).not.toContain(PASSWORD.replaceAll('-', '_'));
  expect(shop.log.length).toBeGreaterThan(before);
  expect(shop.log.join('\n')).not.toContain(PASSWORD);
});

describe('after a write', () => {
  test('payload fields and later writes of the same operation return the written data', async () => {
    const { data, errors } = await shop.executeText(`mutation {
      first: updateCustomers(input: { customers: [{ entityId: 1, company: "One" }] }) {
        results { customer { company addresses { totalCount } consent { allow } metafields { totalCount } } }
      }
      addresses: createCustomerAddresses(input: { addresses: [{ customerEntityId: 1, firstName: "A", lastName: "B", address1: "x", city: "y", countryCode: "GB" }] }) {
        results { address { customer { company addresses { totalCount } } } }
      }
      consent: updateCustomerConsent(input: { customers: [{ customerEntityId: 1, allow: [TARGETING], deny: [] }] }) {
        results { consent { allow } }
      }
      metafields: createCustomerMetafields(input: { metafields: [{ customerEntityId: 1, namespace: "n", key: "k", value: "v", permissionSet: READ }] }) {
        results { metafield { customer { consent { allow } metafields(namespaces: ["n"]) { totalCount } } } }
      }
      second: updateCustomers(input: { customers: [{ entityId: 1, company: "Two" }] }) {
        results { customer { company addresses { totalCount } } }
      }
      gone: deleteCustomers(input: { entityIds: [2] }) { results { outcome } }
      orphan: upsertCustomerAttributeValues(input: { values: [{ customerEntityId: 2, attributeEntityId: 1, value: "x" }] }) {
        results { outcome }
      }
    }`);
    expect(errors).toEqual([]);
    const customer = (payload: { results: { customer: { addresses: { totalCount: number } } }[] }) =>
      payload.results[0]?.customer;
    const count = customer(data.first)?.addresses.totalCount ?? 0;
    expect(data.addresses.results[0].address.customer).toEqual({
      company: 'One',
      addresses: { totalCount: count + 1 },
    });
    expect(data.metafields.results[0].metafield.customer).toEqual({
      consent: { allow: ['TARGETING'] },
      metafields: { totalCount: 1 },
    });
    expect(customer(data.second)).toEqual({ company: 'Two', addresses: { totalCount: count + 1 } });
    expect([data.gone.results[0].outcome, data.orphan.results[0].outcome]).toEqual(['DELETED', 'FAILED']);
  });

  test('old names and deleted attribute definitions are no longer cached', async () => {
    const names = async () => {
      const { data } = await shop.executeText('{ customerAttributeDefinitions { entityId name } }');
      return new Map(
        data.customerAttributeDefinitions.map(({ entityId, name }: { entityId: number; name: string }) => [
          entityId,
          name,
        ]),
      );
    };
    await names();
    await writeOne('updateCustomerAttributeDefinitions', { entityId: 1, name: 'Renamed' });
    expect((await names()).get(1)).toBe('Renamed');
    await writeOne('createCustomerAttributeDefinitions', { name: 'Brand new', type: 'DATE' });
    expect([...(await names()).values()]).toContain('Brand new');
    await writeOne('deleteCustomerAttributeDefinitions', 1);
    expect((await names()).has(1)).toBe(false);
  });

  test('customer fields that the write response lacks are read in one call for all customers', async () => {
    const customers = Array.from({ length: 20 }, (_, i) => ({ entityId: i + 1, company: 'x' }));
    await run(
      'updateCustomers',
      'UpdateCustomersInput',
      { customers },
      'results { customer { company storeCredit { amount } } }',
    );
    expect(shop.sandbox.requests.counts()).toEqual({ updateCustomers: 2 });
    shop.calls();
    await run(
      'updateCustomers',
      'UpdateCustomersInput',
      { customers: customers.slice(0, 3) },
      'results { customer { addressCount formFields { name } attributes { value } segmentIds } }',
    );
    expect(shop.sandbox.requests.counts()).toEqual({ updateCustomers: 1, getCustomers: 1 });
  });
});

const AT_ONCE = {
  createCustomers: 10,
  updateCustomers: 3,
  createCustomersAddresses: 10,
  updateCustomersAddresses: 3,
  upsertCustomersAttributeValues: 3,
  updateCustomerFormFieldValues: 10,
  updateCustomerConsent: 3,
  createCustomersMetafields: 3,
  updateCustomersMetafields: 3,
};

test('concurrent writes reach the concurrency limit of the store and never exceed it', async () => {
  // The store holds all responses back until the expected number of calls has arrived, and leaves time for one more.
  let expected: keyof typeof AT_ONCE | undefined;
  let open = () => {};
  let gate = Promise.resolve();
  async function sleep(ms: number): Promise<void> {
    const { [expected ?? '']: calls = 0 } = slow.sandbox.concurrency.peak();
    if (expected === undefined || calls >= AT_ONCE[expected]) open();
    await gate;
    await delay(ms);
  }
  const slow = await startGatewayOnSandbox({ customers: 100, latencyMs: 5, sleep }, { lateWriteMs: 50 });
  // It reads before it writes, and the gate would hold that back.
  await learnAddressIds(slow);
  const most: Record<string, number> = {};
  for (const kind of MUTATION_CASES.filter(({ entity }) => entity !== 'attribute')) {
    const items = await kind.items(createStoreClient(slow.sandbox), 100);
    slow.sandbox.concurrency.clear();
    gate = new Promise((resolve) => {
      open = resolve;
    });
    expected = Object.keys(kind.calls(100)).find((operation) => operation in AT_ONCE) as typeof expected;
    const { data } = await slow.executeText(caseDocument(kind), { input: { [kind.list]: items } });
    expected = undefined;
    expect(data[kind.mutation].summary.failed).toBe(0);
    Object.assign(most, slow.sandbox.concurrency.peak());
    slow.sandbox.reset();
  }
  for (const [operation, calls] of Object.entries(most)) {
    expect(calls, operation).toBeLessThanOrEqual(MAX_CONCURRENCY.get(operation) ?? calls);
  }
  expect(most).toMatchObject(AT_ONCE);
  await slow.close();
});

test('a stopping gateway reports the outcome of each item', async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  // The first three batches are in flight at the store when the gateway is stopped.
  let arrived = 0;
  async function sleep(): Promise<void> {
    arrived += 1;
    if (arrived === 3) {
      stopping.app.drain();
      open();
    }
    await gate;
  }
  const stopping = await startGatewayOnSandbox({ customers: 100, latencyMs: 1, sleep }, { lateWriteMs: 50 });
  const customers = Array.from({ length: 100 }, (_, i) => ({ entityId: i + 1, company: 'stopped' }));
  const { results, summary } = await run(
    'updateCustomers',
    'UpdateCustomersInput',
    { customers },
    'results { outcome errors { code } } summary { updated notAttempted }',
    stopping,
  );
  expect(summary).toEqual({ updated: 30, notAttempted: 70 });
  expect(results[99]).toEqual({ outcome: 'NOT_ATTEMPTED', errors: [{ code: 'CANCELLED' }] });
  expect(stopping.sandbox.requests.counts()).toEqual({ updateCustomers: 3 });
  await stopping.close();
});

describe('the cost of a write', () => {
  // No test writes, so the store's ids never start again, and tell which addresses are new.
  let shop: Shop;
  let store: StoreClient;
  beforeAll(async () => {
    shop = await startGatewayOnSandbox({ customers: 40 }, { maxCalls: 1_100 });
    store = createStoreClient(shop.sandbox);
    await learnAddressIds(shop);
    // Deletes of attribute values need the definitions.
    await shop.executeText('{ customerAttributeDefinitions { entityId } }');
  });
  beforeEach(() => shop.sandbox.reset());
  afterAll(() => shop.close());

  async function planOf(query: string, variables: object = {}) {
    const response = await shop.app.yoga.fetch(
      'http://gateway/graphql',
      jsonPost({ query, variables, extensions: { explain: 'only' } }),
    );
    const { extensions } = (await response.json()) as { extensions: { upstream: { estimate: number } } };
    return extensions.upstream.estimate;
  }

  test.each(MUTATION_CASES.map((kind) => [kind.mutation, kind] as const))(
    '%s is known before any call',
    async (_name, kind) => {
      const items = await kind.items(store, 25);
      shop.calls();
      const cost =
        kind.estimate?.(25) ?? Object.values(kind.calls(25)).reduce((sum, calls) => sum + calls, 0);
      expect(await planOf(caseDocument(kind), { input: { [kind.list]: items } })).toBe(cost);
      expect(shop.calls()).toEqual([]);
    },
  );

  test('includes the selected fields of each result', async () => {
    const cost = (selection: string) =>
      planOf(
        `mutation ($input: UpdateCustomersInput!) { updateCustomers(input: $input) { results { ${selection} } } }`,
        { input: { customers: Array.from({ length: 25 }, (_, i) => ({ entityId: i + 1 })) } },
      );
    expect(await cost('outcome')).toBe(3);
    expect(await cost('customer { email storeCredit { amount } }')).toBe(3);
    expect(await cost('customer { formFields { name } }')).toBe(4);
    expect(await cost('customer { consent { allow } }')).toBe(28);
    expect(await cost('existing { email }')).toBe(3);
    expect(await cost('existing { formFields { name } } customer { formFields { name } }')).toBe(4);
    expect(await cost('existing { consent { allow } } customer { consent { allow } }')).toBe(28);
  });

  test('includes the reads for consent, and a credentials check with its customer', async () => {
    const mutation =
      'mutation { updateCustomerConsent(input: { customers: [{ customerEntityId: 1, allow: [] }, { customerEntityId: 2, allow: [], deny: [] }] }) { results { outcome } } }';
    expect(await planOf(mutation)).toBe(3);
    const credentials = 'mutation { validateCustomerCredentials(input: { email: "a@b.org", password: "p" })';
    expect(await planOf(`${credentials} { isValid } }`)).toBe(1);
    expect(await planOf(`${credentials} { customer { email } } }`)).toBe(2);
  });
});
