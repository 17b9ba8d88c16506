import { expect, test } from 'vitest';
import { idsOf, startTestSandbox } from './support/store-client.ts';

test('has sixteen keys in the order of the store, and no part that was not included', async () => {
  const { get } = await startTestSandbox();
  const { json } = await get('/customers?id:in=1');
  expect(Object.keys(json.data[0])).toEqual([
    'id',
    'authentication',
    'company',
    'customer_group_id',
    'email',
    'first_name',
    'last_name',
    'notes',
    'phone',
    'registration_ip_address',
    'tax_exempt_category',
    'date_created',
    'date_modified',
    'accepts_product_review_abandoned_cart_emails',
    'origin_channel_id',
    'channel_ids',
  ]);
});

test('embeds at most ten addresses and attributes, with their total counts', async () => {
  const { get } = await startTestSandbox();
  const { json } = await get('/customers?id:in=3,4,7,12,33&include=addresses,attributes');
  const embedded = json.data.map((customer: Record<string, unknown[]>) => [
    customer.id,
    customer.address_count,
    customer.addresses?.length,
    customer.attribute_count === customer.attributes?.length,
  ]);
  expect(embedded).toEqual([
    [3, 0, 0, true],
    [4, expect.any(Number), expect.any(Number), false],
    [7, 10, 10, true],
    [12, 11, 10, true],
    [33, 60, 10, true],
  ]);
  expect(json.data[1].attribute_count).toBe(12);
  expect(Object.keys(json.data[0]).slice(0, 3)).toEqual(['id', 'address_count', 'addresses']);
});

test('seeds three customers with more than ten addresses, all in the first fifty', async () => {
  const { get } = await startTestSandbox();
  const { json } = await get('/customers?limit=250&include=addresses');
  const many = json.data.filter((customer: { address_count: number }) => customer.address_count > 10);
  expect(many.map(({ id, address_count }: Record<string, number>) => [id, address_count])).toEqual([
    [12, 11],
    [19, 12],
    [33, 60],
  ]);
});

test('adds form fields, store credit, profile and segments only if included', async () => {
  const { get } = await startTestSandbox();
  const { json } = await get(
    '/customers?id:in=8&include=addresses,storecredit,formfields,shopper_profile_id,segment_ids',
  );
  const [customer] = json.data;
  expect(customer.store_credit_amounts).toEqual([{ amount: expect.any(Number) }]);
  expect(customer.form_fields).toHaveLength(8);
  expect(customer.addresses[0].form_fields).toHaveLength(5);
  expect(customer.shopper_profile_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(customer.segment_ids).toEqual(expect.any(Array));
});

test('finds customers by email address with a plus tag, case-insensitively', async () => {
  const { get } = await startTestSandbox();
  expect(idsOf(await get('/customers?email:in=ana.reis%2Bnewsletter@example.com'))).toEqual([5]);
  expect(idsOf(await get('/customers?email:in=ana.reis+newsletter@example.com'))).toEqual([]);
  expect(idsOf(await get('/customers?email:in=SIOBHAN.MCKENNA@EXAMPLE.COM'))).toEqual([14]);
});

test('splits every list filter at commas, encoded or not', async () => {
  const { get } = await startTestSandbox();
  expect(idsOf(await get('/customers?id:in=9,3'))).toEqual([3, 9]);
  expect(idsOf(await get('/customers?id%3Ain=9%2C3'))).toEqual([3, 9]);
  // Therefore a company with a comma in its name cannot be found by name.
  expect(idsOf(await get('/customers?company:in=Baker%2C%20Sons%20%26%20Daughters'))).toEqual([]);
  expect(idsOf(await get('/customers?name:in=Ana+Reis,Siobh%C3%A1n+McKenna'))).toEqual([5, 14]);
  expect(idsOf(await get('/customers?name:like=a+rei,%20n%20mckenn'))).toEqual([5, 14]);
  expect(idsOf(await get('/customers?customer_group_id:in=nonsense'))).toEqual([]);
});

test('sorts with the id as the tie-break in the same direction', async () => {
  const { get } = await startTestSandbox();
  const among = '/customers?id:in=19,20,21,22,23,24&sort=date_created';
  expect(idsOf(await get(`${among}:asc`))).toEqual([19, 20, 21, 22, 23, 24]);
  expect(idsOf(await get(`${among}%3Adesc`))).toEqual([24, 23, 22, 21, 20, 19]);
});

test('treats the bounds of date filters as inclusive, and ignores a date filter with an encoded colon', async () => {
  const { get } = await startTestSandbox();
  const [{ date_created: created }] = (await get('/customers?id:in=20')).json.data;
  expect(idsOf(await get(`/customers?date_created:min=${created}&limit=4`))).toEqual([20, 21, 22, 23]);
  expect(idsOf(await get(`/customers?date_created=${created}`))).toEqual([20, 21, 22, 23]);
  expect((await get(`/customers?date_created:max=${created}`)).json.meta.pagination.total).toBe(23);
  const encoded = `/customers?date_created:max=${encodeURIComponent(created)}`;
  expect((await get(encoded)).json.meta.pagination.total).toBe(250);
  const strict = await startTestSandbox({ switches: { encodedDateColon: 'honoured' } });
  expect((await strict.get(encoded)).json.meta.pagination.total).toBe(23);
});

test.each([
  ['foo=1', 'The filter(s): foo are not valid filter parameter(s).'],
  ['id:in=1&', 'The filter(s):  are not valid filter parameter(s).'],
  [
    'id:in=hello',
    'Query parameter "id:in" value may contain only integer values. For input string: "hello".',
  ],
  ['id:in=99999999999', expect.stringContaining('only integer values')],
  ['page=0', 'Query parameter "page" value must be greater than 0.'],
  ['include=wishes', expect.stringContaining('"include" value "wishes" is not valid')],
  ['sort=email:asc', expect.stringContaining('"sort" value "email:asc" is not valid')],
  ['date_created:min=yesterday', expect.stringContaining('is not a valid date')],
  ['after=eyJpZCI6MX0=&before=eyJpZCI6MX0=', expect.stringContaining('can not be used together')],
  ['after=garbage', 'Query parameter "after" value is not a valid cursor.'],
  ['after=eyJpZCI6MX0=&sort=last_name:asc', 'A cursor can not be used together with "sort".'],
])('rejects ?%s with a 422 whose title has the reason', async (query, title) => {
  const { get } = await startTestSandbox({ customers: 5 });
  const { status, json } = await get(`/customers?${query}`);
  expect([status, json]).toEqual([422, { status: 422, title, type: expect.any(String), errors: {} }]);
});

test('returns an empty page if no customer matches', async () => {
  const { get } = await startTestSandbox();
  const { status, json } = await get('/customers?id:in=9999&page=1');
  expect(status).toBe(200);
  expect(json.data).toEqual([]);
  expect(json.meta.pagination).toEqual({ total: 0, count: 0, per_page: 50, current_page: 1, total_pages: 0 });
});
