import { afterEach, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { type GatewayOptions, type GraphQLClient, startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

type Running = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let gateway: Running;
afterEach(() => gateway.close());

async function start(sandbox: SandboxOptions, options: Omit<GatewayOptions, 'baseUrl'> = {}): Promise<void> {
  gateway = await startGatewayOnSandbox({ customers: 20, ...sandbox }, options);
  // The first response reports the quota of the store.
  await readByName(gateway, 'nobody');
}

/** A list that no other operation requests: one REST call. */
function readByName({ executeText }: GraphQLClient, name: string) {
  return executeText(
    'query ($names: [String!]) { customers(filter: { names: $names }) { nodes { entityId } } }',
    {
      names: [name],
    },
  );
}

/** Number of 429 responses so far. */
async function rateLimitedCount(): Promise<number> {
  const text = await (await gateway.app.yoga.fetch('http://gateway/metrics')).text();
  return Number(/^gateway_upstream_rate_limited_total (\d+)/m.exec(text)?.[1]);
}

test.each(['fixed', 'sliding'] as const)(
  'demand of five times the quota is served without a 429, with %s windows',
  async (window) => {
    await start({ quota: 20, windowMs: 500, switches: { window } });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => readByName(gateway, `name ${i}`)),
    );
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(await rateLimitedCount()).toBe(0);
  },
);

test('operations that cannot meet their deadline are rejected at once with a retry delay, and the others are served', async () => {
  await start({ quota: 20, windowMs: 60_000 }, { deadlineMs: 10_000 });
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => readByName(gateway, `name ${i}`)));
  const errors = answers.flatMap((answer) => answer.errors);
  expect(errors.length).toBeGreaterThanOrEqual(21);
  for (const { extensions } of errors) {
    expect(extensions).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfterMs: expect.toSatisfy((ms: number) => ms > 40_000 && ms <= 60_000),
    });
  }
  expect(await rateLimitedCount()).toBe(0);
});

test('writes wait for the next window too', async () => {
  await start({ quota: 10, windowMs: 500 });
  gateway.sandbox.consumeQuota(10);
  const customers = Array.from({ length: 15 }, (_, i) => ({ entityId: i + 1, company: 'Later Ltd' }));
  const { data } = await gateway.executeText(
    'mutation ($input: UpdateCustomersInput!) { updateCustomers(input: $input) { summary { updated } } }',
    { input: { customers } },
  );
  expect(data.updateCustomers.summary.updated).toBe(15);
});

test('the response reports the remaining quota', async () => {
  await start({ quota: 30, windowMs: 60_000 });
  const response = await post(gateway, {
    query: '{ customer(by: { entityId: 1 }) { email } }',
    extensions: { upstream: true },
  });
  const { extensions } = (await response.json()) as { extensions: { upstream: object } };
  expect(extensions.upstream).toMatchObject({
    requests: 1,
    quota: { limit: 30, remaining: 28, resetMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 60_000) },
  });
});
