import { InfiniteQueryObserver } from '@tanstack/query-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClientGateway, startClientGateway } from './client-gateway.ts';
import {
  createClient,
  createRequest,
  GatewayFailure,
  pagesOf,
  type Request,
} from './settings/tanstack-query.ts';
import {
  BY_ID_TEXT,
  CUSTOMERS_TEXT,
  type CustomersData,
  DELETE_TEXT,
  entityIdsIn,
} from './settings-texts.ts';

let gateway: ClientGateway;
let request: Request;
let client: ReturnType<typeof createClient>;
beforeEach(async () => {
  gateway = await startClientGateway();
  request = createRequest(gateway.url, gateway.fetch);
  client = createClient();
});
afterEach(async () => {
  client.clear();
  await gateway.close();
});

const customers = () => pagesOf(request, 'customers', CUSTOMERS_TEXT, { first: 2 });
const idsOf = (pages: readonly object[] | undefined) =>
  (pages as readonly CustomersData[] | undefined)?.flatMap(entityIdsIn);

async function loadAll() {
  const observer = new InfiniteQueryObserver(client, customers());
  const stop = observer.subscribe(() => {});
  await observer.refetch();
  while (observer.getCurrentResult().hasNextPage) await observer.fetchNextPage();
  return { observer, stop };
}

test('TanStack Query gets the pages of a connection', async () => {
  const { observer, stop } = await loadAll();
  expect(idsOf(observer.getCurrentResult().data?.pages)).toEqual([1, 2, 3, 4, 5]);
  stop();
});

test('TanStack Query reads the pages again after a delete', async () => {
  const { observer, stop } = await loadAll();
  await request(DELETE_TEXT, { entityId: 2 });
  await client.invalidateQueries({ queryKey: ['customers'] });
  expect(idsOf(observer.getCurrentResult().data?.pages)).toEqual([1, 3, 4, 5]);
  stop();
});

test('TanStack Query does not repeat an operation that is invalid', async () => {
  const query = client.fetchQuery({
    queryKey: ['x'],
    queryFn: () => request(BY_ID_TEXT, { id: 'nothing' }),
    retry: undefined as never,
  });
  await expect(query).rejects.toThrow(GatewayFailure);
  expect(gateway.exchanges()).toHaveLength(1);
});

test('TanStack Query repeats an operation after the time that the gateway names', () => {
  const { retry, retryDelay } = client.getDefaultOptions().queries ?? {};
  const limited = new GatewayFailure([
    { message: 'x', extensions: { code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 7_000 } },
  ]);
  const call = (option: unknown, count: number, error: Error) =>
    (option as (count: number, error: Error) => unknown)(count, error);
  expect(call(retry, 0, limited)).toBe(true);
  expect(call(retry, 2, limited)).toBe(false);
  expect(call(retryDelay, 0, limited)).toBe(7_000);
  expect(call(retry, 0, new TypeError('no connection'))).toBe(true);
  expect(call(retryDelay, 1, new TypeError('no connection'))).toBe(2_000);
  expect(call(retry, 0, new GatewayFailure([{ message: 'x', extensions: { code: 'FORBIDDEN' } }]))).toBe(
    false,
  );
});
