import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ClientGateway,
  DEFER_TEXT,
  MUTATION_TEXT,
  QUERY_TEXT,
  startClientGateway,
} from './client-gateway.ts';

let gateway: ClientGateway;
beforeAll(async () => {
  gateway = await startClientGateway();
});
afterAll(() => gateway.close());

/** The results of an operation until its end. */
async function resultsOf(query: string, variables: Record<string, unknown>): Promise<readonly unknown[]> {
  const client = createClient({ url: gateway.url, fetchFn: gateway.fetch, retryAttempts: 0 });
  const results: unknown[] = [];
  for await (const result of client.iterate({ query, variables })) results.push(result);
  client.dispose();
  return results;
}

test('graphql-sse queries and writes', async () => {
  expect(await resultsOf(QUERY_TEXT, { id: 1 })).toMatchObject([{ data: { customer: { entityId: 1 } } }]);
  expect(await resultsOf(MUTATION_TEXT, { id: 1, name: 'Ana' })).toMatchObject([
    { data: { updateCustomers: { results: [{ customer: { firstName: 'Ana' } }] } } },
  ]);
  expect(gateway.exchanges()).toMatchObject([
    { type: expect.stringContaining('text/event-stream') },
    { type: expect.stringContaining('text/event-stream') },
  ]);
});

test('graphql-sse gets a deferred fragment in a second event', async () => {
  const [first, ...others] = await resultsOf(DEFER_TEXT, { id: 1 });
  expect(first).toMatchObject({ data: { customer: { entityId: 1 } }, hasNext: true });
  expect(first).not.toHaveProperty('data.customer.consent');
  expect(JSON.stringify(others)).toContain('"consent":');
});

test('graphql-sse gets the error of an invalid operation', async () => {
  await expect(resultsOf('{ nothing }', {})).resolves.toMatchObject([
    { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
  ]);
});
