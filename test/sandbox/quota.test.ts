import { expect, test } from 'vitest';
import { type StoreResponse, startTestSandbox } from './support/store-client.ts';

const rateOf = ({ headers }: StoreResponse) =>
  ['time-window-ms', 'time-reset-ms', 'requests-quota', 'requests-left'].map((name) =>
    headers.get(`x-rate-limit-${name}`),
  );

test('starts a fixed window with the first request and rejects requests beyond the quota', async () => {
  let time = 1_000_000;
  const { get } = await startTestSandbox({ customers: 1, quota: 2, windowMs: 30_000, now: () => time });
  expect(rateOf(await get('/customers'))).toEqual(['30000', '30000', '2', '1']);
  time += 12_000;
  expect(rateOf(await get('/customers?foo=1'))).toEqual(['30000', '18000', '2', '0']);
  const refused = await get('/customers');
  expect([refused.status, refused.json.title, refused.headers.get('x-retry-after')]).toEqual([
    429,
    'Too many requests',
    '18',
  ]);
  time += 18_000;
  expect(rateOf(await get('/customers'))).toEqual(['30000', '30000', '2', '1']);
});

test('frees a request of a sliding window when the window has passed it', async () => {
  let time = 1_000_000;
  const { get } = await startTestSandbox({
    customers: 1,
    quota: 2,
    now: () => time,
    switches: { window: 'sliding' },
  });
  await get('/customers');
  time += 20_000;
  await get('/customers');
  expect((await get('/customers')).status).toBe(429);
  time += 10_000;
  expect(rateOf(await get('/customers'))).toEqual(['30000', '20000', '2', '0']);
});

test('sends no rate-limit headers without a quota or for an unknown route', async () => {
  const { get } = await startTestSandbox({ customers: 1 });
  expect(rateOf(await get('/customers'))).toEqual([null, null, null, null]);
  const metered = await startTestSandbox({ customers: 1, quota: 5 });
  expect(rateOf(await metered.get('/nowhere'))).toEqual([null, null, null, null]);
});
