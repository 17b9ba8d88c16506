import { expect } from 'vitest';
import type { Cases } from './case.ts';

export const otherResourceCases: Cases = {
  getCustomersFormFieldValues: [
    {
      requirement: 'success',
      title: 'lists values with their owner, also by cursor, filtered by owner, name and type',
      async run({ get }) {
        const { json } = await get('/customers/form-field-values?limit=5');
        expect(Object.keys(json.meta)).toEqual(['pagination', 'cursor_pagination']);
        const next = await get(
          `/customers/form-field-values?limit=5&after=${json.meta.cursor_pagination.end_cursor}`,
        );
        const second = await get('/customers/form-field-values?limit=5&page=2');
        expect(next.json.data).toEqual(second.json.data);
        const floors = await get('/customers/form-field-values?field_type=numbers&field_name=Floor');
        expect(floors.json.data[0]).toEqual({
          name: 'Floor',
          value: expect.any(Number),
          address_id: expect.any(Number),
        });
        const { address_id: id } = floors.json.data[0];
        const own = await get(`/customers/form-field-values?address_id=${id}`);
        expect(own.json.data.every((value: { address_id: number }) => value.address_id === id)).toBe(true);
      },
    },
    {
      requirement: '422',
      title: 'rejects the plural customer_id:in and an unknown type',
      async run({ get }) {
        expect((await get('/customers/form-field-values?customer_id:in=1')).status).toBe(422);
        expect((await get('/customers/form-field-values?field_type=colour')).status).toBe(422);
      },
    },
  ],
  updateCustomerFormFieldValues: [
    {
      requirement: 'success',
      title: 'writes values of customers and of addresses',
      async run({ send, get }) {
        const items = [
          { customer_id: 10, name: 'Interests', value: ['Tea'] },
          { address_id: 1, name: 'Floor', value: 4 },
        ];
        const { status, json } = await send('PUT', '/customers/form-field-values', items);
        expect([status, json]).toEqual([
          200,
          { data: items.map(({ name, value, ...owner }) => ({ name, value, ...owner })), meta: {} },
        ]);
        const read = await get('/customers/form-field-values?customer_id=10&field_name=Interests');
        expect(read.json.data).toEqual([{ name: 'Interests', value: ['Tea'], customer_id: 10 }]);
      },
    },
    {
      requirement: 'quirk: empty form field values',
      title: 'clears a field of any type with an empty string or list',
      async run({ send, get }) {
        const fields = [
          ['Interests', []],
          ['People in the household', ''],
          ['Anniversary', ''],
          ['Nickname', ''],
        ] as const;
        for (const value of ['', []]) {
          const body = fields.map(([name]) => ({ customer_id: 10, name, value }));
          const { status, json } = await send('PUT', '/customers/form-field-values', body);
          const expected = fields.map(([name, unset]) => ({ customer_id: 10, name, value: unset }));
          expect([status, json.data]).toEqual([200, expected]);
          const read = await get('/customers?id:in=10&include=formfields');
          for (const field of expected) expect(read.json.data[0].form_fields).toContainEqual(field);
        }
      },
    },
    {
      requirement: 'quirk: strict form field values',
      title: 'rejects an empty string or list that does not have the type of the field',
      options: { switches: { emptyClearsFormField: false } },
      async run({ send }) {
        const messages = [];
        for (const item of [
          { name: 'Interests', value: '' },
          { name: 'People in the household', value: '' },
          { name: 'Anniversary', value: '' },
          { name: 'Nickname', value: [] },
          { name: 'Interests', value: [] },
          { name: 'Nickname', value: '' },
        ]) {
          const body = [{ customer_id: 10, ...item }];
          const { status, json } = await send('PUT', '/customers/form-field-values', body);
          messages.push(status === 200 ? 'accepted' : json.errors['0.value']);
        }
        expect(messages).toEqual([
          'must be a list',
          'must be a number',
          'must be a date',
          'must be a string',
          'accepted',
          'accepted',
        ]);
      },
    },
    {
      requirement: '422',
      title: 'rejects two owners, no owner, an unknown owner, an unknown field and a value of the wrong type',
      async run({ send }) {
        const keys = [];
        for (const item of [
          { customer_id: 1, address_id: 1, name: 'Floor', value: 1 },
          { name: 'Floor', value: 1 },
          { customer_id: 900, name: 'Nickname', value: 'x' },
          { customer_id: 1, name: 'Floor', value: 1 },
          { address_id: 1, name: 'Floor', value: 'ground' },
        ]) {
          const { status, json } = await send('PUT', '/customers/form-field-values', [item]);
          keys.push(status, ...Object.keys(json.errors));
        }
        expect(keys).toEqual([
          422,
          '0.customer_id',
          422,
          '0.customer_id',
          422,
          '0.customer_id',
          422,
          '0.name',
          422,
          '0.value',
        ]);
      },
    },
  ],
  getCustomerConsent: [
    {
      requirement: 'success',
      title: 'returns a bare object',
      async run({ get }) {
        const { status, json } = await get('/customers/1/consent');
        expect([status, Object.keys(json)]).toEqual([200, ['allow', 'deny', 'updated_at']]);
      },
    },
    {
      requirement: '422',
      title: 'rejects query parameters',
      async run({ get }) {
        expect((await get('/customers/1/consent?page=1')).status).toBe(422);
      },
    },
    {
      requirement: '404',
      title: 'rejects an unknown customer',
      async run({ get }) {
        expect((await get('/customers/900/consent')).json).toEqual({
          status: 404,
          title: 'Customer not found',
          type: expect.any(String),
        });
      },
    },
    {
      requirement: 'quirk: updated_at is now',
      title: 'returns the time of the request, not of the change',
      options: { now: () => Date.UTC(2027, 0, 2, 3, 4, 5) },
      async run({ get }) {
        expect((await get('/customers/1/consent')).json.updated_at).toBe('2027-01-02T03:04:05Z');
      },
    },
  ],
  updateCustomerConsent: [
    {
      requirement: 'success',
      title: 'stores both lists',
      async run({ send, get }) {
        const lists = { allow: ['essential'], deny: ['targeting'] };
        expect((await send('PUT', '/customers/1/consent', lists)).json).toMatchObject(lists);
        expect((await get('/customers/1/consent')).json).toMatchObject(lists);
      },
    },
    {
      requirement: '422',
      title: 'rejects an unknown category, a repeated one, and one in both lists',
      async run({ send }) {
        for (const lists of [
          { allow: ['everything'], deny: [] },
          { allow: ['essential', 'essential'], deny: [] },
          { allow: ['essential'], deny: ['essential'] },
        ]) {
          expect((await send('PUT', '/customers/1/consent', lists)).status).toBe(422);
        }
      },
    },
    {
      requirement: 'quirk: both lists required',
      title: 'has the missing list',
      async run({ send }) {
        const { status, json } = await send('PUT', '/customers/1/consent', { allow: [] });
        expect([status, json.title, json.errors]).toEqual([
          422,
          'JSON data is missing or invalid',
          { deny: 'error.path.missing' },
        ]);
      },
    },
    {
      requirement: '404',
      title: 'rejects an unknown customer',
      async run({ send }) {
        expect((await send('PUT', '/customers/900/consent', { allow: [], deny: [] })).status).toBe(404);
      },
    },
  ],
  getCustomerStoredInstruments: [
    {
      requirement: 'success',
      title: 'returns a bare list of the three types',
      options: { customers: 120 },
      async run({ get }) {
        const kinds = new Set<string>();
        for (let id = 1; id <= 40; id += 1) {
          const { json } = await get(`/customers/${id}/stored-instruments`);
          for (const { type } of json) kinds.add(type);
        }
        expect([...kinds].sort()).toEqual(['stored_bank_account', 'stored_card', 'stored_paypal_account']);
      },
    },
    {
      requirement: 'quirk: another error body',
      title: 'rejects with a code and a message',
      async run({ get }) {
        const limited = await get('/customers/1/stored-instruments', {
          'X-Auth-Token': 'sandbox-no-instruments',
        });
        expect([limited.status, limited.json]).toEqual([403, { code: 403, message: expect.any(String) }]);
        const unknown = await get('/customers/1/stored-instruments', { 'X-Auth-Token': 'unknown' });
        expect([unknown.status, unknown.json]).toEqual([401, { code: 401, message: 'Unauthorized' }]);
      },
    },
  ],
  getCustomersSettings: [
    {
      requirement: 'success',
      title: 'returns an envelope',
      async run({ get }) {
        const { json } = await get('/customers/settings');
        expect(Object.keys(json.data)).toEqual(['privacy_settings', 'customer_group_settings']);
      },
    },
    {
      requirement: 'quirk: bare or wrapped',
      title: 'returns a bare object with `settingsEnvelope: false`',
      options: { switches: { settingsEnvelope: false } },
      async run({ get }) {
        expect(Object.keys((await get('/customers/settings')).json)[0]).toBe('privacy_settings');
      },
    },
  ],
  updateCustomersSettings: [
    {
      requirement: 'success',
      title: 'updates the sent settings and does not change the others',
      async run({ send, get }) {
        const [before] = [(await get('/customers/settings')).json.data];
        const body = { privacy_settings: { policy_url: 'https://shop.example.com/new' } };
        const { json } = await send('PUT', '/customers/settings', body);
        expect(json.data).toEqual({
          ...before,
          privacy_settings: { ...before.privacy_settings, ...body.privacy_settings },
        });
      },
    },
    {
      requirement: '422',
      title: 'rejects null, because global settings inherit from nothing',
      async run({ send }) {
        const { status } = await send('PUT', '/customers/settings', {
          privacy_settings: { policy_url: null },
        });
        expect(status).toBe(422);
      },
    },
  ],
  getCustomersSettingsChannel: [
    {
      requirement: 'success',
      title: 'returns null for an inherited setting',
      async run({ get }) {
        const { json } = await get('/customers/settings/channels/1');
        expect([json.data.privacy_settings.policy_url, json.data.allow_global_logins]).toEqual([null, true]);
      },
    },
    {
      requirement: '404',
      title: 'rejects an unknown channel',
      async run({ get }) {
        expect((await get('/customers/settings/channels/9')).status).toBe(404);
      },
    },
  ],
  updateCustomersSettingsChannel: [
    {
      requirement: 'success',
      title: 'accepts a single setting',
      async run({ send }) {
        const { status, json } = await send('PUT', '/customers/settings/channels/2', {
          allow_global_logins: true,
        });
        expect([status, json.data.allow_global_logins, json.data.privacy_settings.policy_url]).toEqual([
          200,
          true,
          'https://wholesale.example.com/privacy',
        ]);
      },
    },
    {
      requirement: 'quirk: null inherits',
      title: "removes the channel's override",
      async run({ send, get }) {
        await send('PUT', '/customers/settings/channels/2', { privacy_settings: { policy_url: null } });
        const { json } = await get('/customers/settings/channels/2');
        expect([
          json.data.privacy_settings.policy_url,
          json.data.privacy_settings.ask_shopper_for_tracking_consent,
        ]).toEqual([null, false]);
      },
    },
    {
      requirement: '404',
      title: 'rejects an unknown channel',
      async run({ send }) {
        expect((await send('PUT', '/customers/settings/channels/9', {})).status).toBe(404);
      },
    },
  ],
};
