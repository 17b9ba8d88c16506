import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  memoryConnection,
  type PagingArguments,
  parsePaging,
} from '../../../src/resolvers/paging/connection.ts';
import { encodeCursor } from '../../../src/resolvers/paging/cursors.ts';

const cursor = encodeCursor('things', { kind: 'offset', index: 3, key: 4 });

describe('the arguments of a connection', () => {
  test.each<[PagingArguments, 'forward' | 'backward', number]>([
    [{}, 'forward', 50],
    [{ first: null, after: null, last: null, before: null }, 'forward', 50],
    [{ first: 0 }, 'forward', 0],
    [{ first: 250 }, 'forward', 250],
    [{ after: cursor }, 'forward', 50],
    [{ first: 7, after: cursor }, 'forward', 7],
    [{ last: 250 }, 'backward', 250],
    [{ last: 0 }, 'backward', 0],
    [{ before: cursor }, 'backward', 50],
    [{ last: 7, before: cursor, first: null }, 'backward', 7],
  ])('%o page %s by %i', (args, direction, count) => {
    expect(parsePaging('things', args)).toMatchObject({ direction, count });
  });

  test.each<[PagingArguments, string]>([
    [{ first: 251 }, 'first: must be between 0 and 250.'],
    [{ first: -1 }, 'first: must be between 0 and 250.'],
    [{ last: 251 }, 'last: must be between 0 and 250.'],
    [{ last: -1 }, 'last: must be between 0 and 250.'],
    [{ first: 1, last: 1 }, 'last: cannot be combined with first.'],
    [{ after: cursor, before: cursor }, 'before: cannot be combined with after.'],
    [{ after: cursor, last: 1 }, 'after: cannot be combined with last; use before.'],
    [{ before: cursor, first: 1 }, 'before: cannot be combined with first; use after.'],
    [{ offset: -1 }, 'offset: must be at least 0.'],
    [{ offset: 0, after: cursor }, 'offset: cannot be combined with a cursor.'],
    [{ offset: 5, last: 1, before: cursor }, 'offset: cannot be combined with a cursor.'],
    [{ offset: 5, last: 1 }, 'offset: cannot be combined with last.'],
    [{ after: 'garbage' }, 'after: is not a cursor of this list with this filter and sort.'],
    [{ before: '' }, 'before: is not a cursor of this list with this filter and sort.'],
  ])('%o are rejected', (args, message) => {
    expect(() => parsePaging('things', args)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message }),
    );
  });
});

describe('a connection over a list in memory', () => {
  const items = (count: number) => Array.from({ length: count }, (_, i) => ({ entityId: (i + 1) * 10 }));
  const page = (all: { entityId: number }[], args: PagingArguments) =>
    memoryConnection(all, parsePaging('things', args));

  test.each([
    [0, [10, 20], false, true],
    [3, [40, 50], true, false],
    [4, [50], true, false],
    [5, [], true, false],
    [2_147_483_647, [], true, false],
  ])('skips the records before offset %i', (offset, ids, hasPreviousPage, hasNextPage) => {
    const found = page(items(5), { first: 2, offset });
    expect(found.nodes.map(({ entityId }) => entityId)).toEqual(ids);
    expect(found).toMatchObject({ hasPreviousPage, hasNextPage, totalCount: 5 });
  });

  test('returns the same records as a slice, from any cursor in either direction', () => {
    const counts = fc.integer({ min: 0, max: 250 });
    fc.assert(
      fc.property(fc.nat(80), counts, fc.boolean(), fc.nat(), (length, count, forward, at) => {
        const all = items(length);
        const whole = page(all, { first: 250 });
        const place = length === 0 ? null : at % length;
        const from = place === null ? null : whole.cursorAt(place);
        const cut = page(all, forward ? { first: count, after: from } : { last: count, before: from });
        const start = forward ? (place === null ? 0 : place + 1) : Math.max(0, (place ?? length) - count);
        const end = forward ? Math.min(start + count, length) : (place ?? length);
        expect(cut.nodes).toEqual(all.slice(start, end));
        expect([cut.hasPreviousPage, cut.hasNextPage]).toEqual([start > 0, end < length]);
        expect(cut.totalCount).toBe(length);
      }),
    );
  });

  test('accepts a cursor after records before it were added and removed', () => {
    const all = items(6);
    const after = page(all, { first: 3 }).cursorAt(2);
    const changed = [{ entityId: 5 }, ...all.filter(({ entityId }) => entityId !== 10)];
    expect(page(changed, { first: 2, after }).nodes.map(({ entityId }) => entityId)).toEqual([40, 50]);
  });

  test('continues from the old position of a record that was deleted', () => {
    const all = items(6);
    const gone = page(all, { first: 3 }).cursorAt(2);
    const left = all.filter(({ entityId }) => entityId !== 30);
    expect(page(left, { first: 2, after: gone }).nodes.map(({ entityId }) => entityId)).toEqual([40, 50]);
    expect(page(left, { last: 2, before: gone }).nodes.map(({ entityId }) => entityId)).toEqual([10, 20]);
  });
});
