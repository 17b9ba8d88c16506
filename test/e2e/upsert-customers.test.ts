import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  gateway = await startGatewayOnSandbox({ customers: 25 }, { maxCalls: 5_000 });
});
afterEach(() => gateway.close());

/** A store with other options, in place of the one that is open. */
async function reopen(options: SandboxOptions): Promise<void> {
  await gateway.close();
  gateway = await startGatewayOnSandbox({ customers: 25, ...options }, { maxCalls: 5_000 });
}

async function emailOf(id: number): Promise<string> {
  return (await createStoreClient(gateway.sandbox).get(`/customers?id:in=${id}`)).json.data[0].email;
}

interface Result {
  readonly outcome: string;
  readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[];
}

/** The outcome of a customer, and those of its parts. */
function outcomesOf({ outcome, parts }: Result & { readonly parts: readonly Result[] }): string[] {
  return [outcome, ...parts.map((part) => part.outcome)];
}

/** The code and the path of each error. */
function errorsOf({ errors, parts }: Result & { readonly parts: readonly Result[] }): string[] {
  return [...errors, ...parts.flatMap((part) => part.errors)].map(
    ({ code, path }) => `${code} ${path.join('.')}`,
  );
}

const UPSERT = `mutation ($customers: [UpsertCustomerInput!]!, $matchBy: CustomerMatchBy!) {
  upsertCustomers(input: { customers: $customers, matchBy: $matchBy }) {
    summary { total created updated unchanged failed }
    partSummary { total created updated unchanged deleted failed }
    results {
      index outcome errors { code path } customer { entityId email firstName company }
      parts { kind index outcome recordId errors { code path } }
    }
  }
}`;

async function upsert(customers: readonly object[], matchBy: 'EMAIL' | 'ENTITY_ID' = 'EMAIL') {
  gateway.sandbox.requests.clear();
  const { data, errors } = await gateway.executeText(UPSERT, { customers, matchBy });
  expect(errors).toEqual([]);
  return data.upsertCustomers;
}

/** The numbers of reads and of writes at the store since the last call. */
function callCounts() {
  const methods = gateway.calls().map((call) => call.split(' ')[0]);
  return {
    reads: methods.filter((method) => method === 'GET').length,
    writes: methods.filter((method) => method !== 'GET').length,
  };
}

const address = (street: string) => ({
  firstName: 'Ada',
  lastName: 'King',
  address1: street,
  city: 'London',
  countryCode: 'GB',
});

const newCustomer = (place: number) => ({
  email: `new-${place}@import.example.org`,
  firstName: 'Ada',
  lastName: 'King',
  addresses: [address(`${place} High Street`)],
});

test('1,000 new customers with one address cost at most 20 reads and 200 writes, and no write when repeated', async () => {
  const customers = Array.from({ length: 1_000 }, (_, i) => newCustomer(i));
  expect(Math.max(...customers.map(({ email }) => email.length))).toBeLessThanOrEqual(30);
  const { summary, partSummary } = await upsert(customers);
  expect(summary).toMatchObject({ total: 1_000, created: 1_000 });
  expect(partSummary).toMatchObject({ total: 1_000, created: 1_000 });
  const first = callCounts();
  expect(first.reads).toBeLessThanOrEqual(20);
  expect(first.writes).toBeLessThanOrEqual(200);

  const again = await upsert(customers);
  expect(again.summary).toMatchObject({ total: 1_000, unchanged: 1_000 });
  expect(again.partSummary).toMatchObject({ total: 1_000, unchanged: 1_000 });
  const second = callCounts();
  expect(second.reads).toBeLessThanOrEqual(20);
  expect(second.writes).toBe(0);
});

test('a customer of the store gets only the fields that differ and the addresses that are missing', async () => {
  const store = createStoreClient(gateway.sandbox);
  const { json } = await store.get('/customers?id:in=7');
  const { email, first_name: firstName, last_name: lastName } = json.data[0];
  const { results } = await upsert([
    {
      email: email.toUpperCase(),
      firstName,
      lastName,
      company: 'Engines Ltd',
      addresses: [address('1 New Road')],
    },
  ]);
  expect(results).toMatchObject([
    {
      outcome: 'UPDATED',
      errors: [],
      customer: { entityId: 7, company: 'Engines Ltd', firstName },
      parts: [{ kind: 'ADDRESS', index: 0, outcome: 'CREATED', errors: [] }],
    },
  ]);
  const bodies = gateway.sandbox.ledger.list().map(({ operationId }) => operationId);
  expect(bodies).toEqual(['updateCustomers', 'createCustomersAddresses']);
});

test('a new customer comes with all parts, and an existing one gets those that differ', async () => {
  const whole = (email: string) => ({
    email,
    firstName: 'Ada',
    lastName: 'King',
    addresses: [
      { ...address('1 New Road'), formFields: [{ name: 'Door code', value: { text: '17' } }] },
      address('2 New Road'),
    ],
    attributes: [{ attributeName: 'Loyalty tier', value: 'Gold' }],
    formFields: [{ name: 'Nickname', value: { text: 'Countess' } }],
    consent: { allow: ['ESSENTIAL', 'ANALYTICS'], deny: ['TARGETING', 'FUNCTIONAL'] },
    metafields: [{ namespace: 'loyalty', key: 'points', value: '120' }],
  });
  const customers = [whole('whole@example.org'), whole(await emailOf(2))];
  const { results } = await upsert(customers);
  const kinds = ['ADDRESS', 'ADDRESS', 'ATTRIBUTE', 'FORM_FIELD', 'CONSENT', 'METAFIELD'];
  for (const { parts } of results) expect(parts.map(({ kind }: { kind: string }) => kind)).toEqual(kinds);
  expect(outcomesOf(results[0])).toEqual([...Array(5).fill('CREATED'), 'UPDATED', 'CREATED']);
  const [outcome, ...parts] = outcomesOf(results[1]);
  expect(outcome).toBe('UPDATED');
  expect(parts.slice(0, 2)).toEqual(['CREATED', 'CREATED']);
  expect(results.flatMap(errorsOf)).toEqual([]);
  expect(gateway.sandbox.requests.counts()).toEqual({
    getCustomers: 1,
    getCustomersAttributes: 1,
    createCustomers: 1,
    updateCustomers: 1,
    getCustomersAddresses: 1,
    createCustomersAddresses: 1,
    upsertCustomersAttributeValues: 1,
    updateCustomerFormFieldValues: 1,
    getCustomerConsent: 2,
    updateCustomerConsent: 2,
    getCustomersMetafields: 1,
    createCustomerMetafields: 2,
  });

  const again = await upsert(customers);
  expect(again.summary.unchanged).toBe(2);
  expect(again.partSummary).toMatchObject({ total: 12, unchanged: 12 });
  expect(gateway.sandbox.requests.counts()).toEqual({
    getCustomers: 1,
    getCustomerConsent: 2,
    getCustomersMetafields: 2,
  });

  const [changed] = customers;
  const withCode = (text: string) => ({
    ...address('1 New Road'),
    formFields: [{ name: 'Door code', value: { text } }],
  });
  const third = await upsert([{ ...changed, addresses: [withCode('18')] }]);
  expect(outcomesOf(third.results[0]).slice(0, 2)).toEqual(['UNCHANGED', 'UPDATED']);
});

test('what a respelling store makes of the values is recognised, and a change of case is none of it', async () => {
  await reopen({ switches: { respells: true } });
  const customer = {
    email: 'Ada@exämple.org',
    firstName: 'Zoe\u0308  🙂',
    lastName: 'Smith & Sons',
    notes: 'Tea & <b>"cake"</b>',
    addresses: [{ ...address('1 Mile & More'), countryCode: 'US', stateOrProvince: 'CA' }],
    attributes: [{ attributeEntityId: 1, value: 'Gold & Silver 🙂' }],
    formFields: [{ name: 'Nickname', value: { text: 'A & B' } }],
    metafields: [{ namespace: 'notes', key: 'first', value: ' "Tea & cake" 🙂', description: 'A & B' }],
  };
  expect(outcomesOf((await upsert([customer])).results[0])).toEqual(Array(5).fill('CREATED'));
  expect(outcomesOf((await upsert([customer])).results[0])).toEqual(Array(5).fill('UNCHANGED'));
  expect(callCounts().writes).toBe(0);
  const { results } = await upsert([{ ...customer, lastName: 'SMITH & Sons' }]);
  expect(outcomesOf(results[0])).toEqual(['UPDATED', ...Array(4).fill('UNCHANGED')]);
});

test('each invalid part is an error at its path, and the neighbours go', async () => {
  const email = await emailOf(7);
  const good = { email: 'good@example.org', firstName: 'Ada', lastName: 'King' };
  const { results } = await upsert([
    {
      ...good,
      addresses: [
        { ...address('1 New Road'), city: 'x'.repeat(101) },
        address('2 New Road'),
        address('2 New Road'),
      ],
      attributes: [
        { attributeEntityId: 1, value: 'x'.repeat(256) },
        { attributeName: 'Nothing', value: '' },
      ],
      formFields: [
        { name: 'Nickname', value: { text: 'Bear' } },
        { name: 'Nickname', value: { text: 'Kiki' } },
      ],
      consent: {},
      metafields: [
        { namespace: 'loyalty', key: 'x'.repeat(65), value: '1' },
        { namespace: 'loyalty', key: 'points', value: '1' },
        { namespace: 'loyalty', key: 'points', value: '2' },
      ],
    },
    { ...good, email: 'GOOD@example.org' },
    { email, firstName: 'x'.repeat(101), addresses: [address('3 New Road')] },
    { email: 'nobody' },
    { firstName: 'Ada' },
    { email: 'new@example.org', addresses: [address('4 New Road')] },
    { email: 'other@example.org', firstName: 'Ada', lastName: 'King', entityId: 7 },
    { email: '"a,b"@example.org', firstName: 'Ada', lastName: 'King' },
    { email: 'third@example.org', firstName: 'Ada', lastName: 'King', replaceAddresses: true },
  ]);
  expect(results.flatMap(errorsOf)).toEqual([
    'INVALID customers.0.addresses.0.city',
    'DUPLICATE customers.0.addresses.2',
    'INVALID customers.0.attributes.0.value',
    'NOT_FOUND customers.0.attributes.1.attributeName',
    'INVALID customers.0.formFields.1',
    'REQUIRED customers.0.consent',
    'INVALID customers.0.metafields.0.key',
    'INVALID customers.0.metafields.2',
    'INVALID customers.1',
    'INVALID customers.2.firstName',
    'INVALID customers.3.email',
    'REQUIRED customers.4.email',
    'REQUIRED customers.5.firstName',
    'REQUIRED customers.5.lastName',
    'PREREQUISITE_FAILED customers.5.addresses.0',
    'INVALID customers.6.entityId',
    'INVALID customers.7.email',
    'INVALID customers.8.replaceAddresses',
  ]);
  expect(outcomesOf(results[0])).toEqual([
    ...['CREATED', 'FAILED', 'CREATED', 'UNCHANGED'],
    ...['FAILED', 'FAILED', 'CREATED', 'FAILED', 'FAILED'],
    ...['FAILED', 'CREATED', 'FAILED'],
  ]);
  expect(outcomesOf(results[2])).toEqual(['FAILED', 'CREATED']);
  expect(outcomesOf(results[5])).toEqual(['FAILED', 'NOT_ATTEMPTED']);
});

test('a part that the store rejects does not keep a new customer from being created', async () => {
  const { results } = await upsert([
    {
      ...newCustomer(1),
      attributes: [{ attributeEntityId: 999, value: 'x' }],
      formFields: [
        { name: 'No such field', value: { text: 'x' } },
        { name: 'Nickname', value: { text: 'Bear' } },
      ],
    },
    newCustomer(2),
  ]);
  expect(outcomesOf(results[0])).toEqual(['CREATED', 'CREATED', 'FAILED', 'FAILED', 'UPDATED']);
  expect(outcomesOf(results[1])).toEqual(['CREATED', 'CREATED']);
  expect(results.flatMap(errorsOf)).toEqual([
    'NOT_FOUND customers.0.attributes.0.attributeEntityId',
    'NOT_FOUND customers.0.formFields.0.name',
  ]);
});

test('by id nothing is created, and what is for new customers alone is not sent to others', async () => {
  const { results } = await upsert(
    [
      {
        entityId: 7,
        authentication: { newPassword: 'correct horse 1' },
        triggerAccountCreatedNotification: true,
        originChannelId: 1,
      },
      { entityId: 999_999, ...newCustomer(1) },
      { email: 'x@example.org' },
      { entityId: 7, company: 'Again' },
      { entityId: 8, company: 'Engines Ltd' },
    ],
    'ENTITY_ID',
  );
  expect(results.map(outcomesOf)).toEqual([
    ['UNCHANGED'],
    ['FAILED', 'NOT_ATTEMPTED'],
    ['FAILED'],
    ['FAILED'],
    ['UPDATED'],
  ]);
  expect(results.flatMap(errorsOf)).toEqual([
    'NOT_FOUND customers.1.entityId',
    'PREREQUISITE_FAILED customers.1.addresses.0',
    'REQUIRED customers.2.entityId',
    'INVALID customers.3',
  ]);
  expect(gateway.sandbox.requests.counts()).toEqual({ getCustomers: 1, updateCustomers: 1 });
});

test('replacing deletes the other addresses last, and only if all other parts were written', async () => {
  const store = createStoreClient(gateway.sandbox);
  const streets = async () =>
    (await store.get('/customers/addresses?customer_id:in=12&limit=250')).json.data.map(
      ({ address1 }: { address1: string }) => address1,
    );
  const before = await streets();
  expect(before.length).toBeGreaterThan(10);
  const item = { entityId: 12, addresses: [address('1 New Road')], replaceAddresses: true };
  const failing = { ...item, formFields: [{ name: 'No such field', value: { text: 'x' } }] };

  const { results } = await upsert([failing], 'ENTITY_ID');
  const [, added, field, ...removals] = outcomesOf(results[0]);
  expect([added, field]).toEqual(['CREATED', 'FAILED']);
  expect(removals).toEqual(before.map(() => 'NOT_ATTEMPTED'));
  expect(await streets()).toEqual([...before, '1 New Road']);

  const second = await upsert([item], 'ENTITY_ID');
  const last = gateway.sandbox.requests.list().at(-1)?.operationId;
  expect(last).toBe('deleteCustomersAddresses');
  expect(outcomesOf(second.results[0])).toEqual(['UNCHANGED', 'UNCHANGED', ...before.map(() => 'DELETED')]);
  expect(second.results[0].parts.at(-1)).toMatchObject({ kind: 'ADDRESS_REMOVAL', index: null });
  expect(await streets()).toEqual(['1 New Road']);

  const third = await upsert([item], 'ENTITY_ID');
  expect(outcomesOf(third.results[0])).toEqual(['UNCHANGED', 'UNCHANGED']);
  expect(callCounts().writes).toBe(0);
});

test('two upserts of one new customer at the same time create it once', async () => {
  const customers = Array.from({ length: 12 }, (_, i) => newCustomer(i));
  const payloads = await Promise.all([upsert(customers), upsert(customers), upsert(customers)]);
  for (const { summary, results } of payloads) {
    expect(summary.failed).toBe(0);
    expect(results.flatMap(errorsOf).filter((each: string) => !each.startsWith('DUPLICATE'))).toEqual([]);
  }
  const entries = gateway.sandbox.ledger.list();
  expect(entries.filter(({ kind }) => kind === 'customer')).toHaveLength(12);
  expect(entries.filter(({ kind }) => kind === 'address')).toHaveLength(12);
});

test('accounts of one e-mail address on different channels are told apart', async () => {
  await reopen({ switches: { emailPerChannel: true } });
  const on = (channelIds: readonly number[] | undefined, company: string) => ({
    ...{ email: 'twice@example.org', firstName: 'Ada', lastName: 'King', company },
    ...(channelIds && { channelIds }),
  });
  const made = await upsert([on([1], 'One'), on([2], 'Two')]);
  expect(made.results.map(outcomesOf)).toEqual([['CREATED'], ['CREATED']]);
  const again = await upsert([on([2], 'Two, changed'), on([1], 'One')]);
  expect(again.results.map(outcomesOf)).toEqual([['UPDATED'], ['UNCHANGED']]);
  const unclear = await upsert([on(undefined, 'Which?')]);
  expect(errorsOf(unclear.results[0])).toEqual(['INVALID customers.0.email']);
});

test('if the store cannot be asked, nothing is sent', async () => {
  gateway.sandbox.faults.set([{ operations: ['getCustomers'], fault: { kind: 'status', status: 500 } }]);
  const { results } = await upsert([newCustomer(1)]);
  expect(outcomesOf(results[0])).toEqual(['NOT_ATTEMPTED', 'NOT_ATTEMPTED']);
  expect(errorsOf(results[0])).toEqual([
    'UPSTREAM_UNAVAILABLE customers.0',
    'PREREQUISITE_FAILED customers.0.addresses.0',
  ]);
});

test('if nothing tells whether a customer was created, the same holds for what was sent with it', async () => {
  gateway.sandbox.faults.set([
    { operations: ['createCustomers'], calls: [1], fault: { kind: 'cut', when: 'before-commit' } },
  ]);
  const customer = newCustomer(1);
  const metafields = [{ namespace: 'loyalty', key: 'points', value: '1' }];
  const answer = upsert([{ ...customer, metafields }]);
  while (gateway.sandbox.requests.counts().createCustomers === undefined) await setImmediate();
  // Another app creates a customer who can be the one that was sent.
  const other = { email: customer.email, first_name: 'Grace', last_name: 'Ito' };
  expect((await createStoreClient(gateway.sandbox).send('POST', '/customers', [other])).status).toBe(200);
  const { results } = await answer;
  expect(outcomesOf(results[0])).toEqual(['UNKNOWN', 'UNKNOWN', 'NOT_ATTEMPTED']);
  expect(errorsOf(results[0])).toEqual([
    'OUTCOME_UNKNOWN customers.0',
    'OUTCOME_UNKNOWN customers.0.addresses.0',
    'PREREQUISITE_FAILED customers.0.metafields.0',
  ]);
});
