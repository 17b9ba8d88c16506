import { exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authenticator, createAuthenticator } from '../../src/access/authenticator.ts';
import { openProviderKeys } from '../../src/access/provider-keys.ts';
import { createPseudonyms } from '../../src/access/pseudonyms.ts';
import { createUserCheck } from '../../src/access/users.ts';
import { type Claims, type Provider, startProvider } from '../support/openid-provider.ts';

const NOW = Math.floor(Date.now() / 1000);
const SUBJECT = 'ines.chevallier@example.com';

let provider: Provider;
let other: Provider;
let authenticator: Authenticator;
beforeAll(async () => {
  [provider, other] = await Promise.all([startProvider(), startProvider()]);
  authenticator = await authenticatorOf({});
});
afterAll(() => Promise.all([provider.close(), other.close()]));

async function authenticatorOf({ scopeClaim = 'scope', scopePrefix = '' }): Promise<Authenticator> {
  const opened = await openProviderKeys({ issuer: provider.issuer, jwksUrl: null, onUnreadable: () => {} });
  if ('problems' in opened) throw new Error(opened.problems.join('\n'));
  const tokens = {
    issuer: provider.issuer,
    audience: 'gateway',
    algorithms: ['RS256', 'ES256'],
    clockToleranceS: 30,
    scopeClaim,
    scopePrefix,
  };
  const check = createUserCheck(tokens, opened.keys, createPseudonyms('hash key'));
  return createAuthenticator({ keys: null, tokens: new Map([[provider.issuer, check]]) });
}

function claims(others: Claims = {}): Claims {
  return {
    iss: provider.issuer,
    aud: 'gateway',
    sub: SUBJECT,
    iat: NOW,
    exp: NOW + 600,
    scope: 'openid customers:read settings:read',
    ...others,
  };
}

test('a token of the provider is a user, who is named by a hash', async () => {
  const caller = await authenticator.identify(await provider.sign(claims()));
  expect(caller).toEqual({
    kind: 'user',
    name: expect.stringMatching(/^user:[\w-]{22}$/),
    scopes: new Set(['customers:read', 'settings:read']),
    customerEntityId: null,
    lane: 'standard',
    callsPerMinute: null,
  });
  const again = await (await authenticatorOf({})).identify(await provider.sign(claims()));
  expect(again?.name).toBe(caller?.name);
  const another = await authenticator.identify(await provider.sign(claims({ sub: 'someone else' })));
  expect(another?.name).not.toBe(caller?.name);
});

describe('scopes', () => {
  test.each<[unknown, readonly string[]]>([
    ['customers:read customers:write', ['customers:read', 'customers:write']],
    [['customers:read', 5, null, 'x'], ['customers:read']],
    ['customers:readcustomers:write', []],
    ['customers:*', []],
    ['shop:customers:read', []],
    ['', []],
    [undefined, []],
    [{ 'customers:read': true }, []],
  ])('are those of the claim that we know: %j', async (scope, expected) => {
    const caller = await authenticator.identify(await provider.sign(claims({ scope })));
    expect([...(caller?.scopes ?? ['nobody'])]).toEqual(expected);
  });

  test('may stand in another claim, behind a prefix that all others lack', async () => {
    const others = await authenticatorOf({ scopeClaim: 'permissions', scopePrefix: 'shop:' });
    const permissions = ['shop:customers:read', 'customers:write', 'shop:shop:settings:read'];
    const caller = await others.identify(await provider.sign(claims({ permissions })));
    expect([...(caller?.scopes ?? [])]).toEqual(['customers:read']);
  });
});

test.each<[string, Claims]>([
  ['made for several', { aud: ['gateway', 'another'] }],
  ['that ran out within the tolerance', { exp: NOW - 20 }],
])('a token %s counts', async (_which, others) => {
  expect(await authenticator.identify(await provider.sign(claims(others)))).not.toBeNull();
});

describe('nobody comes in', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const swap = (token: string, index: number, replacement: string) =>
    token.split('.').with(index, replacement).join('.');

  const forgeries: Readonly<Record<string, () => Promise<string>>> = {
    'whose token ran out': () => provider.sign(claims({ exp: NOW - 60 })),
    'whose token never runs out': () => provider.sign(claims({ exp: undefined })),
    'whose token runs out at a text': () => provider.sign(claims({ exp: '9999999999' })),
    'whose token is not valid yet': () => provider.sign(claims({ nbf: NOW + 120 })),
    'whose token is for someone else': () => provider.sign(claims({ aud: 'another' })),
    'whose token is for nobody': () => provider.sign(claims({ aud: undefined })),
    'whose token names no subject': () => provider.sign(claims({ sub: undefined })),
    'whose token names an empty subject': () => provider.sign(claims({ sub: '' })),
    'whose token is of another issuer': async () => other.sign(claims({ iss: other.issuer })),
    'whose token says to be of the provider, and is not': () => other.sign(claims()),
    'whose token names no issuer': () => provider.sign(claims({ iss: undefined })),
    'whose token spells the issuer otherwise': () =>
      provider.sign(claims({ iss: provider.issuer.slice(0, -1) })),
    'whose token is signed with a key that is not in the set': () =>
      provider.sign(claims(), { kid: 'unknown' }),
    'whose token names a file as its key': () => provider.sign(claims(), { kid: '../../dev/null' }),
    'whose token names a query as its key': () => provider.sign(claims(), { kid: "' OR 1=1 --" }),
    'whose token brings its own key': async () =>
      other.sign(claims(), { kid: 'first', jwk: other.publicJwk() as never }),
    'whose token brings an address of its own keys': () => other.sign(claims(), { jku: other.jwksUrl }),
    'whose token brings an address of a certificate': () => other.sign(claims(), { x5u: other.jwksUrl }),
    'whose token wants something understood that we do not': () =>
      new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', kid: 'first', crit: ['mood'], mood: 'good' })
        .sign(provider.key(), { crit: { mood: true } }),
    'whose token is not signed': async () => `${part({ alg: 'none', typ: 'JWT' })}.${part(claims())}.`,
    'whose token is not signed, in capitals': async () => `${part({ alg: 'NONE' })}.${part(claims())}.`,
    'whose token is signed with the public key as a secret': async () => {
      const pem = await exportSPKI((await importJWK(provider.publicJwk(), 'RS256')) as never);
      return provider.sign(claims(), { alg: 'HS256' }, new TextEncoder().encode(pem));
    },
    'whose token is signed with the public key as JSON': () =>
      provider.sign(
        claims(),
        { alg: 'HS256' },
        new TextEncoder().encode(JSON.stringify(provider.publicJwk())),
      ),
    'whose token is signed with an empty secret': () =>
      provider.sign(claims(), { alg: 'HS256' }, new Uint8Array(32)),
    'whose token is signed by an algorithm that is not ours': async () => {
      const { privateKey } = await generateKeyPair('PS256');
      return provider.sign(claims(), { alg: 'PS256' }, privateKey);
    },
    'whose token is signed with another kind of key': async () => {
      const { privateKey } = await generateKeyPair('ES256');
      return provider.sign(claims(), { alg: 'ES256' }, privateKey);
    },
    'whose token ends a session': () => provider.sign(claims(), { typ: 'logout+jwt' }),
    'whose token says more than was signed': async () =>
      swap(await provider.sign(claims()), 1, part(claims({ scope: 'customers:write' }))),
    'whose token has another head than was signed': async () =>
      swap(await provider.sign(claims()), 0, part({ alg: 'ES256', kid: 'first' })),
    'whose token has lost its signature': async () => swap(await provider.sign(claims()), 2, ''),
    'whose token has a signature of nothing': async () =>
      swap(await provider.sign(claims()), 2, Buffer.alloc(256).toString('base64url')),
    'whose token has lost its end': async () => (await provider.sign(claims())).slice(0, -2),
    'whose token has four parts': async () => `${await provider.sign(claims())}.e30`,
    'whose token has two': async () => (await provider.sign(claims())).split('.').slice(0, 2).join('.'),
    'whose token holds no object': async () => `${part({ alg: 'RS256' })}.${part(['x'])}.x`,
    'whose token is no JSON': async () => 'eyJ.eyJ.eyJ',
    'who brings nothing': async () => '',
  };

  test.each(Object.entries(forgeries))('%s', async (_who, forge) => {
    expect(await authenticator.identify(await forge())).toBeNull();
  });
});
