import { expect, test } from 'vitest';
import { idsOf, startTestSandbox } from './support/store-client.ts';

test('lists all addresses of a customer, more than the ten in the customer object', async () => {
  const { get } = await startTestSandbox();
  const { json } = await get('/customers/addresses?customer_id:in=33&limit=250');
  expect(json.data).toHaveLength(60);
  expect(json.meta).toEqual({
    pagination: { total: 60, count: 60, per_page: 250, current_page: 1, total_pages: 1 },
  });
});

test('has the keys in the order of the store, and form fields only if included', async () => {
  const { get } = await startTestSandbox();
  const plain = await get('/customers/addresses?limit=1');
  const keys = Object.keys(plain.json.data[0]);
  expect(keys.join(' ')).toBe(
    'id address1 address2 address_type city company country country_code customer_id first_name last_name phone postal_code state_or_province',
  );
  const full = await get('/customers/addresses?limit=1&include=formfields');
  expect(Object.keys(full.json.data[0])).toEqual([...keys, 'form_fields']);
});

test('filters addresses by id, customer, company and name', async () => {
  const { get } = await startTestSandbox();
  const [address] = (await get('/customers/addresses?customer_id:in=8')).json.data;
  const name = encodeURIComponent(`${address.first_name} ${address.last_name}`);
  expect(idsOf(await get(`/customers/addresses?id:in=${address.id}`))).toEqual([address.id]);
  expect(idsOf(await get(`/customers/addresses?name:in=${name}`))).toContain(address.id);
  expect(
    (await get('/customers/addresses?company:in=Warehouse+Sixty')).json.meta.pagination.total,
  ).toBeGreaterThan(0);
});

test.each(['customer_id=8', 'sort=id:asc', 'after=eyJpZCI6MX0='])(
  'rejects the unsupported address parameter %s',
  async (query) => {
    const { get } = await startTestSandbox({ customers: 5 });
    const { status, json } = await get(`/customers/addresses?${query}`);
    expect([status, json.title]).toEqual([
      422,
      `The filter(s): ${query.split('=')[0]} are not valid filter parameter(s).`,
    ]);
  },
);
