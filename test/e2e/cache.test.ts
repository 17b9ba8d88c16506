import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../src/sandbox/index.ts';
import type { Json } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';
import { deliver, registerWebhooks, webhookSettings } from '../support/webhooks.ts';

const AGES = { withEventsMs: 60_000, withoutEventsMs: 10_000, consentMs: 0, ifErrorMs: 0 };

const clock = { ms: 1_700_000_000_000 };
let gateway: Awaited<ReturnType<typeof startWith>>;

/** A gateway at which webhooks are registered, although none is sent: tests deliver events themselves. */
async function startWith(ages: Partial<typeof AGES> = {}) {
  const started = await startGatewayOnSandbox(
    { customers: 30 },
    {
      cache: { ages: { ...AGES, ...ages }, maxBytes: 10_000_000, now: () => clock.ms },
      webhooks: webhookSettings(),
    },
  );
  await registerWebhooks(started.sandbox);
  await started.app.storeCache?.hookWatch?.check();
  started.calls();
  return started;
}

beforeEach(async () => {
  gateway = await startWith();
});
afterEach(() => gateway.close());

async function run(query: string, extensions: object = {}): Promise<Json> {
  return (await post(gateway, { query, extensions })).json();
}

/** Changes a customer as another app would. */
async function changeElsewhere(id: number, fields: object): Promise<void> {
  await fetch(`${gateway.sandbox.url}/customers`, {
    method: 'PUT',
    headers: { 'x-auth-token': gateway.sandbox.token, 'content-type': 'application/json' },
    body: JSON.stringify([{ id, ...fields }]),
  });
  gateway.calls();
}

const DOWN: FaultRule = { operations: ['getCustomers'], fault: { kind: 'status', status: 503 } };
const NAME = '{ customer(by: { entityId: 5 }) { firstName } }';
const rename = (firstName: string) =>
  `mutation { updateCustomers(input: { customers: [{ entityId: 5, firstName: "${firstName}" }] }) { results { outcome } } }`;

describe('answers from the cache', () => {
  test('cost no call', async () => {
    const first = await run(NAME);
    expect(gateway.calls()).toHaveLength(1);
    expect(await run(NAME)).toEqual(first);
    expect(gateway.calls()).toEqual([]);
  });

  test('ask the store only for the ids that are missing', async () => {
    await run('{ customers(filter: { entityIds: [5, 6] }) { nodes { firstName } } }');
    gateway.calls();
    const { data } = await run(
      '{ a: customer(by: { entityId: 5 }) { entityId } b: customer(by: { entityId: 7 }) { entityId } c: customer(by: { entityId: 6 }) { entityId } }',
    );
    expect(data).toEqual({ a: { entityId: 5 }, b: { entityId: 7 }, c: { entityId: 6 } });
    expect(gateway.calls()).toEqual([expect.stringContaining('id:in=7&')]);
  });

  test('serve a record without a part from one with it', async () => {
    await run('{ customer(by: { entityId: 5 }) { storeCredit { amount } } }');
    gateway.calls();
    await run(NAME);
    expect(gateway.calls()).toEqual([]);
  });

  test('read a part that is missing, and keep the others', async () => {
    await run('{ customer(by: { entityId: 5 }) { storeCredit { amount } } }');
    await run('{ customer(by: { entityId: 5 }) { formFields { name } } }');
    gateway.calls();
    await run('{ customer(by: { entityId: 5 }) { storeCredit { amount } formFields { name } } }');
    expect(gateway.calls()).toEqual([]);
  });

  test('remember that a customer does not exist, until one is created', async () => {
    const query = '{ customer(by: { entityId: 31 }) { firstName } }';
    expect((await run(query)).data.customer).toBeNull();
    gateway.calls();
    expect((await run(query)).data.customer).toBeNull();
    expect(gateway.calls()).toEqual([]);
    await run(
      'mutation { createCustomers(input: { customers: [{ email: "new@example.org", firstName: "New", lastName: "One" }] }) { results { outcome } } }',
    );
    expect((await run(query)).data.customer).toEqual({ firstName: 'New' });
  });

  describe('remember 404', () => {
    const CONSENT = '{ customerConsent(customerEntityId: 31) { allow } }';
    const METAFIELDS = '{ customerMetafields(customerEntityId: 31) { nodes { key } } }';
    const CHANNEL = '{ channelCustomerSettings(channelId: 99) { channelId } }';
    const CREATE =
      'mutation { createCustomers(input: { customers: [{ email: "new@example.org", firstName: "New", lastName: "One" }] }) { results { outcome } } }';

    beforeEach(async () => {
      await gateway.close();
      gateway = await startWith({ consentMs: 60_000 });
    });

    test.each([CONSENT, METAFIELDS, CHANNEL])('of %s', async (query) => {
      const first = await run(query);
      expect(gateway.calls()).toHaveLength(1);
      expect(await run(query)).toEqual(first);
      expect(gateway.calls()).toEqual([]);
    });

    test.each([CONSENT, METAFIELDS])('until a write of ours creates the customer: %s', async (query) => {
      await run(query);
      await run(CREATE);
      gateway.calls();
      await run(query);
      expect(gateway.calls()).toHaveLength(1);
    });

    test.each([CONSENT, METAFIELDS])(
      'until an event says that the customer was created: %s',
      async (query) => {
        await run(query);
        await deliver(gateway, { scope: 'store/customer/created', data: { id: 31, type: 'customer' } });
        gateway.calls();
        await run(query);
        expect(gateway.calls()).toHaveLength(1);
      },
    );

    test('of a metafield, until one of the customer is created', async () => {
      const query = '{ customerMetafield(customerEntityId: 5, by: { entityId: 99 }) { key } }';
      await run(query);
      await run(query);
      gateway.calls();
      expect((await run(query)).data.customerMetafield).toBeNull();
      expect(gateway.calls()).toEqual([]);
      const data = { id: 99, resource_id: '5', resource_type: 'customer' };
      await deliver(gateway, { scope: 'store/metafield/created', data });
      await run(query);
      expect(gateway.calls()).toHaveLength(1);
    });

    test('and of no path that the store does not know', async () => {
      const fault = { kind: 'status', status: 404, title: 'The route is not found, check the URL' } as const;
      gateway.sandbox.faults.set([{ operations: ['getCustomerConsent'], fault }]);
      await run(CONSENT);
      gateway.calls();
      await run(CONSENT);
      expect(gateway.calls()).toHaveLength(1);
    });
  });

  test('include lists, their totals, settings and definitions', async () => {
    const query =
      '{ customers(first: 3) { totalCount nodes { firstName } } customerSettings { id } customerAttributeDefinitions { name } }';
    const first = await run(query);
    expect(gateway.calls().length).toBeGreaterThan(0);
    expect(await run(query)).toEqual(first);
    expect(gateway.calls()).toEqual([]);
  });

  test('include no consent and no stored instruments', async () => {
    const query = '{ customer(by: { entityId: 5 }) { consent { allow } storedInstruments { type } } }';
    await run(query);
    gateway.calls();
    await run(query);
    expect(gateway.calls()).toHaveLength(2);
  });

  test('are as old as the configuration allows, and no older', async () => {
    await run(NAME);
    await changeElsewhere(5, { first_name: 'Changed' });
    clock.ms += 60_000;
    expect((await run(NAME)).data.customer.firstName).not.toBe('Changed');
    clock.ms += 1;
    expect((await run(NAME)).data.customer.firstName).toBe('Changed');
  });

  test('are younger if the store announces no changes of a part', async () => {
    const query = '{ customer(by: { entityId: 5 }) { formFields { name } } }';
    await run(query);
    clock.ms += 10_001;
    gateway.calls();
    await run(query);
    expect(gateway.calls()).toHaveLength(1);
  });

  test('are bypassed if a request asks for it, and renewed by its read', async () => {
    await run(NAME);
    await changeElsewhere(5, { first_name: 'Changed' });
    const fresh = await run(NAME, { upstream: { maxAge: 0 } });
    expect(fresh.data.customer.firstName).toBe('Changed');
    gateway.calls();
    expect((await run(NAME)).data.customer.firstName).toBe('Changed');
    expect(gateway.calls()).toEqual([]);
  });
});

describe('own writes', () => {
  test('are seen by every later read', async () => {
    await run(NAME);
    await run('{ customers(first: 10) { nodes { firstName } } }');
    await run(rename('Renamed'));
    expect((await run(NAME)).data.customer.firstName).toBe('Renamed');
    const { data } = await run('{ customers(first: 10) { nodes { firstName } } }');
    expect(data.customers.nodes[4].firstName).toBe('Renamed');
  });

  test('of an address change what is kept of its customer, and of no other', async () => {
    const addresses = (id: number) =>
      `{ customer(by: { entityId: ${id} }) { addresses { nodes { entityId city } } } }`;
    const before = await run(addresses(5));
    await run(addresses(6));
    const id = before.data.customer.addresses.nodes[0].entityId;
    await run(
      `mutation { updateCustomerAddresses(input: { addresses: [{ entityId: ${id}, city: "Bergen" }] }) { results { outcome } } }`,
    );
    gateway.calls();
    await run(addresses(6));
    expect(gateway.calls()).toEqual([]);
    expect((await run(addresses(5))).data.customer.addresses.nodes[0].city).toBe('Bergen');
    await run(`mutation { deleteCustomerAddresses(input: { entityIds: [${id}] }) { results { outcome } } }`);
    const { data } = await run(addresses(5));
    expect(data.customer.addresses.nodes).toHaveLength(before.data.customer.addresses.nodes.length - 1);
  });

  describe('that name an address by its id alone', () => {
    const withAddresses = (id: number) =>
      `{ customer(by: { entityId: ${id} }) { addresses { nodes { entityId } } } }`;
    const customerWithAddresses = async (besides: number) => {
      for (let id = 1; ; id += 1) {
        const { data } = await run(withAddresses(id), { upstream: { maxAge: 0 } });
        const [first] = data.customer.addresses.nodes;
        if (id !== besides && first !== undefined) return { id, address: first.entityId as number };
      }
    };
    const remove = (address: number) =>
      run(`mutation { deleteCustomerAddresses(input: { entityIds: [${address}] }) { results { outcome } } }`);

    test('leave what is kept of other customers', async () => {
      const other = await customerWithAddresses(0);
      const { id, address } = await customerWithAddresses(other.id);
      await gateway.app.storeCache?.receive({ scope: 'store/hook/deliveryException', data: {} });
      await run(withAddresses(other.id));
      gateway.calls();
      await remove(address);
      gateway.calls();
      await run(withAddresses(other.id));
      expect(gateway.calls()).toEqual([]);
      expect((await run(withAddresses(id))).data.customer.addresses.nodes).not.toContainEqual({
        entityId: address,
      });
    });

    test('change a customer who was read with it', async () => {
      const { id, address } = await customerWithAddresses(0);
      await gateway.app.storeCache?.receive({ scope: 'store/hook/deliveryException', data: {} });
      await run(withAddresses(id));
      await remove(address);
      expect((await run(withAddresses(id))).data.customer.addresses.nodes).not.toContainEqual({
        entityId: address,
      });
    });
  });

  test('with a lost response keep answers out of the cache for as long as they may take effect', async () => {
    gateway.sandbox.faults.set([
      { operations: ['updateCustomers'], maxCalls: 1, fault: { kind: 'cut', when: 'after-commit' } },
    ]);
    await run(NAME);
    await run(rename('Renamed'));
    gateway.calls();
    await run(NAME);
    await run(NAME);
    expect(gateway.calls()).toHaveLength(2);
    clock.ms += 1_000;
    await run(NAME);
    gateway.calls();
    expect((await run(NAME)).data.customer.firstName).toBe('Renamed');
    expect(gateway.calls()).toEqual([]);
  });
});

describe('the report', () => {
  test('says how old the oldest part is, where it came from, and until when it may be out of date', async () => {
    const fresh = await run(NAME, { upstream: true });
    expect(fresh.extensions.upstream).toMatchObject({ cached: 0, age: 0, source: 'store', staleUntil: null });
    const readAt = clock.ms;
    clock.ms += 7_000;
    const cached = await run(NAME, { upstream: true });
    const staleUntil = new Date(readAt + 60_000).toISOString();
    expect(cached.extensions.upstream).toMatchObject({
      requests: 0,
      cached: 1,
      age: 7,
      source: 'cache',
      staleUntil,
    });
  });

  test('shows which read was answered from the cache', async () => {
    await run(NAME);
    const { extensions } = await run(
      '{ customer(by: { entityId: 5 }) { firstName } customers(filter: { entityIds: [6] }) { nodes { firstName } } }',
      { explain: true },
    );
    expect(extensions.upstream.calls).toHaveLength(1);
    expect(extensions.upstream.cachedReads).toEqual([
      {
        method: 'GET',
        path: '/customers',
        query: expect.stringContaining('id:in=5'),
        field: 'customer',
        age: 0,
        staleUntil: expect.any(String),
        complete: true,
      },
    ]);
  });
});

describe('a store that is down', () => {
  test('is answered for within a bound, with a warning, if the request allows it', async () => {
    const first = await run(NAME);
    clock.ms += 100_000;
    gateway.sandbox.faults.set([DOWN]);
    expect((await run(NAME)).errors).toHaveLength(1);
    const stale = await run(NAME, { upstream: { staleIfError: 60 } });
    expect(stale.data).toEqual(first.data);
    expect(stale.extensions.warnings).toEqual([
      { code: 'STALE_ANSWER', message: expect.stringContaining('100 s'), age: 100 },
    ]);
    clock.ms += 30_000;
    expect((await run(NAME, { upstream: { staleIfError: 60 } })).errors).toHaveLength(1);
  });

  test('is not answered for with what a write of ours has changed', async () => {
    await run(NAME);
    await run(rename('Renamed'));
    gateway.sandbox.faults.set([DOWN]);
    expect((await run(NAME, { upstream: { staleIfError: 60 } })).errors).toHaveLength(1);
  });
});
