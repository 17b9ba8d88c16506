import { ApolloClient, gql, HttpLink, InMemoryCache } from 'apollo-client-4';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from 'apollo-client-4/incremental';
import { PersistedQueryLink } from 'apollo-client-4/link/persisted-queries';
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

function clientOf({ url, fetch }: ClientGateway, handler = new Defer20220824Handler() as object) {
  const persisted = new PersistedQueryLink({ sha256 });
  return {
    plain: new ApolloClient({
      link: new HttpLink({ uri: url, fetch }),
      cache: new InMemoryCache(),
      incrementalHandler: handler as Defer20220824Handler,
    }),
    persisted: new ApolloClient({
      link: persisted.concat(new HttpLink({ uri: url, fetch })),
      cache: new InMemoryCache(),
    }),
  };
}

/** The data of all results of a deferred query, the last one complete. */
async function resultsOf(client: ApolloClient): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  const query = client.watchQuery({ query: DEFER, variables, fetchPolicy: 'no-cache' });
  await new Promise<void>((resolve, reject) => {
    query.subscribe({
      next({ data, dataState, error }) {
        if (error) reject(error);
        if (data !== undefined) results.push(data);
        if (dataState === 'complete') resolve();
      },
    });
  });
  return results;
}

test('Apollo Client 4 queries and writes', async () => {
  gateway = await startClientGateway();
  const { plain } = clientOf(gateway);
  expect((await plain.query({ query: QUERY, variables })).data).toMatchObject({ customer: { entityId: 1 } });
  const written = await plain.mutate({ mutation: MUTATION, variables: { id: 1, name: 'Ana' } });
  expect(written.data).toMatchObject({ updateCustomers: { results: [{ customer: { firstName: 'Ana' } }] } });
});

test('Apollo Client 4 gets a deferred fragment in a second part', async () => {
  gateway = await startClientGateway();
  const results = await resultsOf(clientOf(gateway).plain);
  expect(gateway.exchanges()).toMatchObject([{ type: expect.stringContaining('multipart/mixed') }]);
  expect(results.length).toBeGreaterThan(1);
  expect(results[0]).not.toHaveProperty('customer.consent');
  expect(results.at(-1)).toMatchObject({ customer: { entityId: 1, consent: { allow: expect.any(Array) } } });
});

test('Apollo Client 4 with a draft that the gateway does not speak gets the whole answer', async () => {
  gateway = await startClientGateway();
  const results = await resultsOf(clientOf(gateway, new GraphQL17Alpha9Handler()).plain);
  expect(gateway.exchanges()).toMatchObject([{ type: expect.stringContaining('json') }]);
  expect(results).toMatchObject([{ customer: { consent: { allow: expect.any(Array) } } }]);
});

test('Apollo Client 4 sends the document if the gateway has no list of persisted ones', async () => {
  gateway = await startClientGateway();
  const { data } = await clientOf(gateway).persisted.query({ query: QUERY, variables });
  expect(data).toMatchObject({ customer: { entityId: 1 } });
  expect(gateway.exchanges().map(({ body }) => 'query' in body)).toEqual([false, true]);
});

test('Apollo Client 4 runs a trusted document by its hash, and sends the document if it is not in the list', async () => {
  const text = print(new InMemoryCache().transformDocument(QUERY));
  gateway = await startClientGateway(new Map([[sha256(text), text]]));
  const { persisted } = clientOf(gateway);
  expect((await persisted.query({ query: QUERY, variables })).data).toMatchObject({
    customer: { entityId: 1 },
  });
  expect(gateway.exchanges().map(({ body }) => 'query' in body)).toEqual([false]);
  await persisted.mutate({ mutation: MUTATION, variables: { id: 1, name: 'Ben' } });
  expect(gateway.exchanges().map(({ body }) => 'query' in body)).toEqual([false, true]);
});
