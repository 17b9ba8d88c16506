import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AuditLog, createAuditLog } from '../../src/access/audit-log.ts';
import { keyWith, keyWithout } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

type GatewayOnSandbox = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let gateway: GatewayOnSandbox;
let text = '';
let isBroken = false;
beforeEach(async () => {
  text = '';
  isBroken = false;
  const auditLog: AuditLog = createAuditLog({
    append: async (lines) => {
      if (isBroken) throw new Error('the disk is full');
      text += lines;
    },
    onFailure: () => {},
  });
  gateway = await startGatewayOnSandbox({ customers: 20 }, { auditLog });
});
afterEach(() => gateway.close());

/** The audit lines since the last call of this function, without timestamp and request id. */
function readLines(): object[] {
  // An e-mail address is there only as a keyed hash.
  const told = text
    .replaceAll(/email:[\w-]{22}/g, 'a hash')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  text = '';
  return told.map(({ at, requestId, caller, kind, count, ...line }) => {
    expect([at, requestId]).toEqual([
      expect.stringMatching(/^\d{4}-.*Z$/),
      expect.stringMatching(/^[\w-]{36}$/),
    ]);
    expect([caller, kind]).toEqual(['anyone', 'anyone']);
    expect(count).toBe(line.items.length);
    return line;
  });
}

const CREATE = `mutation ($email: String!) {
  createCustomers(input: { customers: [
    { email: $email, firstName: "Ana", lastName: "Reis", addresses: [] }
    { email: "nobody", firstName: "Ben", lastName: "Ott" }
  ] }) { results { outcome customer { entityId } } }
}`;

test('the hash of an e-mail address is the same for all items with that address', async () => {
  const hashes = async (emails: readonly string[]) => {
    const customers = emails.map((email) => ({ email, firstName: 'Ana', lastName: 'Reis' }));
    await gateway.executeText(
      'mutation ($customers: [CreateCustomerInput!]!) { createCustomers(input: { customers: $customers }) { summary { total } } }',
      { customers },
    );
    const [begun = '{}'] = text.split('\n');
    text = '';
    return (JSON.parse(begun).items as { email: string }[]).map(({ email }) => email);
  };
  const [first, second] = await hashes(['ana@example.com', 'ben@example.com']);
  expect(first).not.toBe(second);
  expect(await hashes(['Ana@example.com'])).toEqual([first]);
});

test('an upserted customer has the outcomes of its parts, without their values', async () => {
  const place = 'firstName: "Ana", lastName: "Reis", address1: "Quay", city: "Leeds", countryCode: "GB"';
  await gateway.executeText(
    `mutation { upsertCustomers(input: { matchBy: ENTITY_ID, customers: [{ entityId: 3, addresses: [{ ${place} }] }] }) { summary { total } } }`,
  );
  expect(text).not.toMatch(/Ana|Reis|Quay|Leeds/);
  expect(readLines().at(-1)).toEqual({
    event: 'write.ended',
    operation: 'upsertCustomers',
    items: [
      {
        entityId: 3,
        outcome: 'UNCHANGED',
        parts: [{ kind: 'ADDRESS', outcome: 'CREATED', recordId: expect.any(Number) }],
      },
    ],
  });
});

test('an attribute that is given by name has its id when it was written, and none before', async () => {
  await gateway.executeText(
    'mutation { createCustomerAttributeDefinitions(input: { definitions: [{ name: "Hat size", type: STRING }] }) { summary { total } } }',
  );
  text = '';
  await gateway.executeText(
    'mutation { upsertCustomerAttributeValues(input: { values: [{ customerEntityId: 3, attributeName: "Hat size", value: "Wide" }, { customerEntityId: 3, attributeName: "No such", value: "Wide" }] }) { summary { total } } }',
  );
  expect(text).not.toMatch(/Hat|such|Wide/);
  const [begun, ended] = readLines();
  expect(begun).toMatchObject({ items: [{ customerEntityId: 3 }, { customerEntityId: 3 }] });
  expect(JSON.stringify(begun)).not.toContain('attributeEntityId');
  const { items } = ended as { readonly items: readonly object[] };
  expect(items).toMatchObject([
    { customerEntityId: 3, attributeEntityId: expect.any(Number), outcome: 'CREATED' },
    { customerEntityId: 3, outcome: 'FAILED' },
  ]);
  expect(items[1]).not.toHaveProperty('attributeEntityId');
});

test('a write is logged before it is sent and after it has ended, without the values written', async () => {
  const email = 'ana.reis@example.com';
  const { data } = await gateway.executeText(CREATE, { email });
  const [{ customer }] = data.createCustomers.results;
  expect(text.replaceAll(/email:[\w-]{22}/g, '')).not.toMatch(/ana|reis|Ana|Ben|Ott|example|nobody/);
  expect(readLines()).toEqual([
    { event: 'write.begun', operation: 'createCustomers', items: [{ email: 'a hash' }, { email: 'a hash' }] },
    {
      event: 'write.ended',
      operation: 'createCustomers',
      items: [
        { entityId: customer.entityId, email: 'a hash', outcome: 'CREATED' },
        { email: 'a hash', outcome: 'FAILED' },
      ],
    },
  ]);
});

test.each<[string, string, object[], object[]]>([
  [
    'of customers by id',
    'mutation { deleteCustomers(input: { entityIds: [3, 999999] }) { summary { total } } }',
    [{ entityId: 3 }, { entityId: 999999 }],
    [
      { entityId: 3, outcome: 'DELETED' },
      { entityId: 999999, outcome: 'FAILED' },
    ],
  ],
  [
    'of consent',
    'mutation { updateCustomerConsent(input: { customers: [{ customerEntityId: 4, allow: [ANALYTICS], deny: [] }] }) { summary { total } } }',
    [{ customerEntityId: 4 }],
    [{ customerEntityId: 4, outcome: 'UPDATED' }],
  ],
  [
    'of settings',
    'mutation { updateCustomerSettings(input: { customerGroups: { defaultCustomerGroupId: 0 } }) { outcome } }',
    [{}],
    [{ outcome: 'UPDATED' }],
  ],
  [
    'of a password',
    'mutation { validateCustomerCredentials(input: { email: "x@example.com", password: "secret" }) { isValid } }',
    [{ email: 'a hash' }],
    [{ email: 'a hash', outcome: 'INVALID' }],
  ],
])('the audit lines %s contain the ids of the records', async (_of, mutation, begun, ended) => {
  const { errors } = await gateway.executeText(mutation);
  expect(errors).toEqual([]);
  expect(text.replaceAll(/email:[\w-]{22}/g, '')).not.toMatch(/secret|example/);
  const operation = /\{ (\w+)/.exec(mutation)?.[1];
  expect(readLines()).toEqual([
    { event: 'write.begun', operation, items: begun },
    { event: 'write.ended', operation, items: ended },
  ]);
});

test('a forbidden write is logged too', async () => {
  await gateway
    .as({ ...keyWith('customers:read'), kind: 'anyone', name: 'anyone' })
    .executeText('mutation { deleteCustomers(input: { entityIds: [3] }) { summary { total } } }');
  expect(readLines()).toMatchObject([
    { event: 'write.begun' },
    { event: 'write.ended', outcome: 'FORBIDDEN', items: [{ entityId: 3 }] },
  ]);
});

test('reads of stored instruments are logged per customer, even if forbidden', async () => {
  const query = '{ customers(first: 2) { nodes { storedInstruments { type } } } }';
  await gateway.executeText(query);
  const read = { event: 'read', operation: 'storedInstruments', outcome: 'READ' };
  expect(readLines()).toEqual([1, 2].map((entityId) => ({ ...read, items: [{ entityId }] })));
  const other = { ...keyWithout('instruments:read'), kind: 'anyone', name: 'anyone' } as const;
  await gateway.as(other).executeText(query);
  expect(readLines()).toMatchObject([{ outcome: 'FORBIDDEN' }, { outcome: 'FORBIDDEN' }]);
});

test('a read of the stored instruments of one customer is logged with the id of the customer', async () => {
  await gateway.executeText('{ customerStoredInstruments(customerEntityId: 7) { type } }');
  const operation = 'customerStoredInstruments';
  expect(readLines()).toEqual([
    { event: 'read', operation, outcome: 'READ', items: [{ customerEntityId: 7 }] },
  ]);
});

test('other reads are not logged', async () => {
  await gateway.executeText('{ customers(first: 2) { nodes { email addresses { nodes { city } } } } }');
  expect(readLines()).toEqual([]);
});

describe('if the audit log is not writable', () => {
  test('mutations do not run, and stored instruments are not returned', async () => {
    isBroken = true;
    gateway.calls();
    const write = await gateway.executeText(CREATE, { email: 'ana.reis@example.com' });
    expect(write.errors).toMatchObject([{ extensions: { code: 'AUDIT_UNAVAILABLE' } }]);
    expect(gateway.calls()).toEqual([]);
    const read = await gateway.executeText(
      '{ customers(first: 1) { nodes { email storedInstruments { type } } } }',
    );
    expect(read.data).toEqual({
      customers: { nodes: [{ email: expect.any(String), storedInstruments: null }] },
    });
    expect(read.errors).toMatchObject([{ extensions: { code: 'AUDIT_UNAVAILABLE' } }]);
  });

  test('mutations run again as soon as it is writable', async () => {
    isBroken = true;
    await gateway.executeText(CREATE, { email: 'ana.reis@example.com' });
    isBroken = false;
    const { data } = await gateway.executeText(CREATE, { email: 'ana.reis@example.com' });
    expect(data.createCustomers.results[0].outcome).toBe('CREATED');
    expect(readLines()).toHaveLength(2);
  });
});
