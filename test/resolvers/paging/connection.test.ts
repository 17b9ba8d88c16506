import { describe, expect, test } from 'vitest';
import {
  memoryConnection,
  type PagingArguments,
  parsePaging,
} from '../../../src/resolvers/paging/connection.ts';
import { encodeCursor } from '../../../src/resolvers/paging/cursors.ts';
import { fc } from '../../support/property-tests.ts';

const STORE = { storeHash: 'shop' };
const cursor = encodeCursor('shop things', { kind: 'number', index: 3, size: null });

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
    expect(parsePaging(STORE, 'things', args)).toMatchObject({ direction, count });
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
    [{ after: 'garbage' }, 'after: is not a cursor of this list with this filter and sort, in this store.'],
    [{ before: '' }, 'before: is not a cursor of this list with this filter and sort, in this store.'],
  ])('%o are rejected', (args, message) => {
    expect(() => parsePaging(STORE, 'things', args)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message }),
    );
  });
});

describe('a connection over a list in memory', () => {
  const items = (count: number) => Array.from({ length: count }, (_, i) => ({ entityId: (i + 1) * 10 }));
  const page = (all: { entityId: number }[], args: PagingArguments) =>
    memoryConnection(all, parsePaging(STORE, 'things', args));

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

  test('continues with the first record after one that was deleted', () => {
    const all = items(6);
    const gone = page(all, { first: 3 }).cursorAt(2);
    const idsOf = (left: { entityId: number }[], args: PagingArguments) =>
      page(left, args).nodes.map(({ entityId }) => entityId);
    const left = all.filter(({ entityId }) => entityId !== 30);
    expect(idsOf(left, { first: 2, after: gone })).toEqual([40, 50]);
    expect(idsOf(left, { last: 2, before: gone })).toEqual([10, 20]);
    const rest = all.filter(({ entityId }) => entityId > 30);
    expect(idsOf(rest, { first: 2, after: gone })).toEqual([40, 50]);
    expect(idsOf(rest, { last: 2, before: gone })).toEqual([]);
  });

  test('sees every record if each page is deleted before the next one is requested', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 10 }), fc.boolean(), (length, count, forward) => {
        let all = items(length);
        const seen: number[] = [];
        for (let cursor: string | null = null; ; ) {
          const cut = page(all, forward ? { first: count, after: cursor } : { last: count, before: cursor });
          const ids = cut.nodes.map(({ entityId }) => entityId);
          seen.push(...ids);
          if (!(forward ? cut.hasNextPage : cut.hasPreviousPage)) break;
          cursor = cut.cursorAt(forward ? ids.length - 1 : 0);
          all = all.filter(({ entityId }) => !ids.includes(entityId));
        }
        expect(seen.toSorted((one, other) => one - other)).toEqual(
          items(length).map(({ entityId }) => entityId),
        );
      }),
    );
  });

  test.each([1, -1] as const)('continues by the sort value if the order is by one, with sign %i', (sign) => {
    const all = [
      { entityId: 1, at: 5 },
      { entityId: 2, at: 3 },
      { entityId: 3, at: 5 },
      { entityId: 4, at: 9 },
    ].toSorted((one, other) => sign * (one.at - other.at || one.entityId - other.entityId));
    const order = { sortValue: ({ at }: { at: number }) => at, sign };
    const cut = (records: typeof all, args: PagingArguments) =>
      memoryConnection(records, parsePaging(STORE, 'things', args), order);
    const after = cut(all, { first: 2 }).cursorAt(1);
    const expected = all.slice(2);
    expect(cut(all, { first: 5, after }).nodes).toEqual(expected);
    expect(cut(expected, { first: 5, after }).nodes).toEqual(expected);
    // The cursor's record now has a value of the end of the list.
    const moved = all.map((record, i) => (i === 1 ? { ...record, at: 5 + sign * 90 } : record));
    const resorted = moved.toSorted(
      (one, other) => sign * (one.at - other.at || one.entityId - other.entityId),
    );
    const seen = cut(resorted, { first: 5, after }).nodes.map(({ entityId }) => entityId);
    expect(seen).toEqual(expect.arrayContaining(expected.map(({ entityId }) => entityId)));
  });

  test('without numbers to sort by misses no record, even if each page is deleted or the cursor is gone', () => {
    const byName = (all: { entityId: number }[], args: PagingArguments) =>
      memoryConnection(all, parsePaging(STORE, 'things', args), null);
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { maxLength: 40 });
    const gone = fc.array(fc.nat(90), { maxLength: 20 });
    fc.assert(
      fc.property(
        ids,
        fc.integer({ min: 1, max: 10 }),
        fc.boolean(),
        gone,
        (order, count, forward, others) => {
          let all = order.map((entityId) => ({ entityId }));
          const remaining = [...others];
          const seen: number[] = [];
          for (let cursor: string | null = null; ; ) {
            const cut = byName(
              all,
              forward ? { first: count, after: cursor } : { last: count, before: cursor },
            );
            const found = cut.nodes.map(({ entityId }) => entityId);
            seen.push(...found);
            if (!(forward ? cut.hasNextPage : cut.hasPreviousPage)) break;
            cursor = cut.cursorAt(forward ? found.length - 1 : 0);
            const deleted = [...found, ...remaining.splice(0, 3)];
            all = all.filter(({ entityId }) => !deleted.includes(entityId));
          }
          const left = all.map(({ entityId }) => entityId);
          expect(left.filter((id) => !seen.includes(id))).toEqual([]);
        },
      ),
    );
  });
});
