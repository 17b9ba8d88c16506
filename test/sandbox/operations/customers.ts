import { expect } from 'vitest';
import { idsOf } from '../support/store-client.ts';
import { type Cases, newCustomers, plainAddress } from './case.ts';

const [nora] = newCustomers(1);

export const customerCases: Cases = {
  getCustomers: [
    {
      requirement: 'success',
      title: 'returns a page and both paging blocks',
      async run({ get }) {
        const { status, json } = await get('/customers?limit=3&include=addresses');
        expect([status, json.data.length, Object.keys(json.meta)]).toEqual([
          200,
          3,
          ['pagination', 'cursor_pagination'],
        ]);
      },
    },
    {
      requirement: '422',
      title: 'rejects an unknown filter',
      async run({ get }) {
        expect((await get('/customers?wish=1')).status).toBe(422);
      },
    },
    {
      requirement: 'quirk: ten addresses',
      title: 'counts all and embeds ten',
      async run({ get }) {
        const [customer] = (await get('/customers?id:in=33&include=addresses')).json.data;
        expect([customer.address_count, customer.addresses.length]).toEqual([60, 10]);
      },
    },
    {
      requirement: 'quirk: ten attributes',
      title: 'counts all and embeds ten',
      async run({ get }) {
        const [customer] = (await get('/customers?id:in=4&include=attributes')).json.data;
        expect([customer.attribute_count, customer.attributes.length]).toEqual([12, 10]);
      },
    },
    {
      requirement: 'quirk: encoded colon in a date',
      title: 'silently ignores the filter',
      async run({ get }) {
        const raw = await get('/customers?date_created:min=2030-01-01T00:00:00Z');
        const encoded = await get('/customers?date_created:min=2030-01-01T00%3A00%3A00Z');
        expect([raw.json.data.length, encoded.json.data.length]).toEqual([0, 40]);
      },
    },
    {
      requirement: 'quirk: page past the end',
      title: 'returns an empty page, not an error',
      async run({ get }) {
        const { status, json } = await get('/customers?page=77');
        expect([status, json.data]).toEqual([200, []]);
      },
    },
  ],
  createCustomers: [
    {
      requirement: 'success',
      title: 'returns complete customers, with addresses if they were sent',
      async run({ send, get }) {
        const body = [
          {
            ...nora,
            company: 'Quist & Co',
            notes: 'new',
            store_credit_amounts: [{ amount: 12.5 }],
            channel_ids: [2, 1],
            authentication: { force_password_reset: true, new_password: 'secret12' },
            addresses: [{ ...plainAddress, form_fields: [{ name: 'Floor', value: 3 }] }],
            attributes: [{ attribute_id: 1, attribute_value: 'Gold' }],
            form_fields: [{ name: 'Nickname', value: 'No' }],
          },
        ];
        const { status, json } = await send('POST', '/customers', body);
        expect([status, json.meta]).toEqual([200, {}]);
        expect(json.data).toMatchObject([
          {
            id: 41,
            address_count: 1,
            addresses: [{ country: 'United States', form_fields: [{ name: 'Floor', value: 3 }] }],
            authentication: { force_password_reset: true },
            registration_ip_address: '',
            store_credit_amounts: [{ amount: 12.5 }],
            origin_channel_id: 1,
            channel_ids: [2, 1],
          },
        ]);
        const [read] = (await get('/customers?id:in=41&include=attributes,formfields')).json.data;
        expect(read.attributes).toMatchObject([{ attribute_id: 1, attribute_value: 'Gold' }]);
        expect(read.form_fields).toContainEqual({ customer_id: 41, name: 'Nickname', value: 'No' });
      },
    },
    {
      requirement: '422',
      title: 'has the item and field of an invalid value',
      async run({ send }) {
        const { status, json } = await send('POST', '/customers', [{ ...nora, email: 'not an address' }]);
        expect([status, json.title, json.errors]).toEqual([
          422,
          'Create customers failed.',
          { '0.email': 'invalid email' },
        ]);
      },
    },
    {
      requirement: '422',
      title: 'has only the field of a value of the wrong type',
      async run({ send }) {
        const missing = await send('POST', '/customers', [{ email: 'a@example.com', first_name: 'A' }]);
        expect([missing.json.title, missing.json.errors]).toEqual([
          'JSON data is missing or invalid',
          { last_name: 'error.path.missing' },
        ]);
        const single = await send('POST', '/customers', nora);
        expect(single.json.errors).toEqual({ obj: 'error.expected.jsarray' });
      },
    },
    {
      requirement: '422',
      title: 'rejects an email address in use, case-insensitively',
      async run({ send }) {
        const email = 'ANA.REIS+newsletter@example.com';
        const { status, json } = await send('POST', '/customers', [{ ...nora, email }]);
        expect([status, json.errors]).toEqual([
          422,
          { '.customer_create': `Error creating customers: email ${email} already in use` },
        ]);
      },
    },
    {
      requirement: '422',
      title:
        'rejects an empty channel list, unknown channels, attributes and form fields, a weak password, and an eleventh address',
      async run({ send }) {
        const keys = [];
        for (const part of [
          { channel_ids: [] },
          { channel_ids: [9] },
          { attributes: [{ attribute_id: 99, attribute_value: '' }] },
          { form_fields: [{ name: 'Unknown', value: '' }] },
          { authentication: { new_password: 'short1' } },
          { addresses: Array.from({ length: 11 }, () => plainAddress) },
        ]) {
          const { status, json } = await send('POST', '/customers', [{ ...nora, ...part }]);
          expect(status).toBe(422);
          keys.push(...Object.keys(json.errors));
        }
        expect(keys).toEqual([
          '0.channel_ids',
          '0.channel_ids',
          '0.attributes.0.attribute_id',
          '0.form_fields.0.name',
          '0.authentication.new_password',
          '0.addresses',
        ]);
      },
    },
    {
      requirement: '413',
      title: 'rejects more than ten items',
      async run({ send, get }) {
        const { status, json } = await send('POST', '/customers', newCustomers(11));
        expect([status, json.status, json.errors]).toEqual([413, 413, {}]);
        expect((await get('/customers?limit=1')).json.meta.pagination.total).toBe(40);
        expect((await send('POST', '/customers', newCustomers(10))).status).toBe(200);
      },
    },
    {
      requirement: 'quirk: atomic batches',
      title: 'creates nothing if one item is invalid',
      async run({ send, sandbox }) {
        const body = [...newCustomers(2), { ...nora, email: 'ana.reis+newsletter@example.com' }];
        expect((await send('POST', '/customers', body)).status).toBe(422);
        expect(sandbox.ledger.list()).toEqual([]);
      },
    },
    {
      requirement: 'quirk: atomic batches',
      title: 'keeps the items before the invalid one with `atomicBatches: false`',
      options: { switches: { atomicBatches: false } },
      async run({ send, sandbox }) {
        const taken = { ...nora, email: 'ana.reis+newsletter@example.com' };
        const body = [...newCustomers(2), taken, { ...nora, email: 'later@example.com' }];
        expect((await send('POST', '/customers', body)).status).toBe(422);
        expect(sandbox.ledger.list().map(({ seq, key, change }) => [seq, key, change])).toEqual([
          [1, 'new.person.0@example.com', 'created'],
          [2, 'new.person.1@example.com', 'created'],
        ]);
      },
    },
    {
      requirement: 'quirk: email unique per channel',
      title: 'accepts an email address on another channel with `emailPerChannel`',
      options: { switches: { emailPerChannel: true } },
      async run({ send }) {
        expect((await send('POST', '/customers', [{ ...nora, channel_ids: [1] }])).status).toBe(200);
        expect((await send('POST', '/customers', [{ ...nora, channel_ids: [2] }])).status).toBe(200);
        expect((await send('POST', '/customers', [{ ...nora, channel_ids: [1, 2] }])).status).toBe(422);
        expect((await send('POST', '/customers', [nora])).status).toBe(422);
      },
    },
    {
      requirement: 'quirk: ids are not reused',
      title: 'assigns a new id after a deletion',
      async run({ send }) {
        const [first, second] = newCustomers(2);
        expect(idsOf(await send('POST', '/customers', [first]))).toEqual([41]);
        await send('DELETE', '/customers?id:in=41');
        expect(idsOf(await send('POST', '/customers', [second]))).toEqual([42]);
      },
    },
  ],
  updateCustomers: [
    {
      requirement: 'success',
      title: 'updates the sent fields and returns complete customers with store credit, without addresses',
      async run({ send }) {
        const before = await send('GET', '/customers?id:in=8');
        const { status, json } = await send('PUT', '/customers', [{ id: 8, notes: 'changed' }]);
        expect(status).toBe(200);
        expect(json.meta).toEqual({});
        const [{ store_credit_amounts: credit, ...customer }] = json.data;
        expect(credit).toEqual([{ amount: expect.any(Number) }]);
        const [old] = before.json.data;
        expect(customer).toEqual({ ...old, notes: 'changed', date_modified: customer.date_modified });
      },
    },
    {
      requirement: '422',
      title: 'has the index of the first unknown id, and no index for a missing id',
      async run({ send }) {
        const unknown = await send('PUT', '/customers', [{ id: 1 }, { id: 900 }, { id: 901 }]);
        expect([unknown.json.title, unknown.json.errors]).toEqual([
          'Update customers failed.',
          { '1.id': 'invalid customer ID' },
        ]);
        const missing = await send('PUT', '/customers', [{ notes: 'whose?' }]);
        expect([missing.status, missing.json.errors]).toEqual([422, { id: 'error.path.missing' }]);
      },
    },
    {
      requirement: '422',
      title: 'rejects the email address of another customer',
      async run({ send }) {
        const { status } = await send('PUT', '/customers', [
          { id: 1, email: 'ana.reis+newsletter@example.com' },
        ]);
        expect(status).toBe(422);
      },
    },
    {
      requirement: '413',
      title: 'rejects more than ten items',
      async run({ send }) {
        const items = Array.from({ length: 11 }, (_, index) => ({ id: index + 1 }));
        expect((await send('PUT', '/customers', items)).status).toBe(413);
      },
    },
    {
      requirement: 'quirk: addresses, attributes and read-only fields ignored',
      title: 'responds 200 and does not change them',
      async run({ send, get, sandbox }) {
        const path = '/customers?id:in=8&include=addresses,attributes';
        const [before] = (await get(path)).json.data;
        const item = {
          id: 8,
          addresses: [],
          attributes: [{ attribute_id: 1, attribute_value: 'x' }],
          origin_channel_id: 7,
          registration_ip_address: '1.2.3.4',
          date_created: '2000-01-01T00:00:00Z',
        };
        expect((await send('PUT', '/customers', [item])).status).toBe(200);
        const [after] = (await get(path)).json.data;
        expect(after).toEqual({ ...before, date_modified: after.date_modified });
        expect(sandbox.ledger.list().map(({ kind }) => kind)).toEqual(['customer']);
      },
    },
  ],
  deleteCustomers: [
    {
      requirement: 'success',
      title: 'responds 204 without a content type, and deletes all data of the customer',
      async run({ send, get, sandbox }) {
        const { status, headers, text } = await send('DELETE', '/customers?id:in=12,900');
        expect([status, headers.get('content-type'), text]).toEqual([204, null, '']);
        expect(idsOf(await get('/customers/addresses?customer_id:in=12'))).toEqual([]);
        const kinds = sandbox.ledger.list().map(({ kind, change }) => `${kind} ${change}`);
        expect(kinds.filter((kind) => kind === 'address deleted')).toHaveLength(11);
        expect(kinds.at(-1)).toBe('customer deleted');
      },
    },
    {
      requirement: '422',
      title: 'rejects a malformed list',
      async run({ send }) {
        expect((await send('DELETE', '/customers?id:in=1,two')).status).toBe(422);
      },
    },
    {
      requirement: 'quirk: no ids',
      title: 'responds 204 and does nothing',
      async run({ send, sandbox }) {
        expect([(await send('DELETE', '/customers')).status, sandbox.ledger.list()]).toEqual([204, []]);
      },
    },
    {
      requirement: 'quirk: no ids',
      title: 'responds 204 even with `deleteRefusesEmptyList`',
      options: { switches: { deleteRefusesEmptyList: true } },
      async run({ send }) {
        expect((await send('DELETE', '/customers')).status).toBe(204);
        expect((await send('DELETE', '/customers/addresses')).status).toBe(422);
      },
    },
  ],
  validateCustomerCredentials: [
    {
      requirement: 'success',
      title: 'responds 200 to right and wrong passwords',
      async run({ send, get }) {
        const [{ email }] = (await get('/customers?id:in=9')).json.data;
        const path = '/customers/validate-credentials';
        const right = await send('POST', path, { email, password: 'sandbox1' });
        expect([right.status, right.json]).toEqual([200, { is_valid: true, customer_id: 9 }]);
        const wrong = await send('POST', path, { email, password: 'guess' });
        expect([wrong.status, wrong.json]).toEqual([200, { is_valid: false, customer_id: null }]);
      },
    },
    {
      requirement: '422',
      title: 'has the missing field',
      async run({ send }) {
        const { status, json } = await send('POST', '/customers/validate-credentials', {
          email: 'a@example.com',
        });
        expect([status, json.errors]).toEqual([422, { password: 'error.path.missing' }]);
      },
    },
    {
      requirement: 'limit: credential checks',
      title: 'responds 429 after ten checks',
      async run({ send }) {
        const body = { email: 'a@example.com', password: 'x' };
        const statuses: number[] = [];
        for (let count = 0; count < 11; count += 1) {
          statuses.push((await send('POST', '/customers/validate-credentials', body)).status);
        }
        expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([10, 429]);
      },
    },
    {
      requirement: 'quirk: channels',
      title: 'validates a global customer only if the channel allows global logins',
      async run({ send, get }) {
        const [{ email }] = (await get('/customers?id:in=9')).json.data;
        const body = { email, password: 'sandbox1', channel_id: 2 };
        const { json } = await send('POST', '/customers/validate-credentials', body);
        expect(json.is_valid).toBe(false);
      },
    },
  ],
};
