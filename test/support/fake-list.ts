import type { PagedList } from '../../src/resolvers/paging/paged-list.ts';
import type { PageRequest, StorePage } from '../../src/rest/wire/page.ts';
import { storePage } from './store-page.ts';

export interface Item {
  readonly entityId: number;
}

export interface FakeList extends PagedList<Item> {
  /** The current records, ordered by id. A test may change them between two reads. */
  items: Item[];
  /** Number of records on a page, for a request with this limit. A test may change it between two reads. */
  grant: (limit: number) => number;
  /** The reads since a test last emptied this: `page 1/50`, `after 7/50`, `before 7/50`, `count`. */
  reads: string[];
}

export interface FakeListOptions {
  readonly length: number;
  /** Whether the store returns cursors: on its first page and on pages that are requested by cursor. */
  readonly cursors: boolean;
  /** Whether numbered pages contain the total count. @default true */
  readonly hasTotal?: boolean;
  /** @default the limit */
  readonly grant?: FakeList['grant'];
  /** What the store reports of its page size: what it grants, the limit of the request, or nothing. @default 'nothing' */
  readonly reports?: 'grant' | 'limit' | 'nothing';
}

/** An in-memory list with the paging of the store: a cursor is the id of a record, which may have been deleted. */
export function createFakeList(options: FakeListOptions): FakeList {
  const { length, cursors, hasTotal = true, grant = (limit: number) => limit, reports = 'nothing' } = options;
  const list: FakeList = {
    items: Array.from({ length }, (_, i) => ({ entityId: i + 1 })),
    grant,
    reads: [],
    supportsCursors: true,
    keyOf: ({ entityId }) => entityId,
    async count() {
      list.reads.push('count');
      return list.items.length;
    },
    async read(request: PageRequest): Promise<StorePage<Item>> {
      const { limit } = request;
      if (limit < 1 || limit > 250) throw new Error(`the store rejects a limit of ${limit}`);
      const size = list.grant(limit);
      const pageSize = { grant: size, limit, nothing: null }[reports];
      if ('page' in request) {
        list.reads.push(`page ${request.page}/${limit}`);
        const items = list.items.slice((request.page - 1) * size, request.page * size);
        const total = hasTotal ? list.items.length : null;
        return storePage(items, {
          total,
          pageSize,
          cursors: cursors && request.page === 1 ? cursorsOf(items) : null,
        });
      }
      if (!cursors) throw new Error('this store has no cursors');
      if ('after' in request) {
        list.reads.push(`after ${request.after}/${limit}`);
        const items = list.items.filter(({ entityId }) => entityId > Number(request.after)).slice(0, size);
        return storePage(items, { pageSize, cursors: cursorsOf(items) });
      }
      list.reads.push(`before ${request.before}/${limit}`);
      const items = list.items.filter(({ entityId }) => entityId < Number(request.before)).slice(-size);
      return storePage(items, { pageSize, cursors: cursorsOf(items) });
    },
  };
  return list;
}

function cursorsOf(items: readonly Item[]): StorePage<Item>['cursors'] {
  const [first, last] = [items[0], items.at(-1)];
  return first && last ? { start: String(first.entityId), end: String(last.entityId) } : null;
}
