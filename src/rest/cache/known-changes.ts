import { LRUCache } from 'lru-cache';
import { parseId } from '../wire/ids.ts';
import type { CacheStore, Tag } from './store.ts';
import { EVERY_CUSTOMER, FOUND_BY_SEARCH } from './tags.ts';

/** Which changes of customers an event or a write of ours has announced. */
export interface KnownChanges {
  /** When the last change of a customer was announced, in Unix milliseconds. 0 if none was recently. */
  announcedAt(customerId: number): number;
}

/** Maximum number of customers whose last change is remembered. */
const MAX_CUSTOMERS = 100_000;
const CUSTOMER_TAG = /^customer\/(\d{1,16})$/;

/** @param now Unix milliseconds */
export function createKnownChanges(
  store: Pick<CacheStore, 'onInvalidation'>,
  now: () => number,
): KnownChanges {
  const byCustomer = new LRUCache<number, number>({ max: MAX_CUSTOMERS });
  let everyone = 0;

  function note(tag: Tag): void {
    const id = parseId(CUSTOMER_TAG.exec(tag)?.[1]);
    if (id !== null) byCustomer.set(id, now());
    if (tag === EVERY_CUSTOMER) everyone = now();
  }

  store.onInvalidation((tags) => {
    if (!tags.includes(FOUND_BY_SEARCH)) for (const tag of tags) note(tag);
  });

  return {
    announcedAt: (customerId) => Math.max(byCustomer.get(customerId) ?? 0, everyone),
  };
}
