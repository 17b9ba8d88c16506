import { ApolloClient, gql, HttpLink, InMemoryCache } from 'apollo-client-3/core/index.js';
import { createPersistedQueryLink } from 'apollo-client-3/link/persisted-queries/index.js';
import { print } from 'graphql';
import { afterEach, expect, test } from 'vitest';
import {
  type ClientGateway,
  DEFER_TEXT,
  MUTATION_TEXT,
  QUERY_TEXT,
  sha256,
  startClientGateway,
} from './client-gateway.ts';

const QUERY = gql(QUERY_TEXT);
const MUTATION = gql(MUTATION_TEXT);
const DEFER = gql(DEFER_TEXT);
const variables = { id: 1 };

let gateway: ClientGateway;
afterEach(() => gateway.close());

function clientOf({ url, fetch }: ClientGateway) {
  const link = () => new HttpLink({ uri: url, fetch });
  return {
    plain: new ApolloClient({ link: link(), cache: new InMemoryCache() }),
    persisted: new ApolloClient({
      link: createPersistedQueryLink({ sha256 }).concat(link()),
      cache: new InMemoryCache(),
    }),
  };
}

test('Apollo Client 3 queries and writes', async () => {
  gateway = await startClientGateway();
  const { plain } = clientOf(gateway);
  expect((await plain.query({ query: QUERY, variables })).data).toMatchObject({ customer: { entityId: 1 } });
  const written = await plain.mutate({ mutation: MUTATION, variables: { id: 1, name: 'Ana' } });
  expect(written.data).toMatchObject({ updateCustomers: { results: [{ customer: { firstName: 'Ana' } }] } });
});

test('Apollo Client 3 gets a deferred fragment in a second part', async () => {
  gateway = await startClientGateway();
  const results: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    clientOf(gateway)
      .plain.watchQuery({ query: DEFER, variables, fetchPolicy: 'no-cache' })
      .subscribe({
        next({ data }) {
          results.push(data);
          if (data.customer.consent !== undefined) resolve();
        },
        error: reject,
      });
  });
  expect(gateway.exchanges()).toMatchObject([{ type: expect.stringContaining('multipart/mixed') }]);
  expect(results[0]).not.toHaveProperty('customer.consent');
  expect(results.at(-1)).toMatchObject({ customer: { entityId: 1, consent: { allow: expect.any(Array) } } });
});

test('Apollo Client 3 sends the document if the gateway has no list of persisted ones', async () => {
  gateway = await startClientGateway();
  const { data } = await clientOf(gateway).persisted.query({ query: QUERY, variables });
  expect(data).toMatchObject({ customer: { entityId: 1 } });
  expect(gateway.exchanges().map(({ body }) => 'query' in body)).toEqual([false, true]);
});

test('Apollo Client 3 runs a trusted document by its hash', async () => {
  const text = print(new InMemoryCache().transformDocument(QUERY));
  gateway = await startClientGateway(new Map([[sha256(text), text]]));
  const { data } = await clientOf(gateway).persisted.query({ query: QUERY, variables });
  expect(data).toMatchObject({ customer: { entityId: 1 } });
  expect(gateway.exchanges().map(({ body }) => 'query' in body)).toEqual([false]);
});
