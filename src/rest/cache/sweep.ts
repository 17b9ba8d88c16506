import type { Call, HttpClient } from '../client/http.ts';
import { PAGE_SIZE } from '../limits.ts';
import { isObject, readDateTime } from '../wire/decode.ts';
import { parseId } from '../wire/ids.ts';
import { readPage } from '../wire/page.ts';
import { dateParameter, queryString } from '../wire/query.ts';
import type { KnownChanges } from './known-changes.ts';
import type { CacheStore } from './store.ts';
import { customerTag, EVERYTHING_OWNED, FOUND_BY_SEARCH, listTag, OWNED_LISTS } from './tags.ts';

export interface SweepOptions {
  /** Sends one call in the bulk lane. */
  readonly send: HttpClient['send'];
  readonly store: Pick<CacheStore, 'invalidate'>;
  readonly known: KnownChanges;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds by the store's clock. */
  readonly storeNow: () => number;
  /** How far the replicas have searched together. @default null: there is one */
  readonly shared?: SharedProgress | null;
}

/** How far changes were searched, in Unix milliseconds. */
export interface SweepProgress {
  /** When the last complete search began. */
  readonly since: number;
  /** Until when changes were compared with announcements. */
  readonly judgedUntil: number;
}

export interface SharedProgress {
  /** Null if no replica has searched yet. */
  load(): Promise<SweepProgress | null>;
  save(progress: SweepProgress): Promise<void>;
}

export interface SweepReport {
  /** Number of customers with changes that were found. */
  readonly changed: number;
  /** When the last change happened that an event should have announced and did not, in Unix milliseconds. */
  readonly missedAt: number | null;
  /** Operations that failed. */
  readonly failed: readonly string[];
}

/** Where changes are found: the fields that name the customer, and whether an event announces them. */
const SOURCES = [
  { operation: 'getCustomers', path: '/customers', owner: 'id', hasEvents: true },
  {
    operation: 'getCustomersAttributeValues',
    path: '/customers/attribute-values',
    owner: 'customer_id',
    hasEvents: false,
  },
  {
    operation: 'getallCustomersMetafields',
    path: '/customers/metafields',
    owner: 'resource_id',
    hasEvents: true,
  },
] as const;

type Source = (typeof SOURCES)[number];

/** Maximum number of pages of one source. If there are more changes, everything counts as changed. */
const MAX_PAGES = 10;
/** How far a search reaches back before the last one, in milliseconds: the store's clock and ours differ. */
const OVERLAP_MS = 120_000;
/** Time in which an event may still arrive, in milliseconds. */
const GRACE_MS = 60_000;
/** How far an announcement may be before the date of its change, in milliseconds: dates have whole seconds. */
const TOLERANCE_MS = 5_000;
/** The store's dates are cut to seconds. */
const PRECISION_MS = 1_000;

interface Change {
  readonly customerId: number;
  /** By our clock, in Unix milliseconds. */
  readonly at: number;
  readonly hasEvents: boolean;
}

/**
 * Returns a function that searches for changes since it was last called, by the date that the store gives its records, and
 * makes what is kept of the changed customers unusable. It finds no deletions, and no changes of addresses.
 */
export function createSweep(options: SweepOptions): () => Promise<SweepReport> {
  const { send, store, known, now, storeNow, shared = null } = options;
  let progress: SweepProgress = { since: now(), judgedUntil: now() };
  const sweptAt = new Map<number, number>();

  async function changesOf(source: Source, from: number): Promise<readonly Change[] | 'too many'> {
    const offset = storeNow() - now();
    const changes: Change[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const { items, reportsNext } = readPage(
        await send(callOf(source, from + offset, page)),
        (item) => item,
      );
      changes.push(...items.flatMap((item) => changeOf(item, source, offset)));
      if (reportsNext === false || items.length === 0) return changes;
    }
    return 'too many';
  }

  return async () => {
    const startedAt = now();
    progress = (await shared?.load()) ?? progress;
    const { since, judgedUntil } = progress;
    const results = await Promise.allSettled(SOURCES.map((source) => changesOf(source, since - OVERLAP_MS)));
    const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = SOURCES.filter((_source, i) => results[i]?.status === 'rejected').map(
      ({ operation }) => operation,
    );
    const changes = found.flatMap((each) => (each === 'too many' ? [] : each));
    const customers = [...new Set(changes.map(({ customerId }) => customerId))];
    const announcedAt = await known.announcedAt(customers);
    const announced = new Map(customers.map((id, i) => [id, announcedAt[i] ?? 0]));
    const lastAnnounced = ({ customerId }: Change) => announced.get(customerId) ?? 0;
    const isPurged = (change: Change) =>
      Math.max(lastAnnounced(change), sweptAt.get(change.customerId) ?? 0) >= change.at + PRECISION_MS;
    const ids = found.includes('too many')
      ? null
      : new Set(changes.filter((change) => !isPurged(change)).map(({ customerId }) => customerId));
    const judged = changes.filter(
      ({ at, hasEvents }) => hasEvents && at > judgedUntil && at <= startedAt - GRACE_MS,
    );
    const missed = judged.filter((change) => lastAnnounced(change) < change.at - TOLERANCE_MS);
    await purge(ids, startedAt);
    progress = {
      // What was not searched is searched next time.
      since: failed.length === 0 ? startedAt : since,
      judgedUntil: Math.max(judgedUntil, startedAt - GRACE_MS),
    };
    await shared?.save(progress);
    return {
      changed: customers.length,
      missedAt: missed.length === 0 ? null : Math.max(...missed.map(({ at }) => at)),
      failed,
    };
  };

  /** @param ids null for every customer */
  async function purge(ids: ReadonlySet<number> | null, startedAt: number): Promise<void> {
    for (const [id, at] of sweptAt) if (at < startedAt - 2 * OVERLAP_MS) sweptAt.delete(id);
    for (const id of ids ?? []) sweptAt.set(id, startedAt);
    if (ids?.size === 0) return;
    const tags =
      ids === null ? EVERYTHING_OWNED : [...[...ids].map(customerTag), ...OWNED_LISTS.map(listTag)];
    await store.invalidate([FOUND_BY_SEARCH, ...tags]);
  }
}

function callOf({ operation, path }: Source, from: number, page: number): Call {
  const query = queryString([
    dateParameter('date_modified:min', new Date(from)),
    ['limit', String(PAGE_SIZE)],
    ...(page === 1 ? [] : [['page', String(page)] as const]),
  ]);
  return { operation, method: 'GET', path, query };
}

function changeOf(item: unknown, { owner, hasEvents }: Source, offset: number): readonly Change[] {
  if (!isObject(item)) return [];
  const customerId = parseId(item[owner]);
  const date = readDateTime(item.date_modified, 'date_modified', () => {});
  return customerId === null || date === null ? [] : [{ customerId, at: date.getTime() - offset, hasEvents }];
}
