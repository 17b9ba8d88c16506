import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStoreClient, type Json } from '../../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { caseDocument, MUTATION_CASES } from '../../support/mutation-cases.ts';
import { post } from '../../support/post.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  gateway = await startGatewayOnSandbox({ customers: 60 });
});
afterEach(() => gateway.close());

/** Runs a mutation and counts its calls at the store. */
async function run(kind: (typeof MUTATION_CASES)[number], items: readonly unknown[]) {
  gateway.sandbox.requests.clear();
  const variables = { input: { [kind.list]: items } };
  const response = await post(gateway, {
    query: caseDocument(kind),
    variables,
    extensions: { upstream: true },
  });
  const { data, errors, extensions } = (await response.json()) as Json;
  expect(errors).toBeUndefined();
  const { estimate, atMost } = extensions.upstream;
  return { estimate, atMost, made: gateway.sandbox.requests.list().length, payload: data[kind.mutation] };
}

test.each(MUTATION_CASES.flatMap((kind) => [1, 12].map((count) => ({ kind, name: kind.mutation, count }))))(
  '$name of $count items makes at most the estimated calls',
  async ({ kind, count }) => {
    const items = await kind.items(createStoreClient(gateway.sandbox), count);
    const { made, estimate, atMost, payload } = await run(kind, items);
    expect(payload.summary.failed).toBe(0);
    expect(made).toBeLessThanOrEqual(estimate);
    expect(estimate).toBeLessThanOrEqual(atMost);
  },
);

test.each(MUTATION_CASES.map((kind) => ({ kind, name: kind.mutation })))(
  '$name with rejected items makes at most the calls of atMost',
  async ({ kind }) => {
    const valid = await kind.items(createStoreClient(gateway.sandbox), 11);
    const { made, atMost, payload } = await run(kind, [kind.invalid.item, ...valid]);
    expect(payload.summary.failed).toBeGreaterThan(0);
    expect(made).toBeLessThanOrEqual(atMost);
  },
);
