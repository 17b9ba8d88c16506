import { Refusal } from './answers.ts';
import type { Call } from './call.ts';
import { cursorOf, type Key, parseCursor } from './cursors.ts';
import type { Condition, Filters } from './filters.ts';
import { decode, parseInteger, refuseUnknown } from './query.ts';
import type { SqlValue } from './store.ts';

/** A list operation: its table, filters and order. */
export interface Listing {
  readonly table: string;
  readonly filters: Filters;
  /** Query parameters other than filters and paging. */
  readonly parameters?: readonly string[];
  /** Conditions that always apply. */
  readonly always?: readonly Condition[];
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

interface Place {
  readonly limit: number;
  readonly page: number;
  readonly after: Key | null;
  readonly before: Key | null;
}

const defaultLimit = 50;
const maximumLimit = 250;

/** Reads one page of a list, by page number or by cursor, with the store's paging blocks. */
export function pageOf<Row extends object>(call: Call, listing: Listing): Page<Row> {
  const offersCursors = Boolean(listing.cursors) && call.switches.cursors;
  const cursorNames = offersCursors ? ['after', 'before'] : [];
  refuseUnknown(call.query, [
    'page',
    'limit',
    ...cursorNames,
    ...(listing.parameters ?? []),
    ...Object.keys(listing.filters),
  ]);
  const where = [...(listing.always ?? []), ...conditionsOf(call, listing.filters)];
  const usesCursors = offersCursors && (!listing.sorted || call.switches.cursorWithSort);
  const place = placeOf(call, listing, usesCursors);
  const byCursor = place.after !== null || place.before !== null;

  const rows = byCursor
    ? rowsByCursor<Row>(call, listing, where, place)
    : rowsByNumber<Row>(call, listing, where, place);
  const meta = {
    ...(!byCursor && { pagination: paginationOf(call, listing, where, place, rows.length) }),
    ...(usesCursors &&
      (byCursor || place.page === 1) && { cursor_pagination: cursorBlockOf(call, listing, place, rows) }),
  };
  return { rows, meta };
}

function conditionsOf({ query, switches }: Call, filters: Filters): Condition[] {
  const conditions: Condition[] = [];
  for (const [name, filter] of Object.entries(filters)) {
    const raw = query.get(name);
    const condition = raw === undefined ? null : filter(name, raw, switches);
    if (condition) conditions.push(condition);
  }
  return conditions;
}

function placeOf({ query }: Call, listing: Listing, usesCursors: boolean): Place {
  const limit = positive('limit', query.get('limit'), defaultLimit);
  if (limit > maximumLimit) throw new Refusal(413, `The limit of ${maximumLimit} items a page is exceeded.`);
  const page = positive('page', query.get('page'), 1);
  const after = query.get('after');
  const before = query.get('before');
  if (after === undefined && before === undefined) return { limit, page, after: null, before: null };
  if (after !== undefined && before !== undefined) {
    throw new Refusal(422, 'Query parameters "after" and "before" can not be used together.');
  }
  if (!usesCursors) throw new Refusal(422, 'A cursor can not be used together with "sort".');
  return {
    limit,
    page,
    after: after === undefined ? null : parseCursor('after', after, listing.order),
    before: before === undefined ? null : parseCursor('before', before, listing.order),
  };
}

function positive(name: string, raw: string | undefined, fallback: number): number {
  if (raw === undefined) return fallback;
  const value = parseInteger(name, decode(raw));
  if (value < 1) throw new Refusal(422, `Query parameter "${name}" value must be greater than 0.`);
  return value;
}

function rowsByNumber<Row>(call: Call, listing: Listing, where: readonly Condition[], place: Place): Row[] {
  return select(call, listing, where, place.limit, {
    descending: listing.descending ?? false,
    offset: (place.page - 1) * place.limit,
  });
}

function rowsByCursor<Row>(call: Call, listing: Listing, where: readonly Condition[], place: Place): Row[] {
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
  { table, order }: Listing,
  where: readonly Condition[],
  limit: number,
  { descending, offset }: { readonly descending: boolean; readonly offset: number },
): Row[] {
  const direction = descending ? 'DESC' : 'ASC';
  const ordering = order.map((column) => `${column} ${direction}`).join(', ');
  const sql = `SELECT * FROM ${table}${whereClause(where)} ORDER BY ${ordering} LIMIT ? OFFSET ?`;
  return store.all<Row>(sql, ...paramsOf(where), limit, offset);
}

function paginationOf(
  call: Call,
  listing: Listing,
  where: readonly Condition[],
  place: Place,
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

function cursorBlockOf(call: Call, listing: Listing, { limit, page }: Place, rows: readonly object[]) {
  const start = cursorOf(listing.order, rows[0]);
  const end = cursorOf(listing.order, rows.at(-1));
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

function whereClause(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

function paramsOf(conditions: readonly Condition[]): SqlValue[] {
  return conditions.flatMap(({ params }) => params);
}
