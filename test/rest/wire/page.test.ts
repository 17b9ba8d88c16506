import { describe, expect, test } from 'vitest';
import { type PageRequest, pageParameters, readPage, sortById } from '../../../src/rest/wire/page.ts';
import { storePage } from '../../support/store-page.ts';

const asIs = (item: unknown) => item;

describe('a page', () => {
  test('has items, the total and the cursors if the store returns them', () => {
    const body = {
      data: [1, 2],
      meta: {
        pagination: { total: 7, count: 2, per_page: 2, current_page: 1, total_pages: 4 },
        cursor_pagination: { count: 2, per_page: 2, start_cursor: 'one', end_cursor: 'two' },
      },
    };
    expect(readPage(body, asIs)).toEqual({
      items: [1, 2],
      total: 7,
      cursors: { start: 'one', end: 'two' },
      pageSize: 2,
      number: 1,
      reportsNext: true,
    });
  });

  test.each<[string, unknown]>([
    ['no meta', undefined],
    ['meta that is an array', []],
    ['empty meta', {}],
    ['a total that is a word', { pagination: { total: 'seven' } }],
    ['a negative total', { pagination: { total: -1 } }],
    ['a total that is a fraction', { pagination: { total: 1.5 } }],
    ['a total that is not a safe integer', { pagination: { total: 1e300 } }],
    ['a total beyond 32 bits', { pagination: { total: 3_000_000_000 } }],
    ['only one of the two cursors', { cursor_pagination: { start_cursor: 'one' } }],
    ['empty cursors', { cursor_pagination: { start_cursor: '', end_cursor: '' } }],
    ['cursors that are numbers', { cursor_pagination: { start_cursor: 1, end_cursor: 2 } }],
  ])('has neither total nor cursors with %s', (_name, meta) => {
    expect(readPage({ data: [], meta }, asIs)).toEqual(storePage([]));
  });

  test.each([[null], ['text'], [[]], [{}], [{ data: null }], [{ data: {} }]])(
    'cannot be decoded from %o',
    (body) => {
      expect(() => readPage(body, asIs)).toThrow(expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE' }));
    },
  );

  test.each<[PageRequest, [string, string][]]>([
    [{ page: 1, limit: 50 }, [['limit', '50']]],
    [
      { page: 3, limit: 50 },
      [
        ['page', '3'],
        ['limit', '50'],
      ],
    ],
    [
      { after: 'eyJpZCI6Mn0=', limit: 5 },
      [
        ['after', 'eyJpZCI6Mn0%3D'],
        ['limit', '5'],
      ],
    ],
    [
      { before: 'a+b/c', limit: 5 },
      [
        ['before', 'a%2Bb%2Fc'],
        ['limit', '5'],
      ],
    ],
  ])('%o is encoded as query parameters', (request, parameters) => {
    expect(pageParameters(request)).toEqual(parameters);
  });
});

test('records are sorted by id, and of duplicates only the last one is kept', () => {
  const old = { entityId: 2, name: 'old' };
  const fresh = { entityId: 2, name: 'fresh' };
  expect(sortById([{ entityId: 10, name: 'ten' }, old, { entityId: 9, name: 'nine' }, fresh])).toEqual([
    fresh,
    { entityId: 9, name: 'nine' },
    { entityId: 10, name: 'ten' },
  ]);
});
