import type { Call } from './call.ts';
import { type CursorKey, decodeCursor, encodeCursor } from './cursors.ts';
import type { Filters, SqlCondition } from './filters.ts';
import { decodeFormValue, parseInteger, rejectUnknownParameters } from './query.ts';
import { ApiError } from './responses.ts';
import type { SqlValue } from './store.ts';

/** A list operation: its table, filters and order. */
export interface ListQuery {
  readonly table: string;
  readonly filters: Filters;
  /** Query parameters other than filters and paging. */
  readonly parameters?: readonly string[];
  /** Conditions that always apply. */
  readonly conditions?: readonly SqlCondition[];
  /** The columns to order by. Unique together, and all in the same direction. */
  readonly order: readonly string[];
  readonly descending?: boolean;
  /** Whether the platform offers cursors for this list. */
  readonly cursors?: boolean;
  /** Whether the client chose the order. */
  readonly sorted?: boolean;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly meta: Readonly<Record<string, unknown>>;
}

interface PagePosition {
  readonly limit: number;
  readonly page: number;
  readonly after: CursorKey | null;
  readonly before: CursorKey | null;
}

const defaultLimit = 50;
const maxLimit = 250;

/** Reads one page of a list, by page number or by cursor, with the store's paging blocks. */
export function readPage<Row extends object>(call: Call, listing: ListQuery): Page<Row> {
  const offersCursors = Boolean(listing.cursors) && call.switches.cursors;
  const cursorNames = offersCursors ? ['after', 'before'] : [];
  rejectUnknownParameters(call.query, [
    'page',
    'limit',
    ...cursorNames,
    ...(listing.parameters ?? []),
    ...Object.keys(listing.filters),
  ]);
  const where = [...(listing.conditions ?? []), ...parseFilters(call, listing.filters)];
  const usesCursors = offersCursors && (!listing.sorted || call.switches.cursorWithSort);
  const place = parsePosition(call, listing, usesCursors);
  const byCursor = place.after !== null || place.before !== null;

  const rows = byCursor
    ? selectByCursor<Row>(call, listing, where, place)
    : selectByPage<Row>(call, listing, where, place);
  const meta = {
    ...(!byCursor && { pagination: paginationBlock(call, listing, where, place, rows.length) }),
    ...(usesCursors &&
      (byCursor || place.page === 1) && {
        cursor_pagination: cursorPaginationBlock(call, listing, place, rows),
      }),
  };
  return { rows, meta };
}

function parseFilters({ query, switches }: Call, filters: Filters): SqlCondition[] {
  const conditions: SqlCondition[] = [];
  for (const [name, filter] of Object.entries(filters)) {
    const raw = query.get(name);
    const condition = raw === undefined ? null : filter(name, raw, switches);
    if (condition) conditions.push(condition);
  }
  return conditions;
}

function parsePosition({ query }: Call, listing: ListQuery, usesCursors: boolean): PagePosition {
  const limit = parsePositive('limit', query.get('limit'), defaultLimit);
  if (limit > maxLimit) throw new ApiError(413, `The limit of ${maxLimit} items a page is exceeded.`);
  const page = parsePositive('page', query.get('page'), 1);
  const after = query.get('after');
  const before = query.get('before');
  if (after === undefined && before === undefined) return { limit, page, after: null, before: null };
  if (after !== undefined && before !== undefined) {
    throw new ApiError(422, 'Query parameters "after" and "before" can not be used together.');
  }
  if (!usesCursors) throw new ApiError(422, 'A cursor can not be used together with "sort".');
  return {
    limit,
    page,
    after: after === undefined ? null : decodeCursor('after', after, listing.order),
    before: before === undefined ? null : decodeCursor('before', before, listing.order),
  };
}

function parsePositive(name: string, raw: string | undefined, fallback: number): number {
  if (raw === undefined) return fallback;
  const value = parseInteger(name, decodeFormValue(raw));
  if (value < 1) throw new ApiError(422, `Query parameter "${name}" value must be greater than 0.`);
  return value;
}

function selectByPage<Row>(
  call: Call,
  listing: ListQuery,
  where: readonly SqlCondition[],
  place: PagePosition,
): Row[] {
  return select(call, listing, where, place.limit, {
    descending: listing.descending ?? false,
    offset: (place.page - 1) * place.limit,
  });
}

function selectByCursor<Row>(
  call: Call,
  listing: ListQuery,
  where: readonly SqlCondition[],
  place: PagePosition,
): Row[] {
  const backwards = place.before !== null;
  const key = place.after ?? place.before ?? [];
  // Backwards: query in the opposite direction, then reverse the rows.
  const descending = (listing.descending ?? false) !== backwards;
  const placeholders = listing.order.map(() => '?').join(', ');
  const beyond = {
    sql: `(${listing.order.join(', ')}) ${descending ? '<' : '>'} (${placeholders})`,
    params: key,
  };
  const rows = select<Row>(call, listing, [...where, beyond], place.limit, { descending, offset: 0 });
  return backwards ? rows.reverse() : rows;
}

function select<Row>(
  { store }: Call,
  { table, order }: ListQuery,
  where: readonly SqlCondition[],
  limit: number,
  { descending, offset }: { readonly descending: boolean; readonly offset: number },
): Row[] {
  const direction = descending ? 'DESC' : 'ASC';
  const ordering = order.map((column) => `${column} ${direction}`).join(', ');
  const sql = `SELECT * FROM ${table}${whereClause(where)} ORDER BY ${ordering} LIMIT ? OFFSET ?`;
  return store.all<Row>(sql, ...paramsOf(where), limit, offset);
}

function paginationBlock(
  call: Call,
  listing: ListQuery,
  where: readonly SqlCondition[],
  place: PagePosition,
  count: number,
) {
  const total = call.store.count(listing.table, whereClause(where), paramsOf(where));
  const { page, limit } = place;
  const totalPages = Math.ceil(total / limit);
  const link = (target: number) => `?page=${target}&limit=${limit}`;
  const links = {
    ...(page > 1 && { previous: link(page - 1) }),
    current: link(page),
    ...(page < totalPages && { next: link(page + 1) }),
  };
  return {
    total,
    count,
    per_page: limit,
    current_page: page,
    total_pages: totalPages,
    ...(call.switches.paginationLinks && { links }),
  };
}

function cursorPaginationBlock(
  call: Call,
  listing: ListQuery,
  { limit, page }: PagePosition,
  rows: readonly object[],
) {
  const start = encodeCursor(listing.order, rows[0]);
  const end = encodeCursor(listing.order, rows.at(-1));
  const links = {
    ...(page > 1 && { previous: `?before=${start}&limit=${limit}` }),
    ...(rows.length === limit && { next: `?after=${end}&limit=${limit}` }),
  };
  return {
    count: rows.length,
    per_page: limit,
    start_cursor: start,
    end_cursor: end,
    ...(call.switches.paginationLinks && { links }),
  };
}

function whereClause(conditions: readonly SqlCondition[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

function paramsOf(conditions: readonly SqlCondition[]): SqlValue[] {
  return conditions.flatMap(({ params }) => params);
}
