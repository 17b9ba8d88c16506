import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cursor, decodeCursor, encodeCursor } from '../../../src/resolvers/paging/cursors.ts';

const text = fc.string({ unit: 'binary' }).map((value) => value.toWellFormed());
const key = fc.oneof(fc.nat(), text);
const cursors: fc.Arbitrary<Cursor> = fc.oneof(
  fc.record({ kind: fc.constant('offset' as const), index: fc.nat(), key }),
  fc.record({
    kind: fc.constant('store' as const),
    start: text,
    fromStart: fc.nat(124),
    end: text,
    toEnd: fc.nat(125),
    key,
    index: fc.option(fc.nat()),
    total: fc.option(fc.nat()),
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
          message: 'before: is not a cursor of this list with this filter and sort.',
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
  const written = encodeCursor('customers', { kind: 'offset', index: 10, key: 11 });
  const text = Buffer.from(written, 'base64url').toString();
  const tampered = Buffer.from(text.replace('[10,', '[99,')).toString('base64url');
  expect(() => decodeCursor('customers', tampered, 'after')).toThrow('after: is not a cursor');
});

describe('a cursor with a correct checksum is rejected', () => {
  const store = ['s', 0, 'e', 9, 1, 0, 10, 1_700_000_000];
  const replaced = (index: number, value: unknown) => store.with(index, value as never);
  test.each<[string, unknown]>([
    ['if its distances exceed a page', replaced(1, 1_000_000)],
    ['if its distances together exceed a page', replaced(1, 241)],
    ['if a distance is negative', replaced(3, -1)],
    ['if a distance is a fraction', replaced(3, 0.5)],
    ['if a distance is a string', replaced(1, '0')],
    ["if the store's cursor is not a string", replaced(0, 1)],
    ["if the store's cursor is not valid Unicode", replaced(2, '\ud800')],
    ['if its key is an object', replaced(4, {})],
    ['if its key is missing', replaced(4, null)],
    ['if its index is negative', replaced(5, -1)],
    ['if its total is a string', replaced(6, '10')],
    ['if its time is missing', replaced(7, null)],
    ['if it has too many fields', [...store, 1]],
    ['if it has too few fields', store.slice(0, 7)],
    ['if its offset is negative', [-1, 1]],
    ['if its offset is too large to be exact', [1e20, 1]],
    ['if it is an object', { length: 2 }],
    ['if it is null', null],
  ])('%s', (_why, fields) => {
    const payload = JSON.stringify(fields);
    const forged = Buffer.from(`${hash('sha1', `list\n${payload}`).slice(0, 8)}${payload}`);
    expect(() => decodeCursor('list', forged.toString('base64url'), 'after')).toThrow(
      'after: is not a cursor',
    );
  });

  test('unless all its fields are valid', () => {
    const payload = JSON.stringify(store);
    const forged = Buffer.from(`${hash('sha1', `list\n${payload}`).slice(0, 8)}${payload}`);
    expect(decodeCursor('list', forged.toString('base64url'), 'after')).toMatchObject({ kind: 'store' });
  });
});
