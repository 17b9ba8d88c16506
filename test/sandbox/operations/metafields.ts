import { expect } from 'vitest';
import { idsOf, type StoreClient } from '../support/store-client.ts';
import type { Cases } from './case.ts';

const metafield = { permission_set: 'app_only', namespace: 'test', key: 'mark', value: 'one' };
const otherApp = { 'X-Auth-Token': 'other' };
const twoApps = { tokens: { other: { clientId: 'other-app', scopes: ['store_v2_customers'] } } } as const;

async function create({ send }: StoreClient, part: object = {}): Promise<number> {
  const { json } = await send('POST', '/customers/1/metafields', { ...metafield, ...part });
  return json.data.id;
}

export const metafieldCases: Cases = {
  getCustomersMetafields: [
    {
      requirement: 'success',
      title: 'lists in both directions, by namespace and key, with the requested fields',
      async run(shop) {
        const first = await create(shop);
        const second = await create(shop, { key: 'other' });
        const path = '/customers/1/metafields?namespace=test';
        expect(idsOf(await shop.get(path))).toEqual([first, second]);
        expect(idsOf(await shop.get(`${path}&direction=desc`))).toEqual([second, first]);
        expect(idsOf(await shop.get(`${path}&key:in=other,none`))).toEqual([second]);
        const { json } = await shop.get(`${path}&include_fields=value,key&limit=1`);
        expect(json.data).toEqual([{ id: first, key: 'mark', value: 'one' }]);
        const next = await shop.get(`${path}&after=${json.meta.cursor_pagination.end_cursor}`);
        expect(idsOf(next)).toEqual([second]);
      },
    },
    {
      requirement: '404',
      title: 'rejects an unknown customer',
      async run({ get }) {
        expect((await get('/customers/900/metafields')).status).toBe(404);
      },
    },
    {
      requirement: 'quirk: app_only of another client',
      title: 'is not listed',
      options: twoApps,
      async run(shop) {
        const hidden = await create(shop);
        const shown = await create(shop, { key: 'shown', permission_set: 'read' });
        const path = '/customers/1/metafields?namespace=test';
        expect(idsOf(await shop.get(path))).toEqual([hidden, shown]);
        expect(idsOf(await shop.get(path, otherApp))).toEqual([shown]);
      },
    },
  ],
  createCustomerMetafields: [
    {
      requirement: 'success',
      title: 'returns one object, also for a list of one',
      async run({ send }) {
        const { status, json } = await send('POST', '/customers/1/metafields', metafield);
        expect(status).toBe(200);
        expect(Object.keys(json.data)).toEqual([
          'id',
          'key',
          'value',
          'namespace',
          'permission_set',
          'resource_type',
          'resource_id',
          'description',
          'date_created',
          'date_modified',
          'owner_client_id',
        ]);
        expect(json.data.date_created).toMatch(/\+00:00$/);
        const list = await send('POST', '/customers/1/metafields', [{ ...metafield, key: 'list' }]);
        expect(list.json.data.key).toBe('list');
      },
    },
    {
      requirement: '400',
      title: 'explains a value of the wrong type in `detail`',
      async run({ send }) {
        const { status, json } = await send('POST', '/customers/1/metafields', { ...metafield, value: 7 });
        expect([status, json.detail]).toEqual([400, 'value: error.expected.jsstring']);
      },
    },
    {
      requirement: '409',
      title: 'rejects a duplicate namespace and key, but not from another app',
      options: twoApps,
      async run({ send }) {
        const post = (headers = {}) => send('POST', '/customers/1/metafields', metafield, headers);
        expect([(await post()).status, (await post()).status, (await post(otherApp)).status]).toEqual([
          200, 409, 200,
        ]);
      },
    },
    {
      requirement: '422',
      title: 'rejects a value that is too long',
      async run({ send }) {
        const value = 'x'.repeat(65_536);
        expect((await send('POST', '/customers/1/metafields', { ...metafield, value })).status).toBe(422);
      },
    },
    {
      requirement: 'limit: metafields per customer',
      title: 'rejects a metafield beyond the limit of a client',
      options: { limits: { metafields: 1 } },
      async run(shop) {
        await create(shop);
        expect(
          (await shop.send('POST', '/customers/1/metafields', { ...metafield, key: 'two' })).status,
        ).toBe(422);
      },
    },
    {
      requirement: '404',
      title: 'rejects an unknown customer',
      async run({ send }) {
        expect((await send('POST', '/customers/900/metafields', metafield)).status).toBe(404);
      },
    },
  ],
  getMetafieldsCustomerId: [
    {
      requirement: 'success',
      title: 'returns one metafield',
      async run(shop) {
        const id = await create(shop);
        expect((await shop.get(`/customers/1/metafields/${id}`)).json).toMatchObject({
          data: { id },
          meta: {},
        });
      },
    },
    {
      requirement: '404',
      title: 'rejects an id of another customer',
      async run(shop) {
        const id = await create(shop);
        const { status, json } = await shop.get(`/customers/2/metafields/${id}`);
        expect([status, Object.keys(json)]).toEqual([404, ['status', 'title', 'type']]);
      },
    },
  ],
  updateCustomerMetafield: [
    {
      requirement: 'success',
      title: 'updates the sent fields, with or without the id in the query',
      async run(shop) {
        const id = await create(shop);
        const path = `/customers/1/metafields/${id}`;
        expect((await shop.send('PUT', path, { value: 'two' })).json.data).toMatchObject({
          id,
          value: 'two',
          key: 'mark',
        });
        expect((await shop.send('PUT', `${path}?metafieldId=${id}`, [{ id, value: 'three' }])).status).toBe(
          200,
        );
      },
    },
    {
      requirement: '400',
      title: 'explains a value of the wrong type in `detail`',
      async run(shop) {
        const id = await create(shop);
        expect((await shop.send('PUT', `/customers/1/metafields/${id}`, { value: null })).status).toBe(400);
      },
    },
    {
      requirement: '404',
      title: 'rejects an unknown id',
      async run({ send }) {
        expect((await send('PUT', '/customers/1/metafields/99999', {})).status).toBe(404);
      },
    },
    {
      requirement: 'quirk: permission sets',
      title: 'lets another app write only with a write permission set',
      options: twoApps,
      async run(shop) {
        const read = await create(shop, { permission_set: 'read' });
        const write = await create(shop, { permission_set: 'write', key: 'open' });
        const put = (id: number) =>
          shop.send('PUT', `/customers/1/metafields/${id}`, { value: 'x' }, otherApp);
        expect([(await put(read)).status, (await put(write)).status]).toEqual([403, 200]);
      },
    },
  ],
  deleteCustomerMetafieldsId: [
    {
      requirement: 'success',
      title: 'responds 204, then 404',
      async run(shop) {
        const id = await create(shop);
        const remove = () => shop.send('DELETE', `/customers/1/metafields/${id}`);
        expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
      },
    },
    {
      requirement: '404',
      title: 'rejects an unknown id',
      async run({ send }) {
        expect((await send('DELETE', '/customers/1/metafields/99999')).status).toBe(404);
      },
    },
  ],
  getallCustomersMetafields: [
    {
      requirement: 'success',
      title: 'lists metafields of the whole store by namespace',
      async run({ get }) {
        const { json } = await get('/customers/metafields?namespace:in=loyalty&limit=250');
        expect(new Set(json.data.map(({ namespace }: { namespace: string }) => namespace))).toEqual(
          new Set(['loyalty']),
        );
      },
    },
    {
      requirement: '422',
      title: 'rejects a filter by customer',
      async run({ get }) {
        expect((await get('/customers/metafields?resource_id:in=1')).status).toBe(422);
      },
    },
  ],
  createCustomersMetafields: [
    {
      requirement: 'success',
      title: 'counts the created items',
      async run({ send }) {
        const { status, json } = await send('POST', '/customers/metafields', [
          { ...metafield, resource_id: 1 },
        ]);
        expect([status, json.errors, json.meta]).toEqual([200, [], { total: 1, success: 1, failed: 0 }]);
      },
    },
    {
      requirement: '422',
      title: 'reports partial success by item',
      async run({ send, sandbox }) {
        const items = [
          { ...metafield, resource_id: 1 },
          { ...metafield, resource_id: 900 },
          { ...metafield, resource_id: 1 },
        ];
        const { status, json } = await send('POST', '/customers/metafields', items);
        expect([status, json.data.length, json.meta]).toEqual([422, 1, { total: 3, success: 1, failed: 2 }]);
        expect(
          json.errors.map((error: Record<string, object>) => [error.status, Object.keys(error.errors ?? {})]),
        ).toEqual([
          [422, ['1']],
          [409, ['2']],
        ]);
        expect(sandbox.ledger.list()).toHaveLength(1);
      },
    },
    {
      requirement: '400',
      title: 'requires a list',
      async run({ send }) {
        expect((await send('POST', '/customers/metafields', metafield)).status).toBe(400);
      },
    },
    {
      requirement: 'limit: items per call',
      title: 'rejects more items than configured',
      options: { limits: { itemsPerOtherCall: 2 } },
      async run({ send }) {
        const items = [1, 2, 3].map((id) => ({ ...metafield, resource_id: id }));
        expect((await send('POST', '/customers/metafields', items)).status).toBe(413);
      },
    },
  ],
  updateCustomersMetafields: [
    {
      requirement: 'success',
      title: 'updates the sent fields',
      async run(shop) {
        const id = await create(shop);
        const { status, json } = await shop.send('PUT', '/customers/metafields', [{ id, value: 'two' }]);
        expect([status, json.data[0].value]).toEqual([200, 'two']);
      },
    },
    {
      requirement: '422',
      title: 'has the id of an item that failed',
      async run(shop) {
        const id = await create(shop);
        const items = [
          { id: 77_777, value: 'x' },
          { id, value: 'two' },
        ];
        const { status, json } = await shop.send('PUT', '/customers/metafields', items);
        expect([status, idsOf({ ...shop, json } as never), Object.keys(json.errors[0].errors)]).toEqual([
          422,
          [id],
          ['77777'],
        ]);
      },
    },
    {
      requirement: '400',
      title: 'requires a list',
      async run({ send }) {
        expect((await send('PUT', '/customers/metafields', {})).status).toBe(400);
      },
    },
  ],
  deleteCustomersMetafields: [
    {
      requirement: 'success',
      title: 'accepts the ids in the body or in the query',
      async run(shop) {
        const first = await create(shop);
        const second = await create(shop, { key: 'other' });
        const byBody = await shop.send('DELETE', '/customers/metafields', [first]);
        expect([byBody.status, byBody.json]).toEqual([
          200,
          { data: [first], errors: [], meta: { total: 1, success: 1, failed: 0 } },
        ]);
        const byQuery = await shop.send('DELETE', `/customers/metafields?id:in=${second}`);
        expect(byQuery.json.data).toEqual([second]);
      },
    },
    {
      requirement: '422',
      title: 'reports partial success, and rejects an empty list',
      async run(shop) {
        const id = await create(shop);
        const { status, json } = await shop.send('DELETE', '/customers/metafields', [id, 88_888]);
        expect([status, json.data, json.meta.failed]).toEqual([422, [id], 1]);
        expect((await shop.send('DELETE', '/customers/metafields', [])).status).toBe(422);
      },
    },
    {
      requirement: '400',
      title: 'requires a list',
      async run({ send }) {
        expect((await send('DELETE', '/customers/metafields', { id: 1 })).status).toBe(400);
      },
    },
  ],
};
