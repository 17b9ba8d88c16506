import { expect, test } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { json, startHostileGateway } from './hostile-gateway.ts';
import { createRecordingClock } from './recording-clock.ts';

const QUERY = '{ customer(by: { entityId: 1 }) { firstName } }';

const answer = (quota: object | null, requests = 1) =>
  json({ data: { customer: null }, extensions: { upstream: { requests, estimate: 1, quota } } });

async function start(...answers: Parameters<typeof startHostileGateway>) {
  const gateway = await startHostileGateway(...answers);
  const clock = createRecordingClock();
  return { gateway, clock, client: createClient({ url: gateway.url, clock, random: () => 0 }) };
}

test('each request asks for the state of the quota', async () => {
  const { gateway, client } = await start(answer(null));
  await client.request(QUERY);
  expect(gateway.bodies[0]?.extensions).toEqual({ upstream: true });
});

test('no request asks for it if the options say so', async () => {
  const gateway = await startHostileGateway(answer(null));
  await createClient({ url: gateway.url, pace: false }).request(QUERY);
  expect(gateway.bodies[0]?.extensions).toBeUndefined();
});

test('nothing waits while the quota is large, unlimited or unknown', async () => {
  const { client, clock } = await start(
    answer({ limit: 150, remaining: 15, resetMs: 20_000 }),
    answer(null),
    json({ data: { customer: null } }),
  );
  for (let count = 0; count < 4; count += 1) await client.request(QUERY);
  expect(clock.slept).toEqual([]);
});

test('requests are spread over the rest of the window when a tenth of the quota is left', async () => {
  const { client, clock } = await start(
    answer({ limit: 150, remaining: 9, resetMs: 20_000 }),
    answer({ limit: 150, remaining: 8, resetMs: 18_000 }),
    answer({ limit: 150, remaining: 150, resetMs: 30_000 }),
  );
  for (let count = 0; count < 3; count += 1) await client.request(QUERY);
  expect(clock.slept).toEqual([2_000, 2_000]);
  await client.request(QUERY);
  await client.request(QUERY);
  expect(clock.slept).toHaveLength(3);
});

test('a request that costs many calls counts as many', async () => {
  const { client, clock } = await start(answer({ limit: 150, remaining: 9, resetMs: 20_000 }, 3));
  await client.request(QUERY);
  await client.request(QUERY);
  expect(clock.slept).toEqual([5_000]);
});

test('nothing is sent before the window ends when the quota is used up', async () => {
  const { client, clock } = await start(answer({ limit: 150, remaining: 0, resetMs: 20_000 }), answer(null));
  await client.request(QUERY);
  await Promise.all([client.request(QUERY), client.request(QUERY)]);
  expect(clock.slept[0]).toBe(20_000);
});

test('what the gateway asks one request to wait, the others of the client wait too', async () => {
  const { gateway, client, clock } = await start(
    json({ errors: [{ message: 'x', extensions: { code: 'OVERLOADED', retryAfterMs: 4_000 } }] }, 503),
    answer(null),
  );
  const start_ = clock.now();
  await client.request(QUERY);
  expect(clock.now() - start_).toBe(4_000);
  expect(gateway.bodies).toHaveLength(2);
});
