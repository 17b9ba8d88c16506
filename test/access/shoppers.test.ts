import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../src/access/authenticator.ts';
import { createPseudonyms } from '../../src/access/pseudonyms.ts';
import { createShopperCheck } from '../../src/access/shoppers.ts';
import type { Claims } from '../support/openid-provider.ts';

const NOW = Math.floor(Date.now() / 1000);
const SECRET = 'the-secret-of-the-app-which-nobody-may-see';
const check = createShopperCheck(
  { storeHash: 'abc123', clientId: 'app1', clientSecret: SECRET },
  createPseudonyms('hash key'),
);
const authenticator = createAuthenticator({ keys: null, tokens: new Map([['bc/apps', check]]) });

/** As the platform makes them. */
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

test('a token of the platform is a shopper, who may see their own records', async () => {
  expect(await authenticator.identify(await sign())).toEqual({
    kind: 'shopper',
    name: expect.stringMatching(/^shopper:[\w-]{22}$/),
    scopes: new Set(['customers:read', 'customers:write']),
    customerEntityId: 4711,
    lane: 'interactive',
    callsPerMinute: null,
  });
});

test('clocks may differ a little', async () => {
  expect(await authenticator.identify(await sign({ iat: NOW + 20, exp: NOW + 920 }))).not.toBeNull();
  expect(await authenticator.identify(await sign({ iat: NOW - 910, exp: NOW - 10 }))).not.toBeNull();
});

describe('nobody comes in', () => {
  test.each<[string, Claims]>([
    ['of another store', { sub: 'def456', store_hash: 'def456' }],
    ['of another store, by one of two claims', { store_hash: 'def456' }],
    ['of another store, by the other', { sub: 'def456' }],
    ['of another app', { aud: 'app2' }],
    ['of several apps', { aud: ['app1', 'app2'] }],
    ['of no app', { aud: undefined }],
    ['who is to be signed in, not who is', { operation: 'customer_login' }],
    ['by a token of another version', { version: 2 }],
    ['by a token that ran out', { iat: NOW - 960, exp: NOW - 60 }],
    ['by a token that lives for longer than it may', { iat: NOW - 1_000, exp: NOW + 10_000 }],
    ['by a token from tomorrow', { iat: NOW + 86_400, exp: NOW + 87_300 }],
    ['by a token of no time', { iat: undefined }],
    ['by a token without an end', { exp: undefined }],
    ['who has no id', { customer: { email: 'jane.doe@example.com' } }],
    ['whose id is a text', { customer: { id: '4711' } }],
    ["whose id is nobody's", { customer: { id: 0 } }],
    ['whose id is no whole number', { customer: { id: 4711.5 } }],
    ['who is no customer', { customer: undefined }],
    ['by another issuer', { iss: 'bc/other' }],
  ])('%s', async (_who, others) => {
    expect(await authenticator.identify(await sign(others))).toBeNull();
  });

  test('by a token that someone else signed, by another algorithm, or nobody', async () => {
    expect(
      await authenticator.identify(await sign({}, 'another-secret-of-another-app-altogether')),
    ).toBeNull();
    const long = SECRET.repeat(2);
    expect(await authenticator.identify(await sign({}, long, { alg: 'HS512' }))).toBeNull();
    const [, claims] = (await sign()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await authenticator.identify(`${none}.${claims}.`)).toBeNull();
  });
});

test('a shopper of one store has another name than one of another, and neither tells the id', async () => {
  const names = await Promise.all(
    ['abc123', 'def456'].map(async (storeHash) => {
      const options = { storeHash, clientId: 'app1', clientSecret: SECRET };
      const caller = await createShopperCheck(
        options,
        createPseudonyms('hash key'),
      )(await sign({ sub: storeHash, store_hash: storeHash }));
      return caller?.name ?? '';
    }),
  );
  expect(new Set(names).size).toBe(2);
  expect(names.join()).not.toContain('4711');
});
