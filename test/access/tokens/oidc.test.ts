import { exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authenticator, createAuthenticator } from '../../../src/access/authenticator.ts';
import { createPseudonymizer } from '../../../src/access/pseudonyms.ts';
import { openJwks } from '../../../src/access/tokens/jwks.ts';
import { createOidcVerifier } from '../../../src/access/tokens/oidc.ts';
import { type Claims, type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts';

const NOW = Math.floor(Date.now() / 1000);
const SUBJECT = 'ines.chevallier@example.com';

let provider: OpenIdProvider;
let other: OpenIdProvider;
let authenticator: Authenticator;
beforeAll(async () => {
  [provider, other] = await Promise.all([startOpenIdProvider(), startOpenIdProvider()]);
  authenticator = await authenticatorOf({});
});
afterAll(() => Promise.all([provider.close(), other.close()]));

async function authenticatorOf({ scopeClaim = 'scope', scopePrefix = '' }): Promise<Authenticator> {
  const opened = await openJwks({ issuer: provider.issuer, jwksUrl: null, onUnreadable: () => {} });
  if ('problems' in opened) throw new Error(opened.problems.join('\n'));
  const tokens = {
    issuer: provider.issuer,
    audience: 'gateway',
    algorithms: ['RS256', 'ES256'],
    clockToleranceS: 30,
    scopeClaim,
    scopePrefix,
    callsPerMinute: 600,
  };
  const check = createOidcVerifier(tokens, opened.keys.find, createPseudonymizer('hash key'));
  return createAuthenticator({ findKey: null, tokenVerifiers: new Map([[provider.issuer, check]]) });
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

test('a token of the provider authenticates a user, whose name is a hash of the subject', async () => {
  const caller = await authenticator.authenticate(await provider.sign(claims()));
  expect(caller).toEqual({
    kind: 'user',
    name: expect.stringMatching(/^user:[\w-]{22}$/),
    scopes: new Set(['customers:read', 'settings:read']),
    customerEntityId: null,
    lane: 'standard',
    callsPerMinute: 600,
  });
  const again = await (await authenticatorOf({})).authenticate(await provider.sign(claims()));
  expect(again).toEqual(caller);
  const another = await authenticator.authenticate(await provider.sign(claims({ sub: 'someone else' })));
  expect(another).toMatchObject({ kind: 'user' });
  expect(another).not.toEqual(caller);
});

describe('the scopes of a user', () => {
  test.each<[unknown, readonly string[]]>([
    ['customers:read customers:write', ['customers:read', 'customers:write']],
    [['customers:read', 5, null, 'x'], ['customers:read']],
    ['customers:readcustomers:write', []],
    ['customers:*', []],
    ['shop:customers:read', []],
    ['', []],
    [undefined, []],
    [{ 'customers:read': true }, []],
  ])('are the known scopes of the claim: %j', async (scope, expected) => {
    const caller = await authenticator.authenticate(await provider.sign(claims({ scope })));
    expect(caller).toMatchObject({ scopes: new Set(expected) });
  });

  test('can be read from another claim, and only those with the prefix', async () => {
    const others = await authenticatorOf({ scopeClaim: 'permissions', scopePrefix: 'shop:' });
    const permissions = ['shop:customers:read', 'customers:write', 'shop:shop:settings:read'];
    const caller = await others.authenticate(await provider.sign(claims({ permissions })));
    expect(caller).toMatchObject({ scopes: new Set(['customers:read']) });
  });
});

test.each<[string, Claims]>([
  ['with several audiences', { aud: ['gateway', 'another'] }],
  ['that expired within the clock tolerance', { exp: NOW - 20 }],
])('a token %s is valid', async (_which, others) => {
  expect(await authenticator.authenticate(await provider.sign(claims(others)))).not.toBeNull();
});

test('a genuine token whose time is over is expired', async () => {
  expect(await authenticator.authenticate(await provider.sign(claims({ exp: NOW - 60 })))).toBe('expired');
});

describe('a token is rejected', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const swap = (token: string, index: number, replacement: string) =>
    token.split('.').with(index, replacement).join('.');

  const forgeries: Readonly<Record<string, () => Promise<string>>> = {
    'without `exp`': () => provider.sign(claims({ exp: undefined })),
    'whose `exp` is a string': () => provider.sign(claims({ exp: '9999999999' })),
    'that is not valid yet': () => provider.sign(claims({ nbf: NOW + 120 })),
    'of another audience': () => provider.sign(claims({ aud: 'another' })),
    'without an audience': () => provider.sign(claims({ aud: undefined })),
    'without a subject': () => provider.sign(claims({ sub: undefined })),
    'with an empty subject': () => provider.sign(claims({ sub: '' })),
    'of another issuer': async () => other.sign(claims({ iss: other.issuer })),
    'of another signer that claims our issuer': () => other.sign(claims()),
    'without an issuer': () => provider.sign(claims({ iss: undefined })),
    'whose issuer is spelled differently': () => provider.sign(claims({ iss: provider.issuer.slice(0, -1) })),
    'signed with a key that is not in the JWKS': () => provider.sign(claims(), { kid: 'unknown' }),
    'whose `kid` is a path': () => provider.sign(claims(), { kid: '../../dev/null' }),
    'whose `kid` is an SQL injection': () => provider.sign(claims(), { kid: "' OR 1=1 --" }),
    'with an embedded `jwk`': async () =>
      other.sign(claims(), { kid: 'first', jwk: other.publicJwk() as never }),
    'with a `jku` URL of its own JWKS': () => other.sign(claims(), { jku: other.jwksUrl }),
    'with an `x5u` URL of a certificate': () => other.sign(claims(), { x5u: other.jwksUrl }),
    'with an unknown critical header': () =>
      new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', kid: 'first', crit: ['mood'], mood: 'good' })
        .sign(provider.key(), { crit: { mood: true } }),
    'with the algorithm none': async () => `${part({ alg: 'none', typ: 'JWT' })}.${part(claims())}.`,
    'with the algorithm NONE in upper case': async () => `${part({ alg: 'NONE' })}.${part(claims())}.`,
    'signed with the public key as an HMAC secret (PEM)': async () => {
      const pem = await exportSPKI((await importJWK(provider.publicJwk(), 'RS256')) as never);
      return provider.sign(claims(), { alg: 'HS256' }, new TextEncoder().encode(pem));
    },
    'signed with the public key as an HMAC secret (JWK)': () =>
      provider.sign(
        claims(),
        { alg: 'HS256' },
        new TextEncoder().encode(JSON.stringify(provider.publicJwk())),
      ),
    'signed with an HMAC secret of zeros': () =>
      provider.sign(claims(), { alg: 'HS256' }, new Uint8Array(32)),
    'signed with an algorithm that is not accepted': async () => {
      const { privateKey } = await generateKeyPair('PS256');
      return provider.sign(claims(), { alg: 'PS256' }, privateKey);
    },
    'signed with another type of key': async () => {
      const { privateKey } = await generateKeyPair('ES256');
      return provider.sign(claims(), { alg: 'ES256' }, privateKey);
    },
    'that is a logout token': () => provider.sign(claims(), { typ: 'logout+jwt' }),
    'whose claims were changed after signing': async () =>
      swap(await provider.sign(claims()), 1, part(claims({ scope: 'customers:write' }))),
    'whose header was changed after signing': async () =>
      swap(await provider.sign(claims()), 0, part({ alg: 'ES256', kid: 'first' })),
    'without a signature': async () => swap(await provider.sign(claims()), 2, ''),
    'whose signature is zeros': async () =>
      swap(await provider.sign(claims()), 2, Buffer.alloc(256).toString('base64url')),
    'that is truncated': async () => (await provider.sign(claims())).slice(0, -2),
    'of four parts': async () => `${await provider.sign(claims())}.e30`,
    'of two parts': async () => (await provider.sign(claims())).split('.').slice(0, 2).join('.'),
    'whose payload is not an object': async () => `${part({ alg: 'RS256' })}.${part(['x'])}.x`,
    'whose header is not valid JSON': async () => 'eyJ.eyJ.eyJ',
    'that is empty': async () => '',
  };

  test.each(Object.entries(forgeries))('%s', async (_which, forge) => {
    expect(await authenticator.authenticate(await forge())).toBeNull();
  });
});
