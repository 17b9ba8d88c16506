import { afterEach, expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../../src/access/caller.ts';
import { rateLimit } from '../../src/resolvers/rate-limit.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { keyWith, shopper } from '../support/callers.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

const RATE_LIMIT = '{ rateLimit { limit remaining resetAt waiting } }';
const READ = '{ customer(by: { entityId: 1 }) { email } }';

/** A user of an identity provider who may read nothing. */
const USER: Caller = { ...ANONYMOUS, kind: 'user', name: 'user', scopes: new Set() };

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
afterEach(() => gateway.close());

async function start(sandbox: SandboxOptions = {}): Promise<void> {
  gateway = await startGatewayOnSandbox({ customers: 3, ...sandbox });
}

test('before the first response nothing is known of the quota, and the store is not asked', async () => {
  await start({ quota: 30 });
  const { data, errors } = await gateway.as(keyWith('customers:read')).executeText(RATE_LIMIT);
  expect(errors).toEqual([]);
  expect(data.rateLimit).toEqual({ limit: null, remaining: null, resetAt: null, waiting: 0 });
  expect(gateway.calls()).toEqual([]);
});

test('the quota of the last response is answered without a call, to keys and users with any scope', async () => {
  await start({ quota: 30, windowMs: 3_600_000 });
  await gateway.executeText(READ);
  const before = Date.now();
  gateway.calls();
  for (const caller of [keyWith('metrics:read'), USER]) {
    const { data, errors } = await gateway.as(caller).executeText(RATE_LIMIT);
    expect(errors).toEqual([]);
    expect(data.rateLimit).toMatchObject({ limit: 30, remaining: 29, waiting: 0 });
    expect(Date.parse(data.rateLimit.resetAt)).toBeGreaterThan(before);
  }
  expect(gateway.calls()).toEqual([]);
});

test('a store without a quota has no limit', async () => {
  await start({ quota: 0 });
  await gateway.executeText(READ);
  const { data } = await gateway.as(USER).executeText(RATE_LIMIT);
  expect(data.rateLimit).toEqual({ limit: null, remaining: null, resetAt: null, waiting: 0 });
});

test('it counts the calls of all callers that wait for the next window', async () => {
  await start({ quota: 1, windowMs: 600_000 });
  await gateway.executeText(READ);
  const leave = new AbortController();
  const reads = [1, 2, 3].map((id) =>
    gateway.executeText(`{ customerConsent(customerEntityId: ${id}) { allow } }`, {}, leave.signal),
  );
  const waiting = async () => (await gateway.as(USER).executeText(RATE_LIMIT)).data.rateLimit.waiting;
  await expect.poll(waiting, { timeout: 30_000 }).toBe(3);
  leave.abort();
  await Promise.allSettled(reads);
  await expect.poll(waiting, { timeout: 30_000 }).toBe(0);
});

test.each([
  {
    who: 'anonymous callers',
    caller: ANONYMOUS,
    message: 'Query.rateLimit requires an API key or the token of a user.',
  },
  { who: 'shoppers', caller: shopper(1), message: 'Query.rateLimit is not available to shoppers.' },
])('it is refused to $who', async ({ caller, message }) => {
  await start();
  const { errors } = await gateway.as(caller).executeText(RATE_LIMIT);
  expect(errors).toMatchObject([{ message, path: ['rateLimit'], extensions: { code: 'FORBIDDEN' } }]);
  expect(gateway.calls()).toEqual([]);
});

test('its estimate is no call', async () => {
  await start();
  const response = await post(gateway, { query: RATE_LIMIT, extensions: { explain: 'only' } });
  expect(await response.json()).toMatchObject({
    extensions: { upstream: { estimate: 0, atMost: 0, plan: [] } },
  });
});

test('the time of the reset is a whole second, and never before the reset', async () => {
  await start();
  const queued = { interactive: 1, standard: 2, bulk: 4 };
  const quotaState = () => ({ quota: { limit: 150, remaining: -2, resetMs: 1 }, queued });
  expect(rateLimit({ quotaState }, () => 1_700_000_000_500)).toEqual({
    limit: 150,
    remaining: 0,
    resetAt: new Date(1_700_000_001_000),
    waiting: 7,
  });
});
