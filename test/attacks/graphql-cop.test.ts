import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoInside, expectRefused, type Fortress, startFortress } from '../support/fortress.ts';

// One test for each check of the scanner graphql-cop.
let fortress: Fortress;
beforeAll(async () => {
  fortress = await startFortress();
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
  ])('rejects %s', async (_name, body) => expectRefused(await fortress.send(body)));
});

test('rejects circular introspection even if introspection is enabled', async () => {
  const open = await startFortress({});
  const cycle = 'fields { type { '.repeat(5);
  expectRefused(await open.send({ query: `{ __schema { types { ${cycle}name${' } }'.repeat(5)} } }` }));
  await open.close();
});

describe('information disclosure', () => {
  test('rejects introspection', async () => {
    expectRefused(
      await fortress.send({ query: 'query cop { __schema { types { name fields { name } } } }' }),
    );
  });

  test('omits field suggestions', async () => {
    const reply = await fortress.send({ query: 'query cop { __schema { directive } custome { id } }' });
    expectRefused(reply);
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
    expectRefused(reply);
    expect(reply.errors.map(({ extensions }) => extensions)).toEqual([{ code: 'GRAPHQL_PARSE_FAILED' }]);
  });
});

describe('cross-site request forgery', () => {
  test('rejects a mutation by GET', async () => {
    for (const query of [
      'mutation cop { __typename }',
      'mutation { deleteCustomers(input: { entityIds: [1] }) { results { outcome } } }',
    ])
      expectRefused(await fortress.request(`/graphql?${new URLSearchParams({ query })}`));
  });

  test('rejects a query by form POST', async () => {
    expectRefused(
      await fortress.request('/graphql', {
        method: 'POST',
        body: new URLSearchParams({ query: '{ __typename }' }),
      }),
    );
  });

  // GET queries are part of the specification and used by scripts. Browsers mark cross-site ones with Sec-Fetch-Site.
  test('rejects a cross-site query by GET', async () => {
    const search = new URLSearchParams({ query: '{ customers(first: 1) { totalCount } }' });
    expectRefused(
      await fortress.request(`/graphql?${search}`, { headers: { 'sec-fetch-site': 'cross-site' } }),
    );
  });
});

test('none of these requests caused an internal error', () => {
  expect(fortress.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  expectNoInside(fortress.log.map((line) => JSON.parse(line).msg).join(' '));
});
