import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAuthenticator } from '../../src/access/index.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { type Listener, listen } from '../../src/server/listen.ts';
import { createTestKey, keyFileContent } from '../support/api-keys.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { jsonPost } from '../support/post.ts';

// Every kind of caller, over HTTP, with the authentication of the real program.

const SECRET = 'the-secret-of-the-app-which-nobody-may-see';
const SUBJECT = 'ines.chevallier@example.com';
const NOW = Math.floor(Date.now() / 1000);
const SHOP = createTestKey('shop', { scopes: ['customers:read', 'metrics:read'] });

let provider: OpenIdProvider;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let gateway: Gateway;
let listener: Listener;
beforeAll(async () => {
  provider = await startOpenIdProvider();
  const access = await openAuthenticator({
    keys: { text: keyFileContent(SHOP) },
    oidc: {
      issuer: provider.issuer,
      audience: 'gateway',
      jwksUrl: null,
      algorithms: ['RS256'],
      clockToleranceS: 30,
      scopeClaim: 'scope',
      scopePrefix: '',
      callsPerMinute: null,
    },
    shoppers: {
      storeHash: 'sandbox',
      platform: { clientId: 'app', clientSecrets: () => [SECRET], maxAgeS: 900 },
      signIn: null,
      callsPerMinute: null,
    },
    hashKey: null,
    logger: { info: () => {}, error: () => {} },
  });
  if ('problems' in access) throw new Error(access.problems.join('\n'));
  sandbox = await startSandbox({ quota: 0 });
  gateway = createGateway({ baseUrl: sandbox.url, ...access });
  listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 1_000 });
});
afterAll(async () => {
  await listener.stop();
  await Promise.all([sandbox.close(), provider.close()]);
});

function userToken(scope: string): Promise<string> {
  return provider.sign({ iss: provider.issuer, aud: 'gateway', sub: SUBJECT, exp: NOW + 600, scope });
}

function shopperToken(): Promise<string> {
  const claims = {
    customer: { id: 7, email: SUBJECT, group_id: '6' },
    ...{ iss: 'bc/apps', sub: 'sandbox', aud: 'app', store_hash: 'sandbox', application_id: '1' },
    ...{ operation: 'current_customer', version: 1, iat: NOW, exp: NOW + 900 },
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(SECRET));
}

async function execute(credential: string, query = '{ customers(first: 1) { nodes { entityId } } }') {
  const request = jsonPost({ query }, { authorization: `Bearer ${credential}` });
  const response = await fetch(`${listener.url}/graphql`, request);
  return { status: response.status, body: (await response.json()) as object };
}

test('an API key, a user and a shopper are authenticated with their own scopes', async () => {
  const page = { data: { customers: { nodes: [{ entityId: 1 }] } } };
  const forbidden = { errors: [{ extensions: { code: 'FORBIDDEN' } }] };
  expect((await execute(SHOP.key)).body).toEqual(page);
  expect((await execute(await userToken('openid customers:read'))).body).toEqual(page);
  expect((await execute(await userToken('openid'))).body).toMatchObject(forbidden);
  expect((await execute(await shopperToken())).body).toMatchObject(forbidden);
});

test('only a caller with the scope metrics:read can read the metrics', async () => {
  const statusOf = async (credential: string) => {
    const headers = { authorization: `Bearer ${credential}` };
    return (await fetch(`${listener.url}/metrics`, { headers })).status;
  };
  expect(await statusOf(SHOP.key)).toBe(200);
  expect(await statusOf(await userToken('metrics:read'))).toBe(200);
  expect(await statusOf(await userToken('customers:read'))).toBe(403);
  expect(await statusOf(await shopperToken())).toBe(403);
});

test('all invalid credentials get the same response', async () => {
  const good = await userToken('customers:read');
  const bodies = await Promise.all(
    [good.slice(0, -3), `${good}.x`, (await shopperToken()).replace(/\w$/, ''), `${SHOP.key}x`, 'x'].map(
      async (credential) => JSON.stringify(await execute(credential)),
    ),
  );
  expect(new Set(bodies).size).toBe(1);
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
    status: 401,
    body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  });
});

test('neither log nor metrics contain a credential, a secret or a subject', async () => {
  const credentials = [SHOP.key, await userToken('customers:read'), await shopperToken()];
  for (const credential of credentials) await execute(credential);
  for (const credential of credentials) await execute(`${credential}x`);
  const metrics = await fetch(`${listener.url}/metrics`, {
    headers: { authorization: `Bearer ${SHOP.key}` },
  });
  const seen = gateway.log.join('\n') + (await metrics.text());
  expect(seen).toContain('"caller":"shop"');
  expect(seen).toMatch(/"caller":"user:[\w-]{22}"/);
  expect(seen).toMatch(/"caller":"shopper:[\w-]{22}"/);
  const parts = credentials.flatMap((credential) => [credential.slice(5), ...credential.split('.')]);
  for (const secret of [...parts.filter((part) => part.length > 20), SECRET, SUBJECT, 'chevallier']) {
    expect(seen).not.toContain(secret);
  }
});
