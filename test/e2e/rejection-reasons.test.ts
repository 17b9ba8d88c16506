import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { createGateway } from '../support/gateway.ts';
import { caseDocument, MUTATION_CASES, type MutationCase } from '../support/mutation-cases.ts';
import { type RewritingProxyOptions, startRewritingProxy } from '../support/rewriting-proxy.ts';

async function start() {
  const sandbox = await startSandbox({ quota: 0, customers: 25 });
  let reject: NonNullable<RewritingProxyOptions['reject']> = () => null;
  const proxy = await startRewritingProxy({
    store: sandbox.url,
    reject: (items, call) => reject(items, call),
  });
  const gateway = createGateway({ baseUrl: proxy.url, accessToken: sandbox.token, lateWriteMs: 50 });
  return {
    sandbox,
    gateway,
    rejectWith(next: typeof reject) {
      reject = next;
    },
    async close() {
      await gateway.close();
      await proxy.close();
      await sandbox.close();
    },
  };
}

let shop: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  shop = await start();
});
beforeEach(() => {
  shop.rejectWith(() => null);
  shop.sandbox.reset();
});
afterAll(() => shop.close());

interface Result {
  readonly outcome: string;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: string[] }[];
}

async function write(kind: MutationCase, items: readonly unknown[]): Promise<readonly Result[]> {
  const { data, errors } = await shop.gateway.executeText(caseDocument(kind), {
    input: { [kind.list]: items },
  });
  expect(errors).toEqual([]);
  return data[kind.mutation].results;
}

const kinds = MUTATION_CASES.map((kind) => [kind.mutation, kind] as const);

/** Values of enums, which an error may name. */
const ENUM_VALUES: readonly string[] = ['string', 'read', 'analytics', 'residential'];

/** The strings in a JSON value that are recognisable as a value of the caller. */
function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length < 4 || ENUM_VALUES.includes(value) ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

const FORMATS: Readonly<Record<string, (reason: string) => { status: number; body: object }>> = {
  'a detail': (detail) => ({ status: 400, body: { status: 400, title: 'Bad Request', type: 'x', detail } }),
  'a title': (title) => ({ status: 422, body: { status: 422, title, type: 'x', errors: {} } }),
  'a message': (message) => ({ status: 422, body: { code: 422, message } }),
  'a text with an index': (text) => ({ status: 422, body: { title: 'No.', errors: { '0.x': text } } }),
  'a list with an index in brackets': (text) => ({
    status: 422,
    body: { title: 'No.', errors: { '[0].x': [text] } },
  }),
  'an object': (text) => ({ status: 422, body: { title: 'No.', errors: { 0: { x: [text] } } } }),
  'a list of responses': (message) => ({
    status: 422,
    body: { data: [], errors: [{ status: 422, errors: { 0: message } }] },
  }),
  'a 403': (title) => ({ status: 403, body: { status: 403, title, type: 'x', errors: {} } }),
};

describe.each(kinds)('%s reports the reason of the store', (_mutation, kind) => {
  test.each(Object.entries(FORMATS))('from %s, without what was sent', async (_format, respond) => {
    const [item] = await kind.items(createStoreClient(shop.sandbox), 1);
    let sent: readonly string[] = [];
    shop.rejectWith((items) => {
      sent = stringsIn(items);
      return respond(`It can't be: ${sent.slice(0, 3).join(', ')}`);
    });
    const [result] = await write(kind, [item]);
    expect(result).toMatchObject({
      outcome: 'FAILED',
      errors: [{ message: expect.stringContaining("It can't be") }],
    });
    for (const value of sent)
      expect(result?.errors[0]?.message.toLowerCase()).not.toContain(value.toLowerCase());
    expect(result?.errors[0]?.message).not.toMatch(/scope/);
  });

  test('and names the scope only if the store does', async () => {
    const [item] = await kind.items(createStoreClient(shop.sandbox), 1);
    const title = "You don't have a required scope to access the endpoint";
    shop.rejectWith(() => ({ status: 403, body: { status: 403, title, errors: {} } }));
    const [result] = await write(kind, [item]);
    expect(result).toMatchObject({
      outcome: 'FAILED',
      errors: [{ code: 'FORBIDDEN', message: expect.stringContaining('the scope store_v2_customers.') }],
    });
  });
});

/** The mutations that change or delete records by id, whose batches are sent as JSON. */
const BATCHES: Readonly<Record<string, (item: unknown) => unknown>> = {
  updateCustomers: (item) => (item as { id: number }).id,
  updateCustomerAddresses: (item) => (item as { id: number }).id,
  updateCustomerAttributeDefinitions: (item) => (item as { id: number }).id,
  upsertCustomerAttributeValues: (item) => (item as { customer_id: number }).customer_id,
  upsertFormFieldValues: (item) => JSON.stringify(item),
  updateCustomerMetafields: (item) => (item as { id: number }).id,
  deleteCustomerMetafields: (item) => item,
};

test.each(Object.keys(BATCHES))(
  '%s divides a batch of which one record belongs to another app',
  async (mutation) => {
    const kind = MUTATION_CASES.find((each) => each.mutation === mutation);
    const keyOf = BATCHES[mutation];
    if (!kind || !keyOf) throw new Error(`there is no ${mutation}`);
    const items = await kind.items(createStoreClient(shop.sandbox), 5);
    let foreign: unknown;
    shop.rejectWith((sent, call) => {
      const list = [sent].flat();
      foreign ??= keyOf(list[3]);
      // A call for one metafield has its id in the path.
      const isForeign =
        list.some((item) => item !== null && keyOf(item) === foreign) || call.endsWith(`/${foreign}`);
      return isForeign
        ? { status: 403, body: { status: 403, title: 'It belongs to another app', errors: {} } }
        : null;
    });
    const results = await write(kind, items);
    expect(results.map(({ outcome }) => outcome)).toEqual(
      items.map((_, index) =>
        index === 3 ? 'FAILED' : expect.stringMatching(/^(CREATED|UPDATED|DELETED)$/),
      ),
    );
    expect(results[3]?.errors).toMatchObject([
      { code: 'FORBIDDEN', message: 'The store rejected the item: It belongs to another app.' },
    ]);
  },
);

test('a create that is forbidden is not divided, and reports the reason for each item', async () => {
  const kind = MUTATION_CASES.find(({ mutation }) => mutation === 'createCustomers');
  if (!kind) throw new Error('there is no createCustomers');
  let calls = 0;
  shop.rejectWith(() => {
    calls += 1;
    return { status: 403, body: { status: 403, title: 'The plan allows no more', errors: {} } };
  });
  const results = await write(kind, await kind.items(createStoreClient(shop.sandbox), 5));
  expect(results.map(({ errors }) => errors[0])).toMatchObject(
    results.map(() => ({
      code: 'FORBIDDEN',
      message: 'The store rejected the call: The plan allows no more.',
    })),
  );
  expect(calls).toBe(1);
});

/** The mutations of settings, whose input is the only item. */
const SETTINGS = {
  updateCustomerSettings: {
    type: 'UpdateCustomerSettingsInput',
    input: { privacy: { policyUrl: 'https://secret.example.org/policy' } },
  },
  updateChannelCustomerSettings: {
    type: 'UpdateChannelCustomerSettingsInput',
    input: { channelId: 1, privacy: { policyUrl: 'https://secret.example.org/policy' } },
  },
};

describe.each(Object.entries(SETTINGS))('%s reports the reason of the store', (mutation, { type, input }) => {
  async function update() {
    const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { outcome errors { code message path } settings { privacy { policyUrl } } } }`;
    const { data, errors } = await shop.gateway.executeText(text, { input });
    expect(errors).toEqual([]);
    return data[mutation];
  }

  test.each(Object.entries(FORMATS).filter(([format]) => !/index|list of responses|object/.test(format)))(
    'from %s, without what was sent',
    async (_format, respond) => {
      shop.rejectWith(() => respond(`It can't be: ${input.privacy.policyUrl}`));
      const result = await update();
      expect(result).toMatchObject({ outcome: 'FAILED', settings: null });
      expect(result.errors).toHaveLength(1);
      expect(result.errors[0].message).toContain("It can't be");
      expect(result.errors[0].message).not.toContain('secret');
    },
  );

  test('with the path of the setting', async () => {
    const errors = { 'privacy_settings.policy_url': 'must be a URL' };
    shop.rejectWith(() => ({ status: 422, body: { status: 422, title: 'No.', errors } }));
    expect((await update()).errors).toEqual([
      { code: 'INVALID', message: expect.stringContaining('must be a URL'), path: ['privacy', 'policyUrl'] },
    ]);
  });

  test('and names the scope only if the store does', async () => {
    const title = "You don't have a required scope to access the endpoint";
    shop.rejectWith(() => ({ status: 403, body: { status: 403, title, errors: {} } }));
    expect((await update()).errors).toMatchObject([
      { code: 'FORBIDDEN', message: expect.stringContaining('the scope store_v2_customers.') },
    ]);
  });
});
