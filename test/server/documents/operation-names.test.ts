import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { post } from '../../support/post.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 1 });
});
afterAll(() => gateway.close());

const twice = (name: string) =>
  `query ${name} { viewer { __typename } } query ${name} { viewer { __typename } }`;

test.each([
  ['without an operation name', {}],
  ['with an operation name', { operationName: 'Dashboard' }],
  ['with the name of no operation', { operationName: 'Other' }],
])('names the operation that a document has twice, in a request %s', async (_, parameters) => {
  const response = await post(gateway, { query: twice('Dashboard'), ...parameters });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    {
      errors: [
        {
          message: 'There can be only one operation named "Dashboard".',
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    },
  ]);
});

test('quotes at most 100 characters of the name', async () => {
  const response = await post(gateway, { query: twice('N'.repeat(5_000)) });
  const { errors } = (await response.json()) as { errors: { message: string }[] };
  expect(errors[0]?.message).toBe(`There can be only one operation named "${'N'.repeat(100)}…".`);
});
