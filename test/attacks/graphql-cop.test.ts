import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoInside, expectRefused, type Fortress, startFortress } from '../support/fortress.ts';

// What the scanner graphql-cop looks for, one test for each of its checks.
let fortress: Fortress;
beforeAll(async () => {
  fortress = await startFortress();
});
afterAll(() => fortress.close());

const times = (count: number, one: (i: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, i) => one(i)).join(between);

describe('what would wear the gateway out is refused', () => {
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
  ])('%s', async (_name, body) => expectRefused(await fortress.send(body)));
});

test('circular introspection is refused where introspection is switched on, too', async () => {
  const open = await startFortress({});
  const circle = 'fields { type { '.repeat(5);
  expectRefused(await open.send({ query: `{ __schema { types { ${circle}name${' } }'.repeat(5)} } }` }));
  await open.close();
});

describe('what would tell of the gateway is refused', () => {
  test('introspection', async () => {
    expectRefused(
      await fortress.send({ query: 'query cop { __schema { types { name fields { name } } } }' }),
    );
  });

  test('field suggestions', async () => {
    const reply = await fortress.send({ query: 'query cop { __schema { directive } custome { id } }' });
    expectRefused(reply);
    expect(reply.text).not.toContain('Did you mean');
  });

  test('trace mode', async () => {
    const { text } = await fortress.send({
      query: 'query cop { __typename }',
      extensions: { tracing: true },
    });
    expect(JSON.parse(text)).toEqual({ data: { __typename: 'Query' } });
  });

  test.each(['/', '/graphql', '/graphiql', '/playground', '/console', '/altair', '/voyager'])(
    'pages of an explorer: %s',
    async (path) => {
      const reply = await fortress.request(path, { headers: { accept: 'text/html' } });
      expect(reply.headers.get('content-type') ?? '').not.toContain('html');
      expect(reply.text).not.toMatch(/graphiql|playground|apollo/i);
    },
  );

  test('errors that nobody handled', async () => {
    const reply = await fortress.send({ query: 'qwerty cop { abc }' });
    expectRefused(reply);
    expect(reply.errors.map(({ extensions }) => extensions)).toEqual([{ code: 'GRAPHQL_PARSE_FAILED' }]);
  });
});

describe('what a page of another site could send is refused', () => {
  test('a mutation by GET', async () => {
    for (const query of [
      'mutation cop { __typename }',
      'mutation { deleteCustomers(input: { entityIds: [1] }) { results { outcome } } }',
    ])
      expectRefused(await fortress.request(`/graphql?${new URLSearchParams({ query })}`));
  });

  test('a query by POST of a form', async () => {
    expectRefused(
      await fortress.request('/graphql', {
        method: 'POST',
        body: new URLSearchParams({ query: '{ __typename }' }),
      }),
    );
  });

  // The specification has queries by GET, and scripts use them; a browser says where a page's comes from.
  test('a query by GET, where it comes from a page of another site', async () => {
    const search = new URLSearchParams({ query: '{ customers(first: 1) { totalCount } }' });
    expectRefused(
      await fortress.request(`/graphql?${search}`, { headers: { 'sec-fetch-site': 'cross-site' } }),
    );
  });
});

test('none of it was a failure of the gateway', () => {
  expect(fortress.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  expectNoInside(fortress.log.map((line) => JSON.parse(line).msg).join(' '));
});
