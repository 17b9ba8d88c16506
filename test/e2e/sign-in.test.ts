import { expect, test } from 'vitest';
import {
  BACKEND,
  emailOf,
  PASSWORD,
  putCustomer,
  SIGN_IN,
  type SignInGateway,
  startSignInGateway,
} from '../support/sign-in-gateway.ts';

const ME = '{ viewer { kind customer { entityId } } }';

async function credentialsOf(gateway: SignInGateway, entityId: number, others: object = {}) {
  return { input: { email: await emailOf(gateway, entityId), password: PASSWORD, ...others } };
}

test('a shopper without credentials signs in, with two calls, and reads with the token', async () => {
  const gateway = await startSignInGateway();
  const credentials = await credentialsOf(gateway, 7);
  const { data, errors } = await gateway.send(SIGN_IN, credentials);
  expect(errors).toEqual([]);
  expect(gateway.calls()).toEqual(['POST /customers/validate-credentials', 'GET /customers']);
  const { accessToken, viewer } = data.signInShopper;
  expect(viewer).toEqual({ kind: 'SHOPPER', customer: { entityId: 7, firstName: expect.any(String) } });
  expect(Date.parse(accessToken.expiresAt)).toBe(gateway.clock.time + 900_000);
  const { data: read } = await gateway.send(ME, {}, { token: accessToken.value });
  expect(read.viewer).toEqual({ kind: 'SHOPPER', customer: { entityId: 7 } });
});

test('what is selected of the viewer is read with the customer, and staff-only data stays hidden', async () => {
  const gateway = await startSignInGateway();
  const query =
    'mutation ($input: SignInShopperInput!) { signInShopper(input: $input) { viewer { customer { storeCredit { amount } notes } } } }';
  const { data, errors } = await gateway.send(query, await credentialsOf(gateway, 7));
  expect(gateway.calls()).toEqual(['POST /customers/validate-credentials', 'GET /customers']);
  expect(data.signInShopper.viewer.customer).toMatchObject({ storeCredit: expect.anything(), notes: null });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('a backend with the scope signs a shopper in, and sees the customer as the shopper does', async () => {
  const gateway = await startSignInGateway({ isPublic: false });
  const credentials = await credentialsOf(gateway, 7);
  const { data } = await gateway.send(SIGN_IN, credentials, { token: BACKEND.key });
  expect(data.signInShopper.viewer.customer.entityId).toBe(7);
});

test('without credentials nobody signs in if the sign-in is for keys', async () => {
  const gateway = await startSignInGateway({ isPublic: false });
  const { status, errors } = await gateway.send(SIGN_IN, await credentialsOf(gateway, 7));
  expect([status, errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  expect(gateway.calls()).toEqual([]);
});

test.each([
  '{ viewer { kind } }',
  '{ __schema { queryType { name } } }',
  '{ unknown }',
  'mutation { deleteCustomers(input: { entityIds: [1] }) { summary { total } } }',
  'mutation { signOutShopper(input: {}) { isSignedOut } deleteCustomers(input: { entityIds: [1] }) { summary { total } } }',
  'mutation { ...F } fragment F on Mutation { deleteCustomers(input: { entityIds: [1] }) { summary { total } } }',
  'mutation { ... { deleteCustomers(input: { entityIds: [1] }) { summary { total } } } }',
  'mutation A { signOutShopper(input: {}) { isSignedOut } } query B { viewer { kind } }',
  'mutation { ...F } fragment F on Mutation { ...F }',
])('a caller without credentials runs nothing but the sign-in: %s', async (query) => {
  const gateway = await startSignInGateway();
  // A backend may have sent the same document before.
  await gateway.send(query, {}, { token: BACKEND.key });
  const { status, errors } = await gateway.send(query);
  const codes = errors.map(({ extensions }) => extensions.code);
  // A fragment within itself selects nothing, and fails validation.
  expect([
    [401, 'UNAUTHENTICATED'],
    [400, 'GRAPHQL_VALIDATION_FAILED'],
  ]).toContainEqual([status, codes[0]]);
  expect(gateway.calls()).toEqual([]);
  // Nor is the document refused to others from then on.
  expect((await gateway.send(query, {}, { token: BACKEND.key })).status).not.toBe(401);
});

test('every failure has the same answer, the same calls and the same wait', async () => {
  const gateway = await startSignInGateway();
  await putCustomer(gateway, { id: 8, channel_ids: [2] });
  const attempts = {
    'a wrong password': await credentialsOf(gateway, 7, { password: 'wrong' }),
    'an unknown e-mail address': { input: { email: 'nobody@example.org', password: PASSWORD } },
    'another channel': await credentialsOf(gateway, 8),
    'no password': await credentialsOf(gateway, 9, { password: '' }),
    'no e-mail address': { input: { email: '', password: PASSWORD } },
  };
  const answers = new Set<string>();
  for (const credentials of Object.values(attempts)) {
    gateway.clock.slept.length = 0;
    const { status, data, errors } = await gateway.send(SIGN_IN, credentials);
    answers.add(JSON.stringify([status, data, errors, gateway.calls(), gateway.clock.slept]));
  }
  expect([...answers].map((answer) => JSON.parse(answer))).toEqual([
    [
      200,
      { signInShopper: null },
      [expect.objectContaining({ extensions: { code: 'INVALID_CREDENTIALS' } })],
      ['POST /customers/validate-credentials'],
      [500],
    ],
  ]);
});

test('a customer who must reset the password cannot sign in', async () => {
  const gateway = await startSignInGateway();
  await putCustomer(gateway, { id: 7, authentication: { force_password_reset: true } });
  const { errors } = await gateway.send(SIGN_IN, await credentialsOf(gateway, 7));
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_CREDENTIALS' } }]);
});

test('a sign-in is the only field of its operation', async () => {
  const gateway = await startSignInGateway();
  const query = `mutation ($input: SignInShopperInput!) {
    a: signInShopper(input: $input) { viewer { kind } }
    b: signInShopper(input: $input) { viewer { kind } }
  }`;
  const { errors } = await gateway.send(query, await credentialsOf(gateway, 7));
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  expect(gateway.calls()).toEqual([]);
});

test('the answer with a token is neither compressed nor cached', async () => {
  const gateway = await startSignInGateway();
  const { input } = await credentialsOf(gateway, 7);
  const fields = Array.from({ length: 60 }, (_, i) => `a${i}: firstName`).join(' ');
  const query = `mutation ($input: SignInShopperInput!) { signInShopper(input: $input) { accessToken { value } viewer { customer { ${fields} } } } }`;
  const response = await gateway.app.yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' },
    body: JSON.stringify({ query, variables: { input } }),
  });
  expect((await response.text()).length).toBeGreaterThan(1_024);
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('the log has neither the password, the e-mail address nor the token', async () => {
  const gateway = await startSignInGateway();
  const { input } = await credentialsOf(gateway, 7);
  const { data } = await gateway.send(SIGN_IN, { input });
  const log = gateway.log.join('');
  for (const secret of [input.email, PASSWORD, data.signInShopper.accessToken.value])
    expect(log).not.toContain(secret);
});
