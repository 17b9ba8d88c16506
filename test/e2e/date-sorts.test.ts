import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

let shop: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  shop = await startGatewayOnSandbox({ customers: 60 });
});
afterEach(() => shop.close());

interface Found {
  readonly entityId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly Found[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function page(args: string, after: string | null = null): Promise<Page> {
  const { data, errors } = await shop.executeText(
    `query ($after: String) {
      customers(${args}, after: $after) {
        totalCount
        nodes { entityId createdAt updatedAt }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    { after },
  );
  expect(errors).toEqual([]);
  return data.customers;
}

async function walk(args: string, between: (seen: readonly number[]) => Promise<void> = async () => {}) {
  const seen: number[] = [];
  const totals = new Set<number>();
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo, totalCount } = await page(args, after);
    seen.push(...nodes.map(({ entityId }) => entityId));
    totals.add(totalCount);
    if (!pageInfo.hasNextPage) return { seen, totals: [...totals] };
    after = pageInfo.endCursor;
    await between(seen);
  }
}

test.each(['CREATED_AT_ASC', 'UPDATED_AT_ASC'])(
  '%s returns the order and the total of the store on every page, with every filter by date',
  async (sort) => {
    const field = sort === 'CREATED_AT_ASC' ? 'createdAt' : 'updatedAt';
    const all = (await page(`first: 250, sort: ${sort}`)).nodes;
    const middle = all[20]?.[field] ?? '';
    const late = all[50]?.[field] ?? '';
    const filters: readonly (readonly [string, (date: string) => boolean])[] = [
      ['{}', () => true],
      [`{ ${field}: { min: "${middle}" } }`, (date) => date >= middle],
      [`{ ${field}: { min: "${middle}", max: "${late}" } }`, (date) => date >= middle && date <= late],
      [`{ ${field}: { equals: "${middle}" } }`, (date) => date === middle],
      [
        `{ ${field}: { min: "${middle.slice(0, 10)}" } }`,
        (date) => date >= `${middle.slice(0, 10)}T00:00:00Z`,
      ],
      ['{ createdAt: { min: "2000-01-01" }, updatedAt: { min: "2000-01-01" } }', () => true],
    ];
    for (const [filter, matches] of filters) {
      const expected = all.filter((customer) => matches(customer[field]));
      const { seen, totals } = await walk(`first: 7, sort: ${sort}, filter: ${filter}`);
      expect(seen).toEqual(expected.map(({ entityId }) => entityId));
      expect(totals).toEqual([expected.length]);
    }
  },
);

test('a page after a cursor is read from one second before its date, and not before the minimum of the caller', async () => {
  const all = (await page('first: 250, sort: CREATED_AT_ASC')).nodes;
  const dateAt = (index: number) => all[index]?.createdAt ?? '';
  const secondBefore = (date: string) =>
    new Date(Date.parse(date) - 1000).toISOString().replace('.000Z', 'Z');
  const args = `first: 10, sort: CREATED_AT_ASC, filter: { createdAt: { min: "${dateAt(5)}" } }`;
  const first = await page(args);
  shop.calls();
  await page(args, first.pageInfo.endCursor);
  const minima = shop.calls().map((call) => /date_created:min=([^&]+)/.exec(call)?.[1]);
  expect(minima.toSorted()).toEqual([dateAt(5), secondBefore(dateAt(14))].toSorted());
});

test('no customer who exists throughout is missed while others are deleted and changed', async () => {
  const store = createStoreClient(shop.sandbox);
  const before = (await page('first: 250, sort: UPDATED_AT_ASC')).nodes.map(({ entityId }) => entityId);
  for (const sort of ['CREATED_AT_ASC', 'UPDATED_AT_ASC']) {
    const { seen } = await walk(`first: 6, sort: ${sort}`, async (so) => {
      const [first = 0, second = 0] = so.slice(-4);
      await store.send('DELETE', `/customers?id:in=${first}`);
      if (so.length < 40) await store.send('PUT', '/customers', [{ id: second, notes: `seen ${so.length}` }]);
    });
    const left = (await page(`first: 250, sort: ${sort}`)).nodes.map(({ entityId }) => entityId);
    expect(before.filter((id) => left.includes(id) && !seen.includes(id))).toEqual([]);
  }
});
