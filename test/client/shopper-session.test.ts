import { expect, onTestFinished, test } from 'vitest';
import { createClient, createShopperSession, type ShopperToken } from '../../src/client/index.ts';
import { listen } from '../../src/server/listen.ts';
import { emailOf, PASSWORD, startSignInGateway } from '../support/sign-in-gateway.ts';
import { json, refusal, startHostileGateway } from './hostile-gateway.ts';
import { createRecordingClock } from './recording-clock.ts';

const MINUTE_MS = 60_000;
const WHO = '{ viewer { kind customer { entityId } } }';

async function start() {
  const gateway = await startSignInGateway();
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  onTestFinished(() => listener.stop());
  const clock = { now: () => gateway.clock.time, sleep: async () => {} };
  const tokens: (ShopperToken | null)[] = [];
  const url = `${listener.url}/graphql`;
  const session = createShopperSession({ url, clock, onChange: (token) => tokens.push(token) });
  const client = createClient({ url, clock, credential: session.credential });
  return {
    gateway,
    session,
    client,
    tokens,
    signIn: { email: await emailOf(gateway, 3), password: PASSWORD },
  };
}

test('a shopper signs in, reads as themselves, and signs out', async () => {
  const { gateway, session, client, signIn, tokens } = await start();
  expect(session.isSignedIn()).toBe(false);
  await session.signIn(signIn);
  expect(session.isSignedIn()).toBe(true);
  expect(await client.request(WHO)).toEqual({ viewer: { kind: 'SHOPPER', customer: { entityId: 3 } } });
  const old = tokens[0]?.value ?? '';
  await session.signOut();
  expect(session.isSignedIn()).toBe(false);
  expect(await session.credential()).toBeNull();
  const { status } = await gateway.send(WHO, {}, { token: old });
  expect(status).toBe(401);
});

test('a token is renewed once a minute before it expires, however many requests wait for it', async () => {
  const { gateway, session, client, signIn, tokens } = await start();
  await session.signIn(signIn);
  gateway.clock.time += 13 * MINUTE_MS;
  await client.request(WHO);
  expect(tokens).toHaveLength(1);
  gateway.clock.time += 1.5 * MINUTE_MS;
  await Promise.all([client.request(WHO), client.request(WHO), client.request(WHO)]);
  expect(tokens).toHaveLength(2);
  gateway.clock.time += 10 * MINUTE_MS;
  expect(await client.request(WHO)).toMatchObject({ viewer: { kind: 'SHOPPER' } });
});

test('a token that has expired is not renewed: the session is over', async () => {
  const { gateway, session, signIn, tokens } = await start();
  await session.signIn(signIn);
  gateway.clock.time += 16 * MINUTE_MS;
  expect(session.isSignedIn()).toBe(false);
  expect(await session.credential()).toBeNull();
  expect(tokens.at(-1)).toBeNull();
});

test('a wrong password is INVALID_CREDENTIALS and tried once', async () => {
  const { session, signIn } = await start();
  await expect(session.signIn({ ...signIn, password: 'wrong' })).rejects.toMatchObject({
    code: 'INVALID_CREDENTIALS',
  });
  expect(session.isSignedIn()).toBe(false);
});

const token = (value: string, minutes: number): ShopperToken => ({
  value,
  expiresAt: new Date(Date.UTC(2030, 0, 1) + minutes * MINUTE_MS).toISOString(),
});

test('a token stays if its renewal fails for a reason that can pass', async () => {
  const { url } = await startHostileGateway(refusal('OVERLOADED', 503));
  const session = createShopperSession({
    url,
    clock: createRecordingClock(),
    token: token('a', 0.9),
    retries: 0,
  });
  expect(await session.credential()).toBe('a');
});

test('a session ends if the gateway refuses to renew its token', async () => {
  const { url } = await startHostileGateway(
    json({
      data: { renewShopperAccessToken: null },
      errors: [
        { message: 'x', path: ['renewShopperAccessToken'], extensions: { code: 'INVALID_CREDENTIALS' } },
      ],
    }),
  );
  const session = createShopperSession({ url, clock: createRecordingClock(), token: token('a', 0.9) });
  expect(await session.credential()).toBeNull();
  expect(session.isSignedIn()).toBe(false);
});
