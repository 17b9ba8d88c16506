import { expect, test } from 'vitest';
import { createAuditLog } from '../../src/access/audit-log.ts';
import {
  emailOf,
  PASSWORD,
  RENEW,
  SIGN_IN,
  type SignInGateway,
  type SignInGatewayOptions,
  signIn,
  startSignInGateway,
} from '../support/sign-in-gateway.ts';

const CHANGE =
  'mutation ($input: ChangeViewerPasswordInput!) { changeViewerPassword(input: $input) { outcome errors { code path } } }';
const PLACE =
  'firstName: "Ana", lastName: "Silva", address1: "1 High Street", city: "Leeds", countryCode: "GB"';

/** A gateway, and what a shopper with the id 7 sends to it. */
async function asShopper(options: SignInGatewayOptions = {}) {
  const gateway = await startSignInGateway(options);
  const token = await signIn(gateway, 7);
  gateway.calls();
  return {
    gateway,
    token,
    send: (query: string, variables?: object) => gateway.send(query, variables, { token }),
    /** The calls and the estimate of an operation. */
    async cost(query: string, variables?: object) {
      const { errors } = await gateway.send(query, variables, { token });
      expect(errors).toEqual([]);
      return gateway.calls();
    },
  };
}

const isAccepted = async (gateway: SignInGateway, token: string) =>
  (await gateway.send('{ viewer { kind } }', {}, { token })).status === 200;

test('a shopper changes their own customer without an id, with one call', async () => {
  const { send, gateway } = await asShopper();
  const { data } = await send(
    'mutation { updateViewer(input: { firstName: "Ana", company: null }) { outcome errors { code } customer { entityId firstName company } } }',
  );
  expect(data.updateViewer).toEqual({
    outcome: 'UPDATED',
    errors: [],
    customer: { entityId: 7, firstName: 'Ana', company: null },
  });
  expect(gateway.calls()).toEqual(['PUT /customers']);
});

test('an invalid value is an error at its path in the input', async () => {
  const { send, gateway } = await asShopper();
  const { data } = await send(
    'mutation { updateViewer(input: { firstName: "" }) { outcome errors { code path } customer { entityId } } }',
  );
  expect(data.updateViewer).toEqual({
    outcome: 'FAILED',
    errors: [{ code: 'REQUIRED', path: ['firstName'] }],
    customer: null,
  });
  expect(gateway.calls()).toEqual([]);
});

test('the e-mail address, the password and the group are no part of the input', async () => {
  const { send } = await asShopper();
  for (const field of ['email: "x@example.org"', 'customerGroupId: 1', 'entityId: 8', 'notes: "x"']) {
    const { errors } = await send(`mutation { updateViewer(input: { ${field} }) { outcome } }`);
    expect([field, errors[0]?.extensions.code]).toEqual([field, 'GRAPHQL_VALIDATION_FAILED']);
  }
});

test('a shopper adds, changes and deletes their own addresses, and not those of others', async () => {
  const { send, gateway } = await asShopper();
  const created = await send(
    `mutation { createViewerAddresses(input: { addresses: [{ ${PLACE} }] }) { results { outcome address { entityId customer { entityId } } } } }`,
  );
  const [{ outcome, address }] = created.data.createViewerAddresses.results;
  expect([outcome, address.customer.entityId]).toEqual(['CREATED', 7]);
  gateway.calls();
  const updated = await send(
    `mutation { updateViewerAddresses(input: { addresses: [{ entityId: ${address.entityId}, city: "York" }, { entityId: 1, city: "York" }] }) { results { outcome errors { code } address { city } } } }`,
  );
  expect(updated.data.updateViewerAddresses.results).toEqual([
    { outcome: 'UPDATED', errors: [], address: { city: 'York' } },
    { outcome: 'FAILED', errors: [{ code: 'NOT_FOUND' }], address: null },
  ]);
  expect(gateway.calls()).toEqual(['GET /customers/addresses', 'PUT /customers/addresses']);
  const deleted = await send(
    `mutation { deleteViewerAddresses(input: { entityIds: [${address.entityId}, 1] }) { results { outcome } } }`,
  );
  expect(deleted.data.deleteViewerAddresses.results).toEqual([{ outcome: 'DELETED' }, { outcome: 'FAILED' }]);
  expect(gateway.calls()).toEqual(['GET /customers/addresses', 'DELETE /customers/addresses']);
});

test('a shopper sets their own consent, with one call more if a list is absent', async () => {
  const { send, gateway } = await asShopper();
  const query =
    'mutation ($input: UpdateViewerConsentInput!) { updateViewerConsent(input: $input) { outcome errors { code path } consent { allow deny } } }';
  const both = await send(query, { input: { allow: ['ESSENTIAL'], deny: ['TARGETING'] } });
  expect(both.data.updateViewerConsent).toMatchObject({
    outcome: 'UPDATED',
    consent: { allow: ['ESSENTIAL'], deny: ['TARGETING'] },
  });
  expect(gateway.calls()).toEqual(['PUT /customers/7/consent']);
  await send(query, { input: { allow: ['FUNCTIONAL'] } });
  expect(gateway.calls()).toEqual(['GET /customers/7/consent', 'PUT /customers/7/consent']);
  const neither = await send(query, { input: {} });
  expect(neither.data.updateViewerConsent).toMatchObject({
    outcome: 'FAILED',
    errors: [{ code: 'REQUIRED' }],
  });
});

test('a password is changed with three calls, and all other sessions of the shopper end', async () => {
  const { send, gateway, token } = await asShopper();
  gateway.clock.time += 1_000;
  const [other, stranger] = [await signIn(gateway, 7), await signIn(gateway, 9)];
  gateway.clock.time += 1_000;
  gateway.calls();
  const { data } = await send(CHANGE, {
    input: { currentPassword: PASSWORD, newPassword: 'battery staple 7' },
  });
  expect(data.changeViewerPassword).toEqual({ outcome: 'UPDATED', errors: [] });
  expect(gateway.calls()).toEqual([
    'GET /customers',
    'POST /customers/validate-credentials',
    'PUT /customers',
  ]);
  expect(await isAccepted(gateway, token)).toBe(true);
  expect(await isAccepted(gateway, other)).toBe(false);
  expect(await isAccepted(gateway, stranger)).toBe(true);
  const renewed = await gateway.send(RENEW, { input: { accessToken: other } });
  expect(renewed.errors[0]?.extensions.code).toBe('INVALID_CREDENTIALS');
  const email = await emailOf(gateway, 7);
  const old = await gateway.send(SIGN_IN, { input: { email, password: PASSWORD } });
  expect(old.errors[0]?.extensions.code).toBe('INVALID_CREDENTIALS');
  gateway.clock.time += 1_000;
  const again = await gateway.send(SIGN_IN, { input: { email, password: 'battery staple 7' } });
  expect(await isAccepted(gateway, again.data.signInShopper.accessToken.value)).toBe(true);
});

test('a wrong current password changes nothing, waits, and counts together with the sign-in', async () => {
  const { send, gateway } = await asShopper();
  const email = await emailOf(gateway, 7);
  gateway.clock.slept.length = 0;
  for (let i = 0; i < 3; i += 1) {
    const { errors } = await send(CHANGE, { input: { currentPassword: 'wrong', newPassword: 'new' } });
    expect(errors[0]?.extensions.code).toBe('INVALID_CREDENTIALS');
  }
  expect(gateway.clock.slept).toEqual([500, 500, 500]);
  for (let i = 0; i < 2; i += 1) await gateway.send(SIGN_IN, { input: { email, password: 'wrong' } });
  gateway.calls();
  const { errors } = await send(CHANGE, { input: { currentPassword: PASSWORD, newPassword: 'new' } });
  expect(errors[0]?.extensions).toEqual({ code: 'TOO_MANY_ATTEMPTS', retryAfterMs: expect.any(Number) });
  expect(gateway.calls()).toEqual(['GET /customers']);
});

test('a password that the store rejects is an error at its path, and ends no session', async () => {
  const { send, gateway } = await asShopper();
  gateway.clock.time += 1_000;
  const other = await signIn(gateway, 7);
  gateway.clock.time += 1_000;
  const { data } = await send(CHANGE, { input: { currentPassword: PASSWORD, newPassword: 'x' } });
  expect(data.changeViewerPassword).toEqual({
    outcome: 'FAILED',
    errors: [{ code: expect.any(String), path: ['newPassword'] }],
  });
  expect(await isAccepted(gateway, other)).toBe(true);
});

test('a password change whose outcome is unknown ends the other sessions too', async () => {
  const { send, gateway } = await asShopper();
  gateway.clock.time += 1_000;
  const other = await signIn(gateway, 7);
  gateway.clock.time += 1_000;
  gateway.sandbox.faults.set([
    { operations: ['updateCustomers'], maxCalls: 1, fault: { kind: 'cut', when: 'after-commit' } },
  ]);
  const { data } = await send(CHANGE, {
    input: { currentPassword: PASSWORD, newPassword: 'battery staple 7' },
  });
  expect(data.changeViewerPassword.outcome).toBe('UNKNOWN');
  expect(await isAccepted(gateway, other)).toBe(false);
});

test('the audit log has a line of each write and each attempt, and no secret', async () => {
  const lines: string[] = [];
  const auditLog = createAuditLog({ append: async (text) => void lines.push(text), onFailure: () => {} });
  const { send, gateway } = await asShopper({ gateway: { auditLog } });
  const email = await emailOf(gateway, 7);
  await send('mutation { updateViewer(input: { company: "X" }) { outcome } }');
  await send(CHANGE, { input: { currentPassword: 'wrong horse', newPassword: 'battery staple' } });
  await send('mutation { signOutShopper(input: {}) { isSignedOut } }');
  await gateway.send(SIGN_IN, { input: { email, password: 'wrong horse' } });
  const entries = lines
    .join('')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'write.ended');
  expect(
    entries.map(({ operation, kind, outcome, items }) => [
      operation,
      kind,
      outcome ?? items[0].outcome,
      items[0].customerEntityId,
    ]),
  ).toEqual([
    ['signInShopper', 'public', 'DONE', 7],
    ['updateViewer', 'shopper', 'UPDATED', 7],
    ['changeViewerPassword', 'shopper', 'INVALID_CREDENTIALS', 7],
    ['signOutShopper', 'shopper', 'DONE', 7],
    ['signInShopper', 'public', 'INVALID_CREDENTIALS', undefined],
  ]);
  expect(entries.at(-1).items[0].email).toMatch(/^email:/);
  for (const secret of [email, PASSWORD, 'horse', 'battery', 'eyJ'])
    expect(lines.join('')).not.toContain(secret);
});
