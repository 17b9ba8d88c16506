import { randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { Authenticator } from '../../src/access/authenticator.ts';
import { SCOPES, type Scope } from '../../src/access/caller.ts';
import { openAuthenticator } from '../../src/access/index.ts';
import type { ShopperSignIn } from '../../src/access/shoppers/index.ts';
import { createTestKey, keyFileContent } from '../support/api-keys.ts';
import { type Claims, startOpenIdProvider } from '../support/openid-provider.ts';
import { makeTokenKeys } from '../support/token-keys.ts';
import type { CallerProperties } from './verdicts.ts';

/** A kind of caller with its credentials. */
export interface CallerKind extends CallerProperties {
  readonly name: string;
  /** The bearer token, null for none. Invalid tokens differ on each call, because repeated failures of one are throttled. */
  credential(): Promise<string | null>;
}

export interface CallerKinds {
  readonly kinds: readonly CallerKind[];
  readonly authenticator: Authenticator;
  readonly signIn: ShopperSignIn;
  close(): Promise<void>;
}

const SECRET = 'the-secret-of-the-app-which-nobody-may-see';
const SHOPPER_SCOPES: readonly Scope[] = ['customers:read', 'customers:write'];
const KEY_SCOPES: Readonly<Record<string, readonly Scope[]>> = {
  'a read-only key': ['customers:read'],
  'a write key': ['customers:write'],
  'an instruments key': ['customers:read', 'instruments:read'],
  'a settings key': ['settings:read', 'settings:write'],
  'a metrics key': ['metrics:read'],
  'a full key': SCOPES,
};

/** Every kind of caller, with the authentication of the real program: API keys, OpenID Connect tokens and shopper tokens. */
export async function createCallerKinds({
  owner,
  other,
}: {
  readonly owner: number;
  readonly other: number;
}): Promise<CallerKinds> {
  const provider = await startOpenIdProvider();
  const keys = Object.entries(KEY_SCOPES).map(([name, scopes]) => {
    const made = createTestKey(name.replaceAll(' ', '-'), { scopes: [...scopes] });
    return { name, scopes, owns: null, credential: async () => made.key, stored: made.stored };
  });
  const tokenKeys = await makeTokenKeys();
  const access = await openAuthenticator({
    keys: { text: keyFileContent(...keys) },
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
      signIn: { keys: () => tokenKeys },
      callsPerMinute: null,
    },
    hashKey: null,
    logger: { info: () => {}, error: () => {} },
  });
  if ('problems' in access) throw new Error(access.problems.join('\n'));
  const { signIn } = access;
  if (signIn === null) throw new Error('the sign-in is off');

  const now = Math.floor(Date.now() / 1000);
  const user = (claims: Claims) =>
    provider.sign({
      jti: randomUUID(),
      ...{ iss: provider.issuer, aud: 'gateway', sub: 'someone', exp: now + 3_600, scope: SCOPES.join(' ') },
      ...claims,
    });
  // Within the tolerated skew of clocks: a test changes the password of the owner, which ends all sessions until then.
  const soon = () => Math.floor(Date.now() / 1000) + 20;
  const lockedOut = { scopes: null, owns: null };
  const kinds: readonly CallerKind[] = [
    { name: 'nobody', credential: async () => null, ...lockedOut, isPublic: true },
    { name: 'an expired user', credential: () => user({ exp: now - 600 }), ...lockedOut },
    { name: 'a user of another service', credential: () => user({ aud: 'elsewhere' }), ...lockedOut },
    { name: 'an expired shopper', credential: () => shopperToken(owner, now - 7_200), ...lockedOut },
    { name: 'a shopper of another app', credential: () => shopperToken(owner, now, 'another'), ...lockedOut },
    {
      name: 'a user',
      credential: () => user({ scope: 'customers:read' }),
      scopes: ['customers:read'],
      owns: null,
    },
    ...keys.map(({ stored: _, ...door }) => door),
    {
      name: 'the shopper',
      credential: () => shopperToken(owner, soon()),
      scopes: SHOPPER_SCOPES,
      owns: true,
    },
    {
      name: 'another shopper',
      credential: () => shopperToken(other, soon()),
      scopes: SHOPPER_SCOPES,
      owns: false,
    },
  ];
  return { ...access, kinds, signIn, close: provider.close };
}

function shopperToken(id: number, issuedAt: number, app = 'app'): Promise<string> {
  const claims: JWTPayload = {
    jti: randomUUID(),
    customer: { id, email: 'someone@example.com', group_id: '6' },
    ...{ iss: 'bc/apps', sub: 'sandbox', aud: app, store_hash: 'sandbox', application_id: '1' },
    ...{ operation: 'current_customer', version: 1, iat: issuedAt, exp: issuedAt + 900 },
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(SECRET));
}
