import { afterEach, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { type Gateway, type GatewayOptions, startGatewayOnSandbox } from '../support/gateway.ts';

type Running = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let gateway: Running;
afterEach(() => gateway.close());

async function start(sandbox: SandboxOptions, options: Omit<GatewayOptions, 'baseUrl'> = {}): Promise<void> {
  gateway = await startGatewayOnSandbox({ customers: 20, ...sandbox }, options);
  // The store tells of its quota by its first answer.
  await ask(gateway, 'nobody');
}

/** A list that nobody else asks for: one REST call. */
function ask({ askText }: Pick<Gateway, 'askText'>, name: string) {
  return askText(
    'query ($names: [String!]) { customers(filter: { names: $names }) { nodes { entityId } } }',
    {
      names: [name],
    },
  );
}

/** Answers of the store that refused for want of quota, so far. */
async function refused(): Promise<number> {
  const text = await (await gateway.app.yoga.fetch('http://gateway/metrics')).text();
  return Number(/^gateway_upstream_rate_limited_total (\d+)/m.exec(text)?.[1]);
}

test.each(['fixed', 'sliding'] as const)(
  'five times the quota is served without one 429, where windows are %s',
  async (window) => {
    await start({ quota: 20, windowMs: 500, switches: { window } });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => ask(gateway, `name ${i}`)));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(await refused()).toBe(0);
  },
);

test('what cannot come in time is refused at once, with when to come back, and the rest is served', async () => {
  await start({ quota: 20, windowMs: 60_000 }, { deadlineMs: 10_000 });
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(gateway, `name ${i}`)));
  const errors = answers.flatMap((answer) => answer.errors);
  expect(errors.length).toBeGreaterThanOrEqual(21);
  for (const { extensions } of errors) {
    expect(extensions).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfterMs: expect.toSatisfy((ms: number) => ms > 40_000 && ms <= 60_000),
    });
  }
  expect(await refused()).toBe(0);
});

test('writes wait for the next window as well', async () => {
  await start({ quota: 10, windowMs: 500 });
  gateway.sandbox.takeQuota(10);
  const customers = Array.from({ length: 15 }, (_, i) => ({ entityId: i + 1, company: 'Later Ltd' }));
  const { data } = await gateway.askText(
    'mutation ($input: UpdateCustomersInput!) { updateCustomers(input: $input) { summary { updated } } }',
    { input: { customers } },
  );
  expect(data.updateCustomers.summary.updated).toBe(15);
});

test('what is left of the quota stands in the answer', async () => {
  await start({ quota: 30, windowMs: 60_000 });
  const response = await gateway.app.yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: '{ customer(by: { entityId: 1 }) { email } }',
      extensions: { upstream: true },
    }),
  });
  const { extensions } = (await response.json()) as { extensions: { upstream: object } };
  expect(extensions.upstream).toMatchObject({
    requests: 1,
    quota: { limit: 30, remaining: 28, resetMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 60_000) },
  });
});
