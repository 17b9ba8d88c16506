import { join } from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createMemoryStore, openFileStore } from '../../src/access/shoppers/expiring-store.ts';
import { SESSION_ISSUER } from '../../src/access/shoppers/session-tokens.ts';
import {
  BACKEND,
  CLIENT_SECRET,
  putCustomer,
  RENEW,
  SIGN_OUT,
  type SignInGateway,
  signIn,
  startSignInGateway,
} from '../support/sign-in-gateway.ts';
import { tempDir } from '../support/temp-dir.ts';
import { makeTokenKeys } from '../support/token-keys.ts';

const ME = '{ viewer { kind customer { entityId } } }';
const MINUTE = 60_000;

async function isAccepted(gateway: SignInGateway, token: string): Promise<boolean> {
  const { status, data } = await gateway.send(ME, {}, { token });
  expect(status === 200 ? data.viewer.kind : status).toBe(status === 200 ? 'SHOPPER' : 401);
  return status === 200;
}

/** The new token, or the error code. */
async function renew(
  gateway: SignInGateway,
  accessToken: string,
  channelId?: number,
  token?: string,
): Promise<string> {
  const input = { accessToken, channelId };
  const { data, errors } = await gateway.send(RENEW, { input }, token === undefined ? {} : { token });
  return errors[0]?.extensions.code ?? data.renewShopperAccessToken.accessToken.value;
}

/** A current-customer token, as the platform issues it. */
function platformToken({ clock }: SignInGateway, id = 7, claims: object = {}): Promise<string> {
  const iat = Math.floor(clock.time / 1000);
  return new SignJWT({
    customer: { id, email: 'someone@example.org', group_id: '6' },
    ...{ iss: 'bc/apps', sub: 'sandbox', aud: 'app', store_hash: 'sandbox', application_id: '1' },
    ...{ operation: 'current_customer', version: 1, iat, exp: iat + 900, ...claims },
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(CLIENT_SECRET));
}

test('a token is accepted for 15 minutes, and a renewed one for another 15', async () => {
  const gateway = await startSignInGateway();
  const first = await signIn(gateway, 7);
  gateway.clock.time += 14 * MINUTE;
  gateway.calls();
  const second = await renew(gateway, first);
  expect(gateway.calls()).toEqual(['GET /customers']);
  gateway.clock.time += 2 * MINUTE;
  expect(await isAccepted(gateway, first)).toBe(false);
  expect(await isAccepted(gateway, second)).toBe(true);
  expect(await renew(gateway, first)).toBe('INVALID_CREDENTIALS');
});

test('renewals end 24 hours after the sign-in', async () => {
  const gateway = await startSignInGateway();
  let token = await signIn(gateway, 7);
  for (let minutes = 0; minutes < 24 * 60 - 10; minutes += 10) {
    gateway.clock.time += 10 * MINUTE;
    token = await renew(gateway, token, 1, BACKEND.key);
  }
  expect(await isAccepted(gateway, token)).toBe(true);
  gateway.clock.time += 10 * MINUTE;
  expect(await isAccepted(gateway, token)).toBe(false);
  expect(await renew(gateway, token)).toBe('INVALID_CREDENTIALS');
});

test('a shopper renews and ends the session with the token of the request', async () => {
  const gateway = await startSignInGateway({ isPublic: false, sandbox: {} });
  const caller = {
    ...gateway,
    send: (query: string, variables?: object) => gateway.send(query, variables, { token: BACKEND.key }),
  };
  const token = await signIn(caller, 7);
  const renewed = await gateway.send(RENEW, { input: {} }, { token });
  const second = renewed.data.renewShopperAccessToken.accessToken.value;
  const ended = await gateway.send(SIGN_OUT, { input: {} }, { token: second });
  expect(ended.data.signOutShopper).toEqual({ isSignedOut: true });
  expect([await isAccepted(gateway, token), await isAccepted(gateway, second)]).toEqual([false, false]);
});

test('after a sign-out no token of the session is accepted or renewed, and other sessions go on', async () => {
  const gateway = await startSignInGateway();
  const [ended, other] = [await signIn(gateway, 7), await signIn(gateway, 7)];
  const renewed = await renew(gateway, ended);
  const { data } = await gateway.send(SIGN_OUT, { input: { accessToken: renewed } });
  expect(data.signOutShopper).toEqual({ isSignedOut: true });
  for (const token of [ended, renewed]) {
    expect(await isAccepted(gateway, token)).toBe(false);
    expect(await renew(gateway, token)).toBe('INVALID_CREDENTIALS');
    // Once more is no error.
    expect((await gateway.send(SIGN_OUT, { input: { accessToken: token } })).errors).toEqual([]);
  }
  expect(await isAccepted(gateway, other)).toBe(true);
});

test.each([
  ['must reset the password', { authentication: { force_password_reset: true } }],
  ['may no longer sign in on the channel', { channel_ids: [2] }],
])('the token of a customer who %s is not renewed', async (_reason, change) => {
  const gateway = await startSignInGateway();
  const token = await signIn(gateway, 7);
  await putCustomer(gateway, { id: 7, ...change });
  gateway.clock.slept.length = 0;
  expect(await renew(gateway, token)).toBe('INVALID_CREDENTIALS');
  expect(gateway.clock.slept).toEqual([500]);
});

test('the token of a customer who was deleted is not renewed', async () => {
  const gateway = await startSignInGateway();
  const token = await signIn(gateway, 7);
  const { url, token: access } = gateway.sandbox;
  await fetch(`${url}/customers?id:in=7`, { method: 'DELETE', headers: { 'x-auth-token': access } });
  expect(await renew(gateway, token)).toBe('INVALID_CREDENTIALS');
});

test('a token is of one channel', async () => {
  const gateway = await startSignInGateway();
  await putCustomer(gateway, { id: 7, channel_ids: [1, 2] });
  const token = await signIn(gateway, 7, 2);
  expect(await renew(gateway, token, 1)).toBe('INVALID_CREDENTIALS');
  expect(await isAccepted(gateway, await renew(gateway, token, 2))).toBe(true);
});

test('a token is of one store', async () => {
  const keys = await makeTokenKeys();
  const gateway = await startSignInGateway({ keys });
  const other = await startSignInGateway({ keys, storeHash: 'another', shared: gateway.sandbox });
  const token = await signIn(other, 7);
  expect(await isAccepted(other, token)).toBe(true);
  expect(await isAccepted(gateway, token)).toBe(false);
  expect(await renew(gateway, token)).toBe('INVALID_CREDENTIALS');
});

test("the platform's token is exchanged for the gateway's, and both end with one sign-out", async () => {
  const gateway = await startSignInGateway();
  const token = await platformToken(gateway);
  const exchanged = await renew(gateway, token);
  expect(await isAccepted(gateway, exchanged)).toBe(true);
  await gateway.send(SIGN_OUT, { input: { accessToken: exchanged } });
  expect([await isAccepted(gateway, exchanged), await isAccepted(gateway, token)]).toEqual([false, false]);
  expect(await renew(gateway, token)).toBe('INVALID_CREDENTIALS');
});

test("the platform's token is exchanged only for a channel on which the customer may sign in", async () => {
  const gateway = await startSignInGateway();
  await putCustomer(gateway, { id: 7, channel_ids: [2] });
  const token = await platformToken(gateway);
  expect(await renew(gateway, token)).toBe('INVALID_CREDENTIALS');
  expect(await isAccepted(gateway, await renew(gateway, token, 2))).toBe(true);
});

test('in memory, no token is renewed after a restart; with a file it is, and what was ended stays so', async () => {
  const keys = await makeTokenKeys();
  const before = await startSignInGateway({ keys });
  const after = await startSignInGateway({ keys, shared: before.sandbox });
  const token = await signIn(before, 7);
  expect(await isAccepted(after, token)).toBe(true);
  expect(await renew(after, token)).toBe('INVALID_CREDENTIALS');

  const file = join(await tempDir(), 'ended.db');
  const now = () => before.clock.time;
  async function openStore() {
    const opened = await openFileStore('FILE', file, now);
    if ('problems' in opened) throw new Error(opened.problems.join());
    return opened.store;
  }
  const first = await startSignInGateway({ keys, shared: before.sandbox, store: await openStore() });
  const second = await startSignInGateway({ keys, shared: before.sandbox, store: await openStore() });
  const [kept, ended] = [await signIn(first, 7), await signIn(first, 7)];
  await first.send(SIGN_OUT, { input: { accessToken: ended } });
  expect(await isAccepted(second, await renew(second, kept))).toBe(true);
  expect(await isAccepted(second, ended)).toBe(false);
  expect(await renew(second, ended)).toBe('INVALID_CREDENTIALS');
});

test('no forged token is accepted, whatever its header says', async () => {
  const gateway = await startSignInGateway();
  const { keys, clock } = gateway;
  const genuine = await signIn(gateway, 7);
  const [header = '', payload = '', signature = ''] = genuine.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { kid, key } = keys.signing;
  const signed = (change: object, head: object = {}, by: CryptoKey | Uint8Array = key) =>
    new SignJWT({ ...claims, ...change })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid, ...head })
      .sign(by);
  const publicKey = keys.verifying.get(kid);
  if (publicKey === undefined) throw new Error('no key');
  const { x = '' } = await exportJWK(publicKey);
  const stranger = await makeTokenKeys();
  const later = Math.floor(clock.time / 1000) + 100_000;

  expect(await isAccepted(gateway, await signed({}))).toBe(true);
  const forged: Readonly<Record<string, string>> = {
    'alg none': `${encode({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`,
    'alg none, with the signature': `${encode({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.${signature}`,
    'the public key as an HMAC secret': await signed(
      {},
      { alg: 'HS256' },
      new Uint8Array(Buffer.from(x, 'base64url')),
    ),
    'the client secret of the app': await signed(
      {},
      { alg: 'HS256' },
      new TextEncoder().encode(CLIENT_SECRET),
    ),
    'the key of a stranger': await signed({}, {}, stranger.signing.key),
    'the key of a stranger in the header': await signed(
      {},
      { jwk: await exportJWK(stranger.verifying.get(stranger.signing.kid) as CryptoKey) },
      stranger.signing.key,
    ),
    'an unknown key id': await signed({}, { kid: stranger.signing.kid }),
    'another customer': `${header}.${encode({ ...claims, sub: '8' })}.${signature}`,
    'another type': await signed({}, { typ: 'logout+jwt' }),
    'no type': await signed({}, { typ: undefined }),
    'another issuer': await signed({ iss: `${SESSION_ISSUER}.example` }),
    'the issuer of the platform': await signed({ iss: 'bc/apps' }),
    'another store': await signed({ aud: 'another' }),
    'no session': await signed({ sid: undefined }),
    'no time of the sign-in': await signed({ auth_time: undefined, exp: later }),
    'no expiry': await signed({ exp: undefined }),
    'no customer': await signed({ sub: '0' }),
    'a name as the customer': await signed({ sub: 'admin' }),
  };
  for (const [name, token] of Object.entries(forged)) {
    expect([name, await isAccepted(gateway, token)]).toEqual([name, false]);
    expect([name, await renew(gateway, token)]).toEqual([name, 'INVALID_CREDENTIALS']);
    const ended = await gateway.send(SIGN_OUT, { input: { accessToken: token } });
    expect([name, ended.errors[0]?.extensions.code]).toEqual([name, 'INVALID_CREDENTIALS']);
  }
  expect(await isAccepted(gateway, genuine)).toBe(true);
});

test('while the store of ended sessions is away, tokens are accepted and nothing is renewed or ended', async () => {
  const memory = createMemoryStore(() => 0);
  let isAway = false;
  const unlessAway = async <T>(act: () => Promise<T>) => {
    if (isAway) throw new Error('away');
    return act();
  };
  const gateway = await startSignInGateway({
    store: {
      isDurable: true,
      get: (key) => unlessAway(() => memory.get(key)),
      set: (...entry) => unlessAway(() => memory.set(...entry)),
    },
  });
  const [token, ended] = [await signIn(gateway, 7), await signIn(gateway, 7)];
  isAway = true;
  expect(await isAccepted(gateway, token)).toBe(true);
  expect(await renew(gateway, token)).toBe('OVERLOADED');
  const { errors } = await gateway.send(SIGN_OUT, { input: { accessToken: ended } });
  expect(errors[0]?.extensions).toEqual({ code: 'OVERLOADED', retryAfterMs: 1_000 });
  // This process knows that the shopper wanted it to end.
  expect(await isAccepted(gateway, ended)).toBe(false);
  gateway.calls();
  const change =
    'mutation { changeViewerPassword(input: { currentPassword: "sandbox1", newPassword: "battery staple 7" }) { outcome } }';
  const changed = await gateway.send(change, {}, { token });
  expect(changed.errors[0]?.extensions.code).toBe('OVERLOADED');
  expect(gateway.calls()).toEqual([]);
  isAway = false;
  expect(await isAccepted(gateway, await renew(gateway, token))).toBe(true);
});
