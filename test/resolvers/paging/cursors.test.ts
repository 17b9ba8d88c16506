import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cursor, decodeCursor, encodeCursor } from '../../../src/resolvers/paging/cursors.ts';

const key = fc.oneof(fc.nat(), fc.string());
const cursors: fc.Arbitrary<Cursor> = fc.oneof(
  fc.record({ kind: fc.constant('offset' as const), index: fc.nat(), key }),
  fc.record({
    kind: fc.constant('store' as const),
    start: fc.string(),
    fromStart: fc.nat(249),
    end: fc.string(),
    toEnd: fc.nat(249),
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
