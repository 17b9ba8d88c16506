import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { createGateway } from '../support/gateway.ts';
import { caseDocument, MUTATION_CASES } from '../support/mutation-cases.ts';
import { mapStrings, type RewritingProxyOptions, startRewritingProxy } from '../support/rewriting-proxy.ts';

/** A gateway in front of a store that changes what it is sent, or its responses. */
async function start(options: Omit<RewritingProxyOptions, 'store'>) {
  const sandbox = await startSandbox({ quota: 0, customers: 12 });
  const proxy = await startRewritingProxy({ store: sandbox.url, ...options });
  const gateway = createGateway({ baseUrl: proxy.url, accessToken: sandbox.token, lateWriteMs: 50 });
  return {
    sandbox,
    gateway,
    async close() {
      await gateway.close();
      await proxy.close();
      await sandbox.close();
    },
  };
}

type Shop = Awaited<ReturnType<typeof start>>;

interface Result {
  readonly outcome: string;
  readonly errors: readonly { readonly code: string }[];
}

function caseOf(mutation: string) {
  const found = MUTATION_CASES.find((each) => each.mutation === mutation);
  if (!found) throw new Error(`there is no ${mutation}`);
  return found;
}

async function write(
  { gateway }: Shop,
  mutation: string,
  items: readonly unknown[],
): Promise<readonly Result[]> {
  const kind = caseOf(mutation);
  const { data, errors } = await gateway.executeText(caseDocument(kind), { input: { [kind.list]: items } });
  expect(errors).toEqual([]);
  return data[mutation].results;
}

const outcomesOf = (results: readonly Result[]) => results.map(({ outcome }) => outcome);

/** Fields with a fixed set of values, and the e-mail address, which has tests of its own. */
const FIXED = new Set(['type', 'permission_set', 'address_type', 'country_code', 'email']);

// The sandbox accepts no codes.
const stateName = (text: string) => ({ CA: 'California', NY: 'New York' })[text] ?? text;

const RESPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  'writes state codes as names': (text) => text,
  'drops emoji and collapses blanks': (text) =>
    text
      .replaceAll(/\p{Extended_Pictographic}/gu, '')
      .replaceAll(/ +/g, ' ')
      .trim(),
  'escapes ampersands': (text) => text.replaceAll('&', '&amp;'),
  'composes Unicode': (text) => text.normalize('NFC'),
  'changes the case': (text) => text.toLowerCase(),
  'replaces everything but ASCII': (text) =>
    text
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .replaceAll(/[^ -~]/g, '?'),
};

const AWKWARD = 'Mu\u0308ller  &  So\u0308hne 🙂';
const WORDS = ['Alpha', 'Beta', 'Gamma'];

const address = (customerEntityId: number, word: string) => ({
  customerEntityId,
  firstName: AWKWARD,
  lastName: 'B',
  company: AWKWARD,
  address1: `${word} ${AWKWARD}`,
  city: 'Town',
  stateOrProvince: 'CA',
  postalCode: '90001',
  countryCode: 'US',
});

function nestedAddress(word: string) {
  const { customerEntityId: _, ...nested } = address(1, word);
  return nested;
}

/** Three items for each mutation whose response contains strings that were sent. */
const ITEMS: Readonly<Record<string, readonly unknown[]>> = {
  createCustomers: WORDS.map((word) => ({
    email: `${word}@example.org`,
    firstName: AWKWARD,
    lastName: word,
    addresses: [nestedAddress(word)],
  })),
  updateCustomers: [1, 2, 3].map((entityId) => ({ entityId, company: AWKWARD, notes: AWKWARD })),
  createCustomerAddresses: WORDS.map((word) => address(1, word)),
  updateCustomerAddresses: [1, 2, 3].map((entityId) => ({ entityId, address1: `${entityId} ${AWKWARD}` })),
  createCustomerAttributeDefinitions: WORDS.map((word) => ({ name: `${word} ${AWKWARD}`, type: 'STRING' })),
  updateCustomerAttributeDefinitions: [1, 2, 3].map((entityId) => ({
    entityId,
    name: `${entityId} ${AWKWARD}`,
  })),
  upsertCustomerAttributeValues: [1, 2, 3].map((customerEntityId) => ({
    customerEntityId,
    attributeEntityId: 1,
    value: AWKWARD,
  })),
  createCustomerMetafields: WORDS.map((key) => ({
    customerEntityId: 1,
    namespace: `Tests ${AWKWARD}`,
    key: `${key} ${AWKWARD}`,
    value: AWKWARD,
    permissionSet: 'READ',
  })),
};

async function expectAllWritten(shop: Shop, mutation: string, items: readonly unknown[]): Promise<void> {
  const kind = caseOf(mutation);
  shop.sandbox.reset();
  const results = await write(shop, mutation, items);
  // Some customers of the sandbox have a value for the attribute.
  const expected = mutation.startsWith('upsert') ? /^(CREATED|UPDATED)$/ : new RegExp(`^${kind.outcome}$`);
  for (const outcome of outcomesOf(results)) expect(outcome).toMatch(expected);
  // Not one call to read back. The first write of addresses in a process learns their highest id.
  const { getCustomersAddresses: _, ...calls } = shop.sandbox.requests.counts();
  expect(calls).toEqual(kind.calls(items.length));
  // The sandbox writes in the order of the items.
  const changes = shop.sandbox.ledger.list().filter((entry) => entry.kind === kind.entity);
  const ids = results
    .flatMap((result) => Object.values(result).map((value) => value?.entityId))
    .filter(Boolean);
  expect(ids).toEqual(changes.map(({ id }) => id).filter((id) => kind.entity !== 'attribute-value' || id));
}

describe.each(Object.entries(RESPELLINGS))('in a store that %s', (_how, respell) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await start({ request: (body) => mapStrings(body, (text) => respell(stateName(text)), FIXED) });
  });
  afterAll(() => shop.close());

  test.each(Object.entries(ITEMS))(
    '%s gives every item its record, without a read-back',
    async (mutation, items) => {
      await expectAllWritten(shop, mutation, items);
    },
  );
});

describe.each(Object.entries(RESPELLINGS))('in a store that %s', (_how, respell) => {
  test.each(Object.entries(ITEMS))(
    '%s writes nothing twice after a lost response',
    async (mutation, items) => {
      const shop = await start({
        request: (body) => mapStrings(body, (text) => respell(stateName(text)), FIXED),
      });
      const kind = caseOf(mutation);
      const operations = Object.keys(kind.calls(items.length)).filter((name) => !name.startsWith('get'));
      shop.sandbox.faults.set([{ operations, maxCalls: 1, fault: { kind: 'cut', when: 'after-commit' } }]);
      const results = await write(shop, mutation, items);
      for (const outcome of outcomesOf(results)) expect(outcome).toMatch(/^(CREATED|UPDATED|UNKNOWN)$/);
      const entries = shop.sandbox.ledger.list().filter((entry) => entry.kind === kind.entity);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(items.length);
      await shop.close();
    },
  );
});

describe('in a store that answers in another order', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await start({
      request: (body) => mapStrings(body, stateName),
      response(body) {
        const { data } = body as { data: unknown };
        return Array.isArray(data) ? { ...(body as object), data: data.toReversed() } : body;
      },
    });
  });
  afterAll(() => shop.close());

  test.each(Object.entries(ITEMS))('%s gives every item its record', async (mutation, items) => {
    await expectAllWritten(shop, mutation, items);
  });

  test('createCustomerAddresses gives every item its record if only the types differ', async () => {
    const types = ['COMMERCIAL', undefined];
    await expectAllWritten(
      shop,
      'createCustomerAddresses',
      types.map((addressType) => ({ ...address(1, 'x'), addressType })),
    );
  });
});

describe('in a store with rules of its own', () => {
  let shop: Shop;
  let rules: Omit<RewritingProxyOptions, 'store'>;
  beforeEach(async () => {
    rules = {};
    shop = await start({
      request: (body) => rules.request?.(body) ?? body,
      response: (body, call) => rules.response?.(body, call) ?? body,
    });
  });
  afterEach(() => shop.close());

  test.each([
    ['j@exa\u0308mple.ch', 'j@xn--exmple-cua.ch'],
    ['J@EXAMPLE.ORG', 'j@example.org'],
  ])(
    'a customer with the e-mail address %s, which the store spells %s, is CREATED once',
    async (email, stored) => {
      rules = { request: (body) => mapStrings(body, (text) => (text === email ? stored : text)) };
      const items = [
        { email, firstName: 'Jo', lastName: 'B' },
        { email: 'kim@example.org', firstName: 'Kim', lastName: 'C' },
      ];
      const operations = ['createCustomers'];
      shop.sandbox.faults.set([{ operations, maxCalls: 1, fault: { kind: 'cut', when: 'after-commit' } }]);
      expect(outcomesOf(await write(shop, 'createCustomers', items))).toEqual(['CREATED', 'CREATED']);
      const created = shop.sandbox.ledger.list().filter(({ kind }) => kind === 'customer');
      expect(created.map(({ key }) => key)).toEqual([stored, 'kim@example.org']);
    },
  );

  describe('an address that the customer has in another spelling', () => {
    test('is UNCHANGED, with the existing record, and its neighbours are CREATED', async () => {
      rules = { request: (body) => mapStrings(body, (text) => stateName(text).replaceAll('&', '&amp;')) };
      const [first, second, third] = WORDS.map((word) => address(1, word));
      await write(shop, 'createCustomerAddresses', [first]);
      const existing = shop.sandbox.ledger.list().find(({ kind }) => kind === 'address')?.id;
      const results = await write(shop, 'createCustomerAddresses', [second, first, third]);
      expect(outcomesOf(results)).toEqual(['CREATED', 'UNCHANGED', 'CREATED']);
      expect(results[1]).toMatchObject({ errors: [{ code: 'DUPLICATE' }], address: { entityId: existing } });
    });

    test('is UNCHANGED without a record if it cannot be identified, and is not sent again', async () => {
      rules = {
        request: (body) => mapStrings(body, (text) => (text === 'Elsewhere' ? 'Here' : stateName(text))),
      };
      const here = { ...address(1, ''), address1: 'Here' };
      await write(shop, 'createCustomerAddresses', [here]);
      shop.sandbox.requests.clear();
      const results = await write(shop, 'createCustomerAddresses', [{ ...here, address1: 'Elsewhere' }]);
      expect(results).toMatchObject([
        { outcome: 'UNCHANGED', errors: [{ code: 'DUPLICATE' }], address: null },
      ]);
      expect(shop.sandbox.requests.counts()).toEqual({
        createCustomersAddresses: 1,
        getCustomersAddresses: 1,
      });
    });

    test('is UNCHANGED if an update would make another address equal to it', async () => {
      rules = { request: (body) => mapStrings(body, stateName) };
      await write(shop, 'createCustomerAddresses', [
        address(1, 'Alpha'),
        { ...address(1, 'Beta'), city: 'X' },
      ]);
      const [first, second] = shop.sandbox.ledger.list().filter(({ kind }) => kind === 'address');
      const { customerEntityId: _, ...values } = address(1, 'Alpha');
      const results = await write(shop, 'updateCustomerAddresses', [{ entityId: second?.id, ...values }]);
      expect(results).toMatchObject([{ outcome: 'UNCHANGED', address: { entityId: first?.id } }]);
    });
  });

  test.each([
    ['updateCustomers', { entityId: 5, company: 'Mine' }, 'PUT /customers'],
    ['updateCustomerAddresses', { entityId: 5, address1: 'Mine' }, 'PUT /customers/addresses'],
    ['updateCustomerAttributeDefinitions', { entityId: 5, name: 'Mine' }, 'PUT /customers/attributes'],
  ])('%s does not report a record with another id', async (mutation, item, call) => {
    rules = {
      response(body, answered) {
        if (answered !== call) return body;
        const { data } = body as { data: object[] };
        return { data: data.map((record) => ({ ...record, id: 7 })), meta: {} };
      },
    };
    const results = await write(shop, mutation, [item]);
    expect(results).toMatchObject([{ outcome: 'UPDATED' }]);
    expect(JSON.stringify(results)).toContain('"entityId":5');
  });

  test.each([
    ['createCustomers', { email: 'ada@example.org', firstName: 'Ada', lastName: 'King' }, 'POST /customers'],
    ['createCustomerMetafields', ITEMS.createCustomerMetafields?.[0], 'POST /customers/1/metafields'],
    ['createCustomerAddresses', address(1, 'Alpha'), 'POST /customers/addresses'],
  ])('%s does not report the record of someone else', async (mutation, item, call) => {
    rules = {
      request: (body) => mapStrings(body, stateName),
      response(body, answered) {
        if (answered !== call) return body;
        const change = (record: object) => ({
          ...record,
          id: 7,
          ...('email' in record ? { email: 'eve@example.org', first_name: 'Eve' } : {}),
          ...('resource_id' in record && { resource_id: 2 }),
          ...('customer_id' in record && { customer_id: 2 }),
        });
        const { data } = body as { data: object | object[] };
        return { data: Array.isArray(data) ? data.map(change) : change(data), meta: {} };
      },
    };
    const results = await write(shop, mutation, [item]);
    expect(JSON.stringify(results)).not.toContain('"entityId":7');
    expect(results[0]?.outcome).toMatch(/^(CREATED|UNKNOWN)$/);
  });

  test('an attribute value is read from a response that calls it `value`', async () => {
    rules = {
      response(body, call) {
        if (call !== 'PUT /customers/attribute-values') return body;
        const { data } = body as { data: { attribute_value: string }[] };
        return {
          data: data.map(({ attribute_value: value, ...record }) => ({ ...record, value })),
          meta: {},
        };
      },
    };
    const { data } = await shop.gateway.executeText(
      'mutation { upsertCustomerAttributeValues(input: { values: [{ customerEntityId: 1, attributeEntityId: 1, value: "blue" }] }) { results { value { value } } } }',
    );
    expect(data.upsertCustomerAttributeValues.results[0].value.value).toBe('blue');
  });

  test('a form field value is matched although the store spells the name differently', async () => {
    rules = {
      response(body, call) {
        return call === 'PUT /customers/form-field-values'
          ? mapStrings(body, (text) => text.toUpperCase())
          : body;
      },
    };
    const values = ['Nickname', 'Anything we should know?'].map((name) => ({
      owner: { customerEntityId: 1 },
      name,
      value: { text: 'x' },
    }));
    expect(outcomesOf(await write(shop, 'upsertFormFieldValues', values))).toEqual(['UPDATED', 'UPDATED']);
    expect(shop.sandbox.requests.counts()).toEqual({ updateCustomerFormFieldValues: 1 });
  });
});
