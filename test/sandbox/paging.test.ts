import { expect, test } from 'vitest';
import { idsOf, startTestSandbox } from './support/store-client.ts';

test('has both paging blocks on the first page, and only the page-number block on the next', async () => {
  const { get } = await startTestSandbox();
  const first = (await get('/customers?limit=100')).json.meta;
  expect(first.pagination).toEqual({
    total: 250,
    count: 100,
    per_page: 100,
    current_page: 1,
    total_pages: 3,
  });
  expect(first.cursor_pagination).toMatchObject({ count: 100, per_page: 100 });
  expect(Object.keys((await get('/customers?limit=100&page=2')).json.meta)).toEqual(['pagination']);
});

test('pages forwards and backwards by cursor, ignoring the page number', async () => {
  const { get } = await startTestSandbox();
  const first = await get('/customers?limit=10');
  const { end_cursor: end } = first.json.meta.cursor_pagination;
  const second = await get(`/customers?limit=10&page=7&after=${end}`);
  expect(idsOf(second)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect(Object.keys(second.json.meta)).toEqual(['cursor_pagination']);
  const back = await get(`/customers?limit=10&before=${second.json.meta.cursor_pagination.start_cursor}`);
  expect(idsOf(back)).toEqual(idsOf(first));
});

test('returns an empty page past the end', async () => {
  const { get } = await startTestSandbox();
  const { status, json } = await get('/customers?page=99');
  expect([status, json.data, json.meta.pagination.total]).toEqual([200, [], 250]);
});

test('rejects a page of more than 250', async () => {
  const { get } = await startTestSandbox({ customers: 1 });
  expect((await get('/customers?limit=251')).status).toBe(413);
});

test('has no cursors with `cursors: false`, like an older store', async () => {
  const { get } = await startTestSandbox({ switches: { cursors: false } });
  expect(Object.keys((await get('/customers?limit=1')).json.meta)).toEqual(['pagination']);
  expect((await get('/customers?after=eyJpZCI6MX0=')).status).toBe(422);
});

test('has cursors in sorted lists and links if switched on', async () => {
  const { get } = await startTestSandbox({ switches: { cursorWithSort: true, paginationLinks: true } });
  const sorted = idsOf(await get('/customers?limit=250&sort=last_name:desc'));
  const first = await get('/customers?limit=100&sort=last_name:desc');
  expect(first.json.meta.pagination.links).toEqual({
    current: '?page=1&limit=100',
    next: '?page=2&limit=100',
  });
  const end = encodeURIComponent(first.json.meta.cursor_pagination.end_cursor);
  const second = await get(`/customers?limit=150&sort=last_name:desc&after=${end}`);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(sorted);
});
