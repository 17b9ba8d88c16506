import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFrom, startGatewayOnSandbox } from '../support/gateway.ts';
import { post } from '../support/post.ts';

type Gateway = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

const STORE = { BIGCOMMERCE_STORE_HASH: 'abc', BIGCOMMERCE_ACCESS_TOKEN: 'token', GATEWAY_AUTH: 'none' };
const QUERY = '{ customer(by: { entityId: 1 }) { entityId } }';

let open: Gateway;
let closed: Gateway;
beforeAll(async () => {
  open = await startGatewayOnSandbox({ customers: 1 }, { guards: { batching: true } });
  closed = await startGatewayOnSandbox({ customers: 1 }, { guards: configFrom(STORE).guards });
});
afterAll(() => Promise.all([open.close(), closed.close()]));

const batchOf = (gateway: Gateway, size: number) =>
  post(
    gateway,
    Array.from({ length: size }, () => ({ query: QUERY })),
  );

describe('in production', () => {
  test('introspection is disabled', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Customer") { name } }']) {
      const { errors } = await closed.executeText(query);
      expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
      expect(errors[0]?.message).toContain('introspection has been disabled');
    }
    expect((await closed.executeText('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test('errors contain no suggestions', async () => {
    const { errors } = await closed.executeText('{ custmers { totalCount } }');
    expect(errors[0]?.message).toBe('Cannot query field "custmers" on type "Query".');
    const wrong = await closed.executeText('query ($by: CustomerBy!) { customer(by: $by) { id } }', {
      by: { entityIt: 1 },
    });
    expect(wrong.errors[0]?.message).toBe(
      'Variable "$by" is invalid; A field is not defined by type "CustomerBy".',
    );
  });

  test.each([true, 'only'])('explain: %j is rejected and nothing runs', async (explain) => {
    closed.calls();
    const response = await post(closed, { query: QUERY, extensions: { explain } });
    expect([response.status, await response.json()]).toEqual([
      403,
      {
        errors: [
          {
            message: '`explain` is disabled on this server (EXPLAIN=on enables it).',
            extensions: { code: 'FORBIDDEN' },
          },
        ],
      },
    ]);
    expect(closed.calls()).toEqual([]);
  });

  test('a batch is rejected and none of its operations runs', async () => {
    closed.calls();
    expect((await batchOf(closed, 2)).status).toBe(400);
    expect(closed.calls()).toEqual([]);
  });
});

describe('with everything enabled', () => {
  test('introspection is allowed and errors contain suggestions', async () => {
    expect((await open.executeText('{ __type(name: "Customer") { name } }')).data.__type.name).toBe(
      'Customer',
    );
    const { errors } = await open.executeText('{ custmers { totalCount } }');
    expect(errors[0]?.message).toContain('Did you mean "customers"');
  });

  test('a batch of ten operations gets its results in order', async () => {
    const answers = (await (await batchOf(open, 10)).json()) as unknown[];
    expect(answers).toEqual(Array.from({ length: 10 }, () => ({ data: { customer: { entityId: 1 } } })));
  });

  test('a batch of eleven operations is rejected', async () => {
    expect((await batchOf(open, 11)).status).toBe(413);
  });

  test('an invalid operation in a batch fails alone', async () => {
    const response = await post(open, [{ query: '{ nope }' }, { query: QUERY }, { query: '{a'.repeat(500) }]);
    const answers = (await response.json()) as { errors?: { extensions: { code: string } }[] }[];
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
      undefined,
      'OPERATION_TOO_EXPENSIVE',
    ]);
  });
});
