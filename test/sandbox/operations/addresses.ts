import { expect } from 'vitest';
import { idsOf } from '../support/store-client.ts';
import { type Cases, plainAddress } from './case.ts';

export const addressCases: Cases = {
  getCustomersAddresses: [
    {
      requirement: 'success',
      title: 'returns a page without cursors',
      async run({ get }) {
        const { status, json } = await get('/customers/addresses?customer_id:in=7');
        expect([status, json.data.length, Object.keys(json.meta)]).toEqual([200, 10, ['pagination']]);
      },
    },
    {
      requirement: '422',
      title: 'rejects the singular customer_id',
      async run({ get }) {
        expect((await get('/customers/addresses?customer_id=7')).status).toBe(422);
      },
    },
    {
      requirement: 'quirk: form fields only if included',
      title: 'omits the key by default, and lists empty fields if included',
      async run({ get }) {
        expect((await get('/customers/addresses?limit=1')).json.data[0]).not.toHaveProperty('form_fields');
        const [{ form_fields: fields }] = (await get('/customers/addresses?limit=1&include=formfields')).json
          .data;
        expect(fields.map(({ name }: { name: string }) => name)).toEqual([
          'Delivery notes',
          'Floor',
          'Ways in',
          'Deliver from',
          'Door code',
        ]);
      },
    },
  ],
  createCustomersAddresses: [
    {
      requirement: 'success',
      title: 'returns the new address',
      async run({ send }) {
        const { status, json } = await send('POST', '/customers/addresses', [plainAddress]);
        expect(status).toBe(200);
        expect(json).toMatchObject({
          data: [{ ...plainAddress, address2: '', address_type: 'residential', country: 'United States' }],
          meta: {},
        });
      },
    },
    {
      requirement: '422',
      title: 'has the invalid field of an item: customer, country, length, type, state code',
      async run({ send }) {
        const keys = [];
        for (const part of [
          { customer_id: 900 },
          { country_code: 'QQ' },
          { city: 'x'.repeat(101) },
          { address_type: 'houseboat' },
          { state_or_province: 'WI' },
        ]) {
          const { status, json } = await send('POST', '/customers/addresses', [{ ...plainAddress, ...part }]);
          keys.push(status, ...Object.keys(json.errors));
        }
        expect(keys).toEqual([
          422,
          '0.customer_id',
          422,
          '0.country_code',
          422,
          '0.city',
          422,
          '0.address_type',
          422,
          '0.state_or_province',
        ]);
      },
    },
    {
      requirement: '422',
      title: 'requires state and postal code with `strictAddresses`',
      options: { switches: { strictAddresses: true } },
      async run({ send }) {
        const { state_or_province: _state, ...stateless } = plainAddress;
        const { json } = await send('POST', '/customers/addresses', [stateless]);
        expect(json.errors).toEqual({ '0.state_or_province': 'is required' });
      },
    },
    {
      requirement: 'quirk: duplicates are omitted',
      title: 'omits a duplicate address and its form fields from a 200',
      async run({ send, sandbox }) {
        await send('POST', '/customers/addresses', [plainAddress]);
        const other = { ...plainAddress, address1: '2 New Street' };
        const again = { ...plainAddress, form_fields: [{ name: 'Floor', value: 9 }] };
        const { status, json } = await send('POST', '/customers/addresses', [again, other, other]);
        expect([status, json.data.map(({ address1 }: Record<string, string>) => address1)]).toEqual([
          200,
          ['2 New Street'],
        ]);
        expect(sandbox.ledger.list().map(({ change }) => change)).toEqual([
          'created',
          'unchanged',
          'created',
          'unchanged',
        ]);
        const all = await send('POST', '/customers/addresses', [plainAddress]);
        expect([all.status, all.json]).toEqual([200, { data: [], meta: {} }]);
      },
    },
  ],
  updateCustomersAddresses: [
    {
      requirement: 'success',
      title: 'updates the sent fields and returns complete addresses',
      async run({ send }) {
        const { json } = await send('PUT', '/customers/addresses', [
          { id: 1, city: 'Elsewhere', customer_id: 2 },
        ]);
        expect(json).toMatchObject({ data: [{ id: 1, city: 'Elsewhere', customer_id: 1 }], meta: {} });
      },
    },
    {
      requirement: '422',
      title: 'has the index of an unknown id',
      async run({ send }) {
        const { status, json } = await send('PUT', '/customers/addresses', [{ id: 9999, city: 'Elsewhere' }]);
        expect([status, json.errors]).toEqual([422, { '0.id': 'invalid address ID' }]);
      },
    },
    {
      requirement: 'quirk: duplicates are omitted',
      title: 'does nothing if the address would duplicate another one',
      async run({ send, get }) {
        const twin = { ...plainAddress, address1: '2 New Street' };
        const { json } = await send('POST', '/customers/addresses', [plainAddress, twin]);
        const id = json.data[1].id;
        const { status, json: after } = await send('PUT', '/customers/addresses', [
          { id, address1: '1 New Street' },
        ]);
        expect([status, after.data]).toEqual([200, []]);
        expect((await get(`/customers/addresses?id:in=${id}`)).json.data[0].address1).toBe('2 New Street');
      },
    },
  ],
  deleteCustomersAddresses: [
    {
      requirement: 'success',
      title: 'responds 204, also for unknown ids',
      async run({ send, get }) {
        expect((await send('DELETE', '/customers/addresses?id:in=1,99999')).status).toBe(204);
        expect(idsOf(await get('/customers/addresses?id:in=1'))).toEqual([]);
      },
    },
    {
      requirement: '422',
      title: 'rejects a malformed list',
      async run({ send }) {
        expect((await send('DELETE', '/customers/addresses?id:in=x')).status).toBe(422);
      },
    },
    {
      requirement: 'quirk: no ids',
      title: 'responds 204 and does nothing',
      async run({ send, sandbox }) {
        expect([(await send('DELETE', '/customers/addresses')).status, sandbox.ledger.list()]).toEqual([
          204,
          [],
        ]);
      },
    },
  ],
};
