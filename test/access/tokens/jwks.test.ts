import { EventEmitter, once } from 'node:events';
import { decodeProtectedHeader, type JWTVerifyGetKey } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openJwks, ProviderUnavailable } from '../../../src/access/tokens/jwks.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts';

let provider: OpenIdProvider;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  provider = await startOpenIdProvider();
});
afterEach(async () => {
  vi.useRealTimers();
  await provider.close();
});

const MINUTE = 60_000;

async function open(jwksUrl: string | null = null) {
  const reports: boolean[] = [];
  const waits: number[] = [];
  const result = await openJwks({
    issuer: provider.issuer,
    jwksUrl,
    onUnreadable: (isUnreadable) => reports.push(isUnreadable),
    now: Date.now,
    async sleep(ms) {
      waits.push(ms);
      advance(ms);
    },
  });
  return { result, reports, waits };
}

async function openKeys() {
  const { result, reports, waits } = await open();
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return { keys: result.keys.find, reports, waits };
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

function advance(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

test('reads the JWKS from the URL of the discovery document or from the configured URL', async () => {
  expect((await open()).result).toHaveProperty('keys');
  expect((await open(provider.jwksUrl)).result).toHaveProperty('keys');
  expect(provider.jwksRequests()).toBe(2);
});

test('accepts a key that the provider first uses just after the last reading, within half a second', async () => {
  const { keys, waits } = await openKeys();
  await provider.rotate('second');
  expect(await knows(keys, await provider.sign({}))).toBe(true);
  expect(waits).toEqual([500]);
  expect(provider.jwksRequests()).toBe(2);
});

test('reads the JWKS at most twice a second for unknown key ids, and once for all that come together', async () => {
  const { keys, waits } = await openKeys();
  const startedAt = Date.now();
  for (let i = 0; i < 20; i += 1) {
    const made = Array.from({ length: 5 }, (_, j) => provider.sign({}, { kid: `made up ${i} ${j}` }));
    const known = await Promise.all(made.map(async (token) => knows(keys, await token)));
    expect(known).toEqual([false, false, false, false, false]);
  }
  const passedMs = Date.now() - startedAt;
  expect(waits.length).toBeGreaterThanOrEqual(20);
  expect(provider.jwksRequests() - 1).toBeLessThanOrEqual(passedMs / 500);
});

test('a key that the provider withdraws stops working after five minutes', async () => {
  const { keys } = await openKeys();
  const token = await provider.sign({});
  await provider.rotate('second');
  provider.withdraw('first');
  expect(await knows(keys, token)).toBe(true);
  advance(5 * MINUTE + 1);
  expect(await knows(keys, token)).toBe(false);
  expect(await knows(keys, await provider.sign({}))).toBe(true);
});

test('keeps the last JWKS for a day while the provider is down, and reports the outage once', async () => {
  const { keys, reports } = await openKeys();
  const token = await provider.sign({});
  provider.override('gone', 503);
  for (let hour = 0; hour < 23; hour += 1) {
    advance(60 * MINUTE);
    expect(await knows(keys, token)).toBe(true);
  }
  advance(61 * MINUTE);
  expect(await knows(keys, token)).toBe(false);
  provider.override(null);
  expect(await knows(keys, token)).toBe(true);
  expect(reports).toEqual([true, false]);
});

describe('a provider that does not answer at the start', () => {
  const openWithout = (jwksUrl: string | null, retryMs?: number) =>
    openJwks({
      issuer: provider.issuer,
      jwksUrl,
      mayBeUnreadable: true,
      onUnreadable: (isUnreadable) => events.emit(isUnreadable ? 'unreadable' : 'readable'),
      ...(retryMs !== undefined && { retryMs }),
    });
  const events = new EventEmitter();

  test.each([
    ['discovery document', () => null],
    ['JWKS', () => provider.jwksUrl],
  ])('is tried again until its %s can be read', async (_which, jwksUrl) => {
    provider.override('gone', 503);
    const readable = once(events, 'readable');
    const result = await openWithout(jwksUrl(), 5);
    if ('problems' in result) throw new Error(result.problems.join('\n'));
    expect(result.keys.isUnreadable()).toBe(true);
    const token = await provider.sign({});
    const header = decodeProtectedHeader(token) as { alg: string };
    await expect(result.keys.find(header, {} as never)).rejects.toThrow(ProviderUnavailable);
    provider.override(null);
    await readable;
    expect(result.keys.isUnreadable()).toBe(false);
    expect(await knows(result.keys.find, token)).toBe(true);
  });

  test.each([
    ['names another issuer', '{"issuer":"https://id.example.com"}'],
    ['names no JWKS', () => JSON.stringify({ issuer: provider.issuer })],
  ])('differs from one whose discovery document %s, which is a problem at once', async (_which, body) => {
    provider.override(typeof body === 'string' ? body : body());
    expect(await openWithout(null)).toHaveProperty('problems');
  });
});

test.each([
  ['is not JSON', '<html>', 200],
  ['has an error status', '{"keys":[]}', 500],
  ['has no list of keys', '{"key":[]}', 200],
])('does not start if the JWKS %s', async (_which, body, status) => {
  provider.override(body, status);
  expect((await open(provider.jwksUrl)).result).toEqual({
    problems: ['OIDC_JWKS_URL cannot be read, or is not a JWKS'],
  });
});

test.each([
  [
    'does not exist',
    'Not found',
    404,
    'OIDC_ISSUER has no readable /.well-known/openid-configuration: if it has none, set OIDC_JWKS_URL',
  ],
  [
    'names another issuer',
    '{"issuer":"https://id.example.com"}',
    200,
    'OIDC_ISSUER differs from the issuer in its /.well-known/openid-configuration',
  ],
])('does not start if the discovery document %s', async (_which, body, status, problem) => {
  provider.override(body, status);
  expect((await open()).result).toEqual({ problems: [problem] });
});

test('rejects a JWKS URL that is not https', async () => {
  provider.override(JSON.stringify({ issuer: provider.issuer, jwks_uri: 'http://id.example.com/keys' }));
  expect((await open()).result).toEqual({
    problems: [
      'OIDC_ISSUER has no https jwks_uri in its /.well-known/openid-configuration: set OIDC_JWKS_URL',
    ],
  });
});
