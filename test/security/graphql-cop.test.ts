import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  expectNoInternals,
  expectRejected,
  type ProductionGateway,
  startProductionGateway,
} from '../support/production-gateway.ts';

// One test for each check of the scanner graphql-cop.
let fortress: ProductionGateway;
beforeAll(async () => {
  fortress = await startProductionGateway();
});
afterAll(() => fortress.close());

const times = (count: number, item: (i: number) => string, separator = ' ') =>
  Array.from({ length: count }, (_, i) => item(i)).join(separator);

describe('denial of service', () => {
  test.each([
    ['alias overloading', { query: `query cop { ${times(101, (i) => `alias${i}:__typename`)} }` }],
    ['batch queries', Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' }))],
    ['directive overloading', { query: `query cop { __typename ${'@aa'.repeat(10)} }` }],
    [
      'circular introspection',
      {
        query: `query cop { __schema { types { ${'fields { type { '.repeat(5)}name${' } }'.repeat(5)} } } }`,
      },
    ],
    ['field duplication', { query: `query cop { ${'__typename '.repeat(500)} }` }],
  ])('rejects %s', async (_name, body) => expectRejected(await fortress.send(body)));
});

test('rejects circular introspection even if introspection is enabled', async () => {
  const open = await startProductionGateway({});
  const cycle = 'fields { type { '.repeat(5);
  expectRejected(await open.send({ query: `{ __schema { types { ${cycle}name${' } }'.repeat(5)} } }` }));
  await open.close();
});

describe('information disclosure', () => {
  test('rejects introspection', async () => {
    expectRejected(
      await fortress.send({ query: 'query cop { __schema { types { name fields { name } } } }' }),
    );
  });

  test('omits field suggestions', async () => {
    const reply = await fortress.send({ query: 'query cop { __schema { directive } custome { id } }' });
    expectRejected(reply);
    expect(reply.text).not.toContain('Did you mean');
  });

  test('ignores the tracing extension', async () => {
    const { text } = await fortress.send({
      query: 'query cop { __typename }',
      extensions: { tracing: true },
    });
    expect(JSON.parse(text)).toEqual({ data: { __typename: 'Query' } });
  });

  test.each(['/', '/graphql', '/graphiql', '/playground', '/console', '/altair', '/voyager'])(
    'serves no GraphQL explorer at %s',
    async (path) => {
      const reply = await fortress.request(path, { headers: { accept: 'text/html' } });
      expect(reply.headers.get('content-type') ?? '').not.toContain('html');
      expect(reply.text).not.toMatch(/graphiql|playground|apollo/i);
    },
  );

  test('returns parse errors with a code only', async () => {
    const reply = await fortress.send({ query: 'qwerty cop { abc }' });
    expectRejected(reply);
    expect(reply.errors.map(({ extensions }) => extensions)).toEqual([{ code: 'GRAPHQL_PARSE_FAILED' }]);
  });
});

describe('cross-site request forgery', () => {
  test('rejects a mutation by GET', async () => {
    for (const query of [
      'mutation cop { __typename }',
      'mutation { deleteCustomers(input: { entityIds: [1] }) { results { outcome } } }',
    ])
      expectRejected(await fortress.request(`/graphql?${new URLSearchParams({ query })}`));
  });

  test('rejects a query by form POST', async () => {
    expectRejected(
      await fortress.request('/graphql', {
        method: 'POST',
        body: new URLSearchParams({ query: '{ __typename }' }),
      }),
    );
  });

  // GET queries are part of the specification and used by scripts. Browsers mark cross-site ones with Sec-Fetch-Site.
  test('rejects a cross-site query by GET', async () => {
    const search = new URLSearchParams({ query: '{ customers(first: 1) { totalCount } }' });
    expectRejected(
      await fortress.request(`/graphql?${search}`, { headers: { 'sec-fetch-site': 'cross-site' } }),
    );
  });
});

test('none of these requests caused an internal error', () => {
  expect(fortress.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  expectNoInternals(fortress.log.map((line) => JSON.parse(line).msg).join(' '));
});
