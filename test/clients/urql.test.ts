import { Client, fetchExchange, gql } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { afterEach, expect, test } from 'vitest';
import {
  type ClientGateway,
  DEFER_TEXT,
  MUTATION_TEXT,
  QUERY_TEXT,
  startClientGateway,
} from './client-gateway.ts';

const variables = { id: 1 };

let gateway: ClientGateway;
afterEach(() => gateway.close());

function clientOf({ url, fetch }: ClientGateway) {
  const persisted = persistedExchange({ preferGetForPersistedQueries: false, enableForMutation: true });
  return {
    plain: new Client({ url, fetch, exchanges: [fetchExchange], preferGetMethod: false }),
    persisted: new Client({ url, fetch, exchanges: [persisted, fetchExchange], preferGetMethod: false }),
  };
}

test('urql queries and writes', async () => {
  gateway = await startClientGateway();
  const { plain } = clientOf(gateway);
  expect((await plain.query(QUERY_TEXT, variables)).data).toMatchObject({ customer: { entityId: 1 } });
  const written = await plain.mutation(MUTATION_TEXT, { id: 1, name: 'Ana' });
  expect(written.data).toMatchObject({ updateCustomers: { results: [{ customer: { firstName: 'Ana' } }] } });
});

test('urql gets a deferred fragment in a second part', async () => {
  gateway = await startClientGateway();
  const results: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    clientOf(gateway)
      .plain.query(gql(DEFER_TEXT), variables)
      .subscribe(({ data, error, hasNext }) => {
        if (error) reject(error);
        results.push(structuredClone(data));
        if (!hasNext) resolve();
      });
  });
  expect(results.length).toBeGreaterThan(1);
  expect(results[0]).not.toHaveProperty('customer.consent');
  expect(results.at(-1)).toMatchObject({ customer: { entityId: 1, consent: { allow: expect.any(Array) } } });
});

test('urql sends the document if the gateway has no list of persisted ones', async () => {
  gateway = await startClientGateway();
  const { persisted } = clientOf(gateway);
  expect((await persisted.query(QUERY_TEXT, variables)).data).toMatchObject({ customer: { entityId: 1 } });
  expect(gateway.exchanges().map(({ body }) => Boolean(body.query))).toEqual([false, true]);
});

test('urql runs a trusted document by its hash', async () => {
  gateway = await startClientGateway(new Map());
  await clientOf(gateway).persisted.query(QUERY_TEXT, variables);
  const body = gateway.exchanges().at(-1)?.body ?? {};
  await gateway.close();
  const { persistedQuery } = body.extensions as { persistedQuery: { sha256Hash: string } };
  gateway = await startClientGateway(new Map([[persistedQuery.sha256Hash, String(body.query)]]));
  const { data } = await clientOf(gateway).persisted.query(QUERY_TEXT, variables);
  expect(data).toMatchObject({ customer: { entityId: 1 } });
  expect(gateway.exchanges().map((exchange) => Boolean(exchange.body.query))).toEqual([false]);
});
