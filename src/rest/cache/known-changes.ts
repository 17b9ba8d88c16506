import { LRUCache } from 'lru-cache';
import { parseId } from '../wire/ids.ts';
import type { SharedNotes } from './shared-notes.ts';
import type { CacheStore, MaybePromise, Tag } from './store.ts';
import { EVERY_CUSTOMER, FOUND_BY_SEARCH } from './tags.ts';

/** Which changes of customers an event or a write of ours has announced. */
export interface KnownChanges {
  /**
   * When the last change of each customer was announced, in Unix milliseconds. 0 if none was recently. Rejects if the other
   * replicas cannot be asked.
   */
  announcedAt(customerIds: readonly number[]): MaybePromise<readonly number[]>;
}

export interface KnownChangesOptions {
  readonly store: Pick<CacheStore, 'onInvalidation'>;
  /** What the other replicas know. @default null: there are none */
  readonly notes?: SharedNotes | null;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Maximum number of customers whose last change is remembered. */
const MAX_CUSTOMERS = 100_000;
const CUSTOMER_TAG = /^customer\/(\d{1,16})$/;

export function createKnownChanges({ store, notes = null, now }: KnownChangesOptions): KnownChanges {
  const byCustomer = new LRUCache<number, number>({ max: MAX_CUSTOMERS });
  let everyone = 0;

  store.onInvalidation((tags) => {
    if (tags.includes(FOUND_BY_SEARCH)) return;
    const ids = tags.flatMap(customerOf);
    for (const id of ids) byCustomer.set(id, now());
    const isForAll = tags.includes(EVERY_CUSTOMER);
    if (isForAll) everyone = now();
    const announced = isForAll ? (['everyone'] as const) : ids;
    // What cannot be noted now counts as announced when the replicas are together again.
    if (announced.length > 0) notes?.announce(announced, now()).catch(() => {});
  });

  return {
    announcedAt(customerIds) {
      const own = customerIds.map((id) => Math.max(byCustomer.get(id) ?? 0, everyone));
      if (notes === null || customerIds.length === 0) return own;
      return notes.announcedAt(['everyone', ...customerIds]).then(([forAll = 0, ...each]) => {
        return own.map((at, index) => Math.max(at, forAll, each[index] ?? 0));
      });
    },
  };
}

function customerOf(tag: Tag): number | readonly [] {
  return parseId(CUSTOMER_TAG.exec(tag)?.[1]) ?? [];
}
