import { decodeProtectedHeader, type JWTVerifyGetKey } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openProviderKeys } from '../../src/access/provider-keys.ts';
import { type Provider, startProvider } from '../support/openid-provider.ts';

let provider: Provider;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  provider = await startProvider();
});
afterEach(async () => {
  vi.useRealTimers();
  await provider.close();
});

const MINUTE = 60_000;

async function opened(jwksUrl: string | null = null) {
  const told: boolean[] = [];
  const result = await openProviderKeys({
    issuer: provider.issuer,
    jwksUrl,
    onUnreadable: (isUnreadable) => told.push(isUnreadable),
    now: Date.now,
  });
  return { result, told };
}

async function openKeys() {
  const { result, told } = await opened();
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return { keys: result.keys, told };
}

async function knows(keys: JWTVerifyGetKey, token: string): Promise<boolean> {
  const header = decodeProtectedHeader(token) as { alg: string };
  try {
    await keys(header, {} as never);
    return true;
  } catch {
    return false;
  }
}

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

test('finds the keys where the provider says, or where it is told', async () => {
  expect((await opened()).result).toHaveProperty('keys');
  expect((await opened(provider.jwksUrl)).result).toHaveProperty('keys');
  expect(provider.asked()).toBe(2);
});

test('looks for a key that it does not know, twice a minute at the most', async () => {
  const { keys } = await openKeys();
  await provider.rotate('second');
  const token = await provider.sign({});
  expect(await knows(keys, token)).toBe(false);
  pass(MINUTE / 2 + 1);
  expect(await knows(keys, token)).toBe(true);
  for (let i = 0; i < 20; i += 1) {
    expect(await knows(keys, await provider.sign({}, { kid: `made up ${i}` }))).toBe(false);
  }
  expect(provider.asked()).toBe(2);
});

test('stays with the keys that it has while the provider is down, for a day, and says so once', async () => {
  const { keys, told } = await openKeys();
  const token = await provider.sign({});
  provider.answer('gone', 503);
  for (let hour = 0; hour < 23; hour += 1) {
    pass(60 * MINUTE);
    expect(await knows(keys, token)).toBe(true);
  }
  pass(61 * MINUTE);
  expect(await knows(keys, token)).toBe(false);
  provider.answer(null);
  expect(await knows(keys, token)).toBe(true);
  expect(told).toEqual([true, false]);
});

test.each([
  ['is no JSON', '<html>', 200],
  ['is an error', '{"keys":[]}', 500],
  ['holds no keys', '{"key":[]}', 200],
])('does not start with a set of keys that %s', async (_which, body, status) => {
  provider.answer(body, status);
  expect((await opened(provider.jwksUrl)).result).toEqual({
    problems: ['OIDC_JWKS_URL cannot be read, or hold no set of keys'],
  });
});

test.each([
  [
    'is not there',
    'Not found',
    404,
    'OIDC_ISSUER has no /.well-known/openid-configuration that can be read: set OIDC_JWKS_URL where it has none',
  ],
  [
    'is of another issuer',
    '{"issuer":"https://id.example.com"}',
    200,
    'OIDC_ISSUER is not the issuer that its own /.well-known/openid-configuration names',
  ],
])('does not start on a description that %s', async (_which, body, status, problem) => {
  provider.answer(body, status);
  expect((await opened()).result).toEqual({ problems: [problem] });
});

test('does not believe keys that anyone on the way could change', async () => {
  provider.answer(JSON.stringify({ issuer: provider.issuer, jwks_uri: 'http://id.example.com/keys' }));
  expect((await opened()).result).toEqual({
    problems: [
      'OIDC_ISSUER names no https address of its keys in /.well-known/openid-configuration: set OIDC_JWKS_URL',
    ],
  });
});
