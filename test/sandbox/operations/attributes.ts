import { expect } from 'vitest';
import { idsOf } from '../support/store-client.ts';
import type { Cases } from './case.ts';

export const attributeCases: Cases = {
  getCustomersAttributes: [
    {
      requirement: 'success',
      title: 'lists definitions, filtered by name, type and date',
      async run({ get }) {
        const { json } = await get('/customers/attributes');
        expect([json.data.length, Object.keys(json.meta)]).toEqual([12, ['pagination']]);
        expect(Object.keys(json.data[0])).toEqual(['id', 'name', 'type', 'date_created', 'date_modified']);
        expect(idsOf(await get('/customers/attributes?name=Birthday'))).toEqual([2]);
        expect(idsOf(await get('/customers/attributes?name:like=visit&type=date'))).toEqual([6]);
        const early = await get('/customers/attributes?date_created:max=1551690000000');
        expect(early.json.meta.pagination.total).toBeLessThan(12);
      },
    },
    {
      requirement: '422',
      title: 'rejects a filter by id',
      async run({ get }) {
        expect((await get('/customers/attributes?id:in=1')).status).toBe(422);
      },
    },
  ],
  createCustomersAttributes: [
    {
      requirement: 'success',
      title: 'returns the new definitions',
      async run({ send }) {
        const { status, json } = await send('POST', '/customers/attributes', [
          { name: 'Hat size', type: 'number' },
        ]);
        expect(status).toBe(200);
        expect(json).toMatchObject({ data: [{ id: 13, name: 'Hat size', type: 'number' }], meta: {} });
      },
    },
    {
      requirement: '422',
      title: 'rejects an unknown type and an empty name',
      async run({ send }) {
        const { status, json } = await send('POST', '/customers/attributes', [{ name: '', type: 'colour' }]);
        expect([status, Object.keys(json.errors)]).toEqual([422, ['0.name', '0.type']]);
      },
    },
    {
      requirement: 'limit: fifty attributes',
      title: 'rejects a fifty-first attribute',
      async run({ send }) {
        const many = (count: number) =>
          Array.from({ length: count }, (_, index) => ({ name: `A${index}`, type: 'string' }));
        expect((await send('POST', '/customers/attributes', many(38))).status).toBe(200);
        expect((await send('POST', '/customers/attributes', many(1))).status).toBe(422);
      },
    },
  ],
  updateCustomersAttributes: [
    {
      requirement: 'success',
      title: 'renames an attribute',
      async run({ send }) {
        const { json } = await send('PUT', '/customers/attributes', [{ id: 2, name: 'Born on' }]);
        expect(json.data).toMatchObject([{ id: 2, name: 'Born on', type: 'date' }]);
      },
    },
    {
      requirement: '422',
      title: 'has the index of an unknown id',
      async run({ send }) {
        const { status, json } = await send('PUT', '/customers/attributes', [{ id: 99, name: 'x' }]);
        expect([status, json.errors]).toEqual([422, { '0.id': 'invalid attribute ID' }]);
      },
    },
    {
      requirement: 'quirk: immutable type',
      title: 'responds 200 and does not change the type',
      async run({ send }) {
        const { status, json } = await send('PUT', '/customers/attributes', [
          { id: 2, name: 'B', type: 'string' },
        ]);
        expect([status, json.data[0].type]).toEqual([200, 'date']);
      },
    },
  ],
  deleteCustomersAttributes: [
    {
      requirement: 'success',
      title: 'deletes the values too',
      async run({ send, get }) {
        expect((await send('DELETE', '/customers/attributes?id:in=1')).status).toBe(204);
        expect(idsOf(await get('/customers/attribute-values?attribute_id:in=1'))).toEqual([]);
      },
    },
    {
      requirement: 'quirk: no ids',
      title: 'responds 204 and does nothing',
      async run({ send, sandbox }) {
        expect([(await send('DELETE', '/customers/attributes')).status, sandbox.ledger.list()]).toEqual([
          204,
          [],
        ]);
      },
    },
  ],
  getCustomersAttributeValues: [
    {
      requirement: 'success',
      title: 'lists values, filtered by customer, attribute and name',
      async run({ get }) {
        const { json } = await get('/customers/attribute-values?customer_id:in=4&limit=250');
        expect(json.data).toHaveLength(12);
        expect(Object.keys(json.data[0])).toEqual([
          'id',
          'customer_id',
          'attribute_id',
          'attribute_value',
          'date_created',
          'date_modified',
        ]);
        const byName = await get('/customers/attribute-values?customer_id:in=4&name=Birthday');
        const byId = await get('/customers/attribute-values?customer_id:in=4&attribute_id:in=2');
        expect(idsOf(byName)).toEqual(idsOf(byId));
      },
    },
    {
      requirement: '422',
      title: 'rejects a filter by value id',
      async run({ get }) {
        expect((await get('/customers/attribute-values?id:in=1')).status).toBe(422);
      },
    },
  ],
  upsertCustomersAttributeValues: [
    {
      requirement: 'success',
      title: 'creates or updates the value of an attribute of a customer',
      async run({ send, sandbox }) {
        const put = (value: string) =>
          send('PUT', '/customers/attribute-values', [{ customer_id: 10, attribute_id: 3, value }]);
        const first = await put('41');
        const second = await put('42');
        expect(second.json.data).toMatchObject([{ id: first.json.data[0].id, attribute_value: '42' }]);
        expect(sandbox.ledger.list().map(({ key, change }) => [key, change])).toEqual([
          ['10/3', 'created'],
          ['10/3', 'updated'],
        ]);
      },
    },
    {
      requirement: '422',
      title: 'has the unknown attribute or customer',
      async run({ send }) {
        const put = (item: object) => send('PUT', '/customers/attribute-values', [{ value: '', ...item }]);
        const attribute = await put({ customer_id: 1, attribute_id: 99 });
        const customer = await put({ customer_id: 900, attribute_id: 1 });
        expect([attribute.json.errors, customer.json.errors]).toEqual([
          { '0.attribute_id': 'invalid attribute ID' },
          { '0.customer_id': 'invalid customer ID' },
        ]);
      },
    },
    {
      requirement: '413',
      title: 'rejects more than ten items',
      async run({ send }) {
        const items = Array.from({ length: 11 }, (_, index) => ({
          customer_id: index + 1,
          attribute_id: 1,
          value: 'x',
        }));
        expect((await send('PUT', '/customers/attribute-values', items)).status).toBe(413);
      },
    },
    {
      requirement: 'quirk: value or attribute_value',
      title: 'rejects `attribute_value`, the key in responses',
      async run({ send }) {
        const item = { customer_id: 1, attribute_id: 1, attribute_value: 'Gold' };
        const { status, json } = await send('PUT', '/customers/attribute-values', [item]);
        expect([status, json.errors]).toEqual([422, { value: 'error.path.missing' }]);
      },
    },
    {
      requirement: 'quirk: values are strings',
      title: 'accepts any string for a number',
      async run({ send }) {
        const item = { customer_id: 1, attribute_id: 3, value: 'forty-one' };
        expect((await send('PUT', '/customers/attribute-values', [item])).status).toBe(200);
      },
    },
    {
      requirement: 'quirk: values are strings',
      title: 'validates the type with `strictAttributeValues`',
      options: { switches: { strictAttributeValues: true } },
      async run({ send }) {
        const item = { customer_id: 1, attribute_id: 3, value: 'forty-one' };
        expect((await send('PUT', '/customers/attribute-values', [item])).status).toBe(422);
      },
    },
  ],
  deleteCustomersAttributeValues: [
    {
      requirement: 'success',
      title: 'deletes by value id',
      async run({ send, get }) {
        const [{ id }] = (await get('/customers/attribute-values?customer_id:in=4')).json.data;
        expect((await send('DELETE', `/customers/attribute-values?id:in=${id}`)).status).toBe(204);
        expect((await get('/customers/attribute-values?customer_id:in=4')).json.meta.pagination.total).toBe(
          11,
        );
      },
    },
    {
      requirement: 'quirk: no ids',
      title: 'responds 204 and does nothing',
      async run({ send, sandbox }) {
        expect([(await send('DELETE', '/customers/attribute-values')).status, sandbox.ledger.list()]).toEqual(
          [204, []],
        );
      },
    },
  ],
};
