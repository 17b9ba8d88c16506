import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Cursor, decodeCursor, encodeCursor } from '../../../src/resolvers/paging/cursors.ts';
import { fc } from '../../support/property-tests.ts';

const text = fc.string({ unit: 'binary', maxLength: 100 }).map((value) => value.toWellFormed());
const key = fc.oneof(fc.nat(), text);
const count = fc.nat(2_147_483_647);
const size = fc.option(fc.integer({ min: 1, max: 10_000 }));
const cursors: fc.Arbitrary<Cursor> = fc.oneof(
  fc.record({
    kind: fc.constant('memory' as const),
    entityId: fc.integer({ min: 1 }),
    value: fc.option(fc.maxSafeInteger()),
    around: fc.option(fc.tuple(count, count)),
  }),
  fc.record({ kind: fc.constant('number' as const), index: count, size }),
  fc.record({
    kind: fc.constant('date' as const),
    index: count,
    size,
    entityId: fc.integer({ min: 1 }),
    date: fc.option(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_000 })),
    from: fc.option(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 })),
    count: fc.integer({ min: 1 }),
  }),
  fc.record({
    kind: fc.constant('store' as const),
    start: text,
    fromStart: fc.nat(10_000),
    end: text,
    toEnd: fc.nat(10_000),
    key,
    index: fc.option(count),
    total: fc.option(count),
    totalReadAt: fc.nat(),
  }),
);

test('a cursor decodes to what was encoded, for the same list', () => {
  fc.assert(
    fc.property(cursors, fc.string(), (cursor, list) => {
      const written = encodeCursor(list, cursor);
      expect(written).toMatch(/^[\w-]+$/);
      expect(decodeCursor(list, written, 'after')).toEqual(cursor);
    }),
  );
});

test('a cursor of another list, or of the same list with another filter, is rejected', () => {
  fc.assert(
    fc.property(cursors, fc.string(), fc.string(), (cursor, list, other) => {
      fc.pre(list !== other);
      const written = encodeCursor(list, cursor);
      expect(() => decodeCursor(other, written, 'before')).toThrow(
        expect.objectContaining({
          code: 'BAD_USER_INPUT',
          message: 'before: is not a cursor of this list with this filter and sort, in this store.',
          details: { argument: 'before' },
        }),
      );
    }),
  );
});

test('any string that is not a cursor is rejected', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
      expect(() => decodeCursor('customers', text, 'after')).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      );
    }),
  );
});

test('a modified cursor is rejected', () => {
  const written = encodeCursor('customers', { kind: 'number', index: 10, size: null });
  const text = Buffer.from(written, 'base64url').toString();
  const tampered = Buffer.from(text.replace('10,', '99,')).toString('base64url');
  expect(() => decodeCursor('customers', tampered, 'after')).toThrow('after: is not a cursor');
});

test('a cursor with the longest cursors of a store that fit a URL is accepted', () => {
  const long = 'x'.repeat(1_900);
  const cursor: Cursor = {
    kind: 'store',
    start: long,
    fromStart: 0,
    end: long,
    toEnd: 1,
    key: 1,
    index: null,
    total: null,
    totalReadAt: 0,
  };
  expect(decodeCursor('list', encodeCursor('list', cursor), 'after')).toEqual(cursor);
});

describe('a cursor with a correct checksum is rejected', () => {
  const store: readonly unknown[] = ['s', 's', 0, 'e', 9, 1, 0, 10, 1_700_000_000];
  const date: readonly unknown[] = ['d', 0, null, 1, 1_700_000_000_000, 1_699_999_999, 1];
  test.each<[string, unknown]>([
    ['if its distances exceed all pages', store.with(2, 1_000_000)],
    ['if a distance is negative', store.with(4, -1)],
    ['if a distance is a fraction', store.with(4, 0.5)],
    ['if a distance is a string', store.with(2, '0')],
    ["if the store's cursor is not a string", store.with(1, 1)],
    ["if the store's cursor is not valid Unicode", store.with(3, '\ud800')],
    ["if the store's cursor is too long for a URL", store.with(3, 'x'.repeat(4_000))],
    ['if its key is an object', store.with(5, {})],
    ['if its key is missing', store.with(5, null)],
    ['if its index is negative', store.with(6, -1)],
    ['if its total is a string', store.with(7, '10')],
    ['if its time is missing', store.with(8, null)],
    ['if it has too many fields', [...store, 1]],
    ['if it has too few fields', store.slice(0, 8)],
    ['if its kind is unknown', store.with(0, 'x')],
    ['if its number is negative', ['n', -1, null]],
    ['if its number is too large to be exact', ['n', 1e20, null]],
    ['if its page size is 0', ['n', 1, 0]],
    ['if its page size exceeds all pages', ['n', 1, 20_000]],
    ['if its id is negative', ['m', -1, null, null]],
    ['if its value is a string', ['m', 1, '2', null]],
    ['if a number around it is negative', ['m', 1, null, [0, -1]]],
    ['if its date is beyond all dates', date.with(4, 9e15)],
    ['if it counts from a date beyond all dates', date.with(5, 9e12)],
    ['if it counts no record', date.with(6, 0)],
    ['if it is an object', { length: 2 }],
    ['if it is null', null],
  ])('%s', (_why, fields) => {
    expect(() => decodeCursor('list', forge(fields), 'after')).toThrow('after: is not a cursor');
  });

  test.each([
    ['store', store],
    ['date', date],
  ])('unless all its fields are valid: %s', (kind, fields) => {
    expect(decodeCursor('list', forge(fields), 'after')).toHaveProperty('kind', kind);
  });

  function forge(fields: unknown): string {
    const payload = JSON.stringify(fields);
    return Buffer.from(`${hash('sha1', `list\n${payload}`).slice(0, 8)}${payload}`).toString('base64url');
  }
});
