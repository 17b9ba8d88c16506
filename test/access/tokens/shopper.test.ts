import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../../src/access/authenticator.ts';
import { createPseudonymizer } from '../../../src/access/pseudonyms.ts';
import { createMemoryStore } from '../../../src/access/shoppers/expiring-store.ts';
import { createRevocations } from '../../../src/access/shoppers/revocations.ts';
import { createShopperCallers } from '../../../src/access/shoppers/shopper-callers.ts';
import { createShopperVerifier } from '../../../src/access/tokens/shopper.ts';
import type { Claims } from '../../support/openid-provider.ts';

const NOW = Math.floor(Date.now() / 1000);
const SECRET = 'the-client-secret-of-an-invented-app-12345';

function verifierContext(storeHash = 'abc123') {
  const pseudonym = createPseudonymizer('hash key');
  return {
    callerOf: createShopperCallers({ storeHash, callsPerMinute: 60, pseudonym }),
    revocations: createRevocations({ store: createMemoryStore(Date.now), storeHash, now: Date.now }),
    now: Date.now,
  };
}

const OPTIONS = { storeHash: 'abc123', clientId: 'app1', clientSecrets: () => [SECRET], maxAgeS: 900 };
const context = verifierContext();
const check = createShopperVerifier(OPTIONS, context);
const authenticator = createAuthenticator({ findKey: null, tokenVerifiers: new Map([['bc/apps', check]]) });

/** The claims of a token as the platform issues it. */
const CLAIMS: Claims = {
  customer: { id: 4711, email: 'jane.doe@example.com', group_id: '6' },
  iss: 'bc/apps',
  sub: 'abc123',
  iat: NOW,
  exp: NOW + 900,
  version: 1,
  aud: 'app1',
  application_id: '12345',
  store_hash: 'abc123',
  operation: 'current_customer',
};

function sign(others: Claims = {}, secret = SECRET, header: object = {}): Promise<string> {
  return new SignJWT({ ...CLAIMS, ...others })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
    .sign(new TextEncoder().encode(secret));
}

test('a current-customer token authenticates a shopper', async () => {
  expect(await authenticator.authenticate(await sign())).toEqual({
    kind: 'shopper',
    name: expect.stringMatching(/^shopper:[\w-]{22}$/),
    scopes: new Set(['customers:read', 'customers:write']),
    customerEntityId: 4711,
    session: expect.objectContaining({ customerEntityId: 4711, channelId: null, startedAt: NOW * 1000 }),
    lane: 'interactive',
    callsPerMinute: 60,
  });
});

test('a small clock skew is tolerated', async () => {
  expect(await authenticator.authenticate(await sign({ iat: NOW + 20, exp: NOW + 920 }))).not.toBeNull();
  expect(await authenticator.authenticate(await sign({ iat: NOW - 910, exp: NOW - 10 }))).not.toBeNull();
});

test.each<[string, Claims]>([
  ['whose time is over', { iat: NOW - 960, exp: NOW - 60 }],
  ['with too long a lifetime', { iat: NOW - 1_000, exp: NOW + 10_000 }],
])('a genuine token %s is expired', async (_which, others) => {
  expect(await authenticator.authenticate(await sign(others))).toBe('expired');
});

describe('a token is rejected', () => {
  test.each<[string, Claims]>([
    ['of another store', { sub: 'def456', store_hash: 'def456' }],
    ['of another store by `store_hash` only', { store_hash: 'def456' }],
    ['of another store by `sub` only', { sub: 'def456' }],
    ['of another app', { aud: 'app2' }],
    ['of several apps', { aud: ['app1', 'app2'] }],
    ['without an audience', { aud: undefined }],
    ['for logging a customer in', { operation: 'customer_login' }],
    ['of another version', { version: 2 }],
    ['issued in the future', { iat: NOW + 86_400, exp: NOW + 87_300 }],
    ['without `iat`', { iat: undefined }],
    ['without `exp`', { exp: undefined }],
    ['whose customer has no id', { customer: { email: 'jane.doe@example.com' } }],
    ['whose customer id is a string', { customer: { id: '4711' } }],
    ['whose customer id is 0', { customer: { id: 0 } }],
    ['whose customer id is not an integer', { customer: { id: 4711.5 } }],
    ['without a customer', { customer: undefined }],
    ['of another issuer', { iss: 'bc/other' }],
  ])('%s', async (_which, others) => {
    expect(await authenticator.authenticate(await sign(others))).toBeNull();
  });

  test('that is signed with another secret or algorithm, or not signed', async () => {
    expect(
      await authenticator.authenticate(await sign({}, 'another-secret-of-another-app-altogether')),
    ).toBeNull();
    const long = SECRET.repeat(2);
    expect(await authenticator.authenticate(await sign({}, long, { alg: 'HS512' }))).toBeNull();
    const [, claims] = (await sign()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await authenticator.authenticate(`${none}.${claims}.`)).toBeNull();
  });
});

test('two secrets are valid at once, and a secret that was removed is not', async () => {
  let secrets = ['new-secret-of-an-invented-app-1234567890', SECRET];
  const verify = createShopperVerifier({ ...OPTIONS, clientSecrets: () => secrets }, verifierContext());
  const [newToken, oldToken] = [await sign({}, secrets[0]), await sign()];
  expect(await verify(newToken)).toMatchObject({ kind: 'shopper' });
  expect(await verify(oldToken)).toMatchObject({ kind: 'shopper' });
  expect(await verify(await sign({ iat: NOW - 2_000, exp: NOW - 1_000 }))).toBe('expired');
  secrets = secrets.slice(0, 1);
  expect(await verify(newToken)).toMatchObject({ kind: 'shopper' });
  expect(await verify(oldToken)).toBeNull();
});

test('the name of a shopper differs between stores, and does not contain the customer id', async () => {
  const names = await Promise.all(
    ['abc123', 'def456'].map(async (storeHash) => {
      const caller = await createShopperVerifier(
        { ...OPTIONS, storeHash },
        verifierContext(storeHash),
      )(await sign({ sub: storeHash, store_hash: storeHash }));
      return caller === null || typeof caller === 'string' ? '' : caller.name;
    }),
  );
  expect(new Set(names).size).toBe(2);
  expect(names.join()).not.toContain('4711');
});

test('a token is not accepted beyond the longest accepted age', async () => {
  const token = await sign({ iat: NOW - 120 });
  expect(await createShopperVerifier({ ...OPTIONS, maxAgeS: 60 }, context)(token)).toBe('expired');
  expect(await createShopperVerifier({ ...OPTIONS, maxAgeS: 180 }, context)(token)).toMatchObject({
    kind: 'shopper',
  });
});

test('a token whose session was ended is not accepted, and others of the customer are', async () => {
  const [ended, other] = [await sign({ jti: 'one' }), await sign({ jti: 'another' })];
  const caller = await check(ended);
  if (caller === null || typeof caller === 'string' || !caller.session) throw new Error('not accepted');
  await context.revocations.end(caller.session);
  expect(await check(ended)).toBe('expired');
  expect(await check(other)).toMatchObject({ kind: 'shopper' });
});
