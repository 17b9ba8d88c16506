import { expect, test } from 'vitest';
import { startTestSandbox } from './support/store-client.ts';

test('rejects a missing or empty token in plain text and a wrong token in JSON', async () => {
  const { sandbox, get } = await startTestSandbox({ customers: 1 });
  const none = await fetch(`${sandbox.url}/customers`);
  expect([none.status, none.headers.get('content-type'), await none.text()]).toEqual([
    401,
    'text/plain',
    'X-Auth-Token header is required',
  ]);
  const empty = await get('/customers', { 'X-Auth-Token': '' });
  expect([empty.status, empty.text]).toEqual([401, 'X-Auth-Token header should have correct format']);
  const wrong = await get('/customers', { 'X-Auth-Token': 'unknown' });
  expect([wrong.status, wrong.json.title]).toEqual([401, 'Unauthorized']);
});

test('responds 404 to unknown routes and methods, with or without a token', async () => {
  const { sandbox, send } = await startTestSandbox({ customers: 1 });
  for (const [method, path] of [
    ['GET', '/orders'],
    ['PATCH', '/customers'],
    ['GET', '/customers/'],
    ['GET', '/customers/1'],
  ] as const) {
    const { status, json } = await send(method, path);
    expect([status, json.title]).toEqual([404, 'The route is not found, check the URL']);
  }
  expect((await fetch(`${sandbox.url}/orders`)).status).toBe(404);
});

test('rejects a request for another store', async () => {
  const { sandbox, send } = await startTestSandbox({ customers: 1, storeHash: 'abc' });
  expect((await send('GET', '/customers')).status).toBe(200);
  const elsewhere = sandbox.url.replace('/abc/', '/other/');
  const { status } = await fetch(`${elsewhere}/customers`, { headers: { 'X-Auth-Token': 'sandbox' } });
  expect(status).toBe(403);
});

test('logs requests as received', async () => {
  const { sandbox, get } = await startTestSandbox({ customers: 1 });
  await get('/customers?id:in=1%2C2');
  await get('/nowhere');
  expect(sandbox.requests.list()).toMatchObject([
    { operationId: 'getCustomers', method: 'GET', path: '/customers', query: 'id:in=1%2C2', status: 200 },
    { operationId: null, path: '/nowhere', query: '', status: 404 },
  ]);
  expect(sandbox.requests.counts()).toEqual({ getCustomers: 1, unknown: 1 });
  sandbox.requests.clear();
  expect(sandbox.requests.list()).toEqual([]);
});

test('rejects media types other than JSON, long URLs, large bodies and invalid JSON', async () => {
  const { get, send } = await startTestSandbox({ customers: 1, limits: { urlLength: 60 } });
  expect((await get('/customers', { Accept: 'text/html' })).status).toBe(406);
  expect((await get('/customers', { Accept: 'text/html, */*;q=0.1' })).status).toBe(200);
  expect((await send('POST', '/customers', [], { 'Content-Type': 'text/xml' })).status).toBe(415);
  expect((await get(`/customers?id:in=${'1,'.repeat(40)}1`)).status).toBe(414);
  expect((await send('POST', '/customers', `"${'x'.repeat(5_000_000)}"`)).status).toBe(413);
  const broken = await send('POST', '/customers', '[{');
  expect([broken.status, broken.json]).toEqual([
    400,
    { status: 400, title: 'Input is invalid', type: expect.any(String), detail: 'Syntax error' },
  ]);
});
