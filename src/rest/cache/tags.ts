import type { CacheKind } from './kinds.ts';
import type { Tag } from './store.ts';

/** All that is kept about one customer: the record, its parts, and the lists of its addresses, values and metafields. */
export const customerTag = (id: number): Tag => `customer/${id}`;

/** All that is kept about any customer. For changes that do not say whose they are. */
export const EVERY_CUSTOMER: Tag = 'customer/*';

/** The kinds of records that a customer can hold as a part, and that a write can name by their ids alone. */
export type HeldKind = 'addresses' | 'attributeValues';

/** What holds one record: the record itself, and its customer if it was read with such parts. */
export const heldTag = (kind: HeldKind, id: number): Tag => `holds/${kind}/${id}`;

/** Customers who have more records of a kind than they were read with. */
export const partlyHeldTag = (kind: HeldKind): Tag => `holds/${kind}/*`;

/** All metafields that are kept with their customer. For changes that do not say whose they are. */
export const EVERY_METAFIELD: Tag = 'metafield/*';

/** No entry has it. It marks an invalidation because of changes that no event has announced. */
export const FOUND_BY_SEARCH: Tag = 'found-by-search';

/** All lists of a kind, and the answers that a record of the kind does not exist. */
export const listTag = (kind: CacheKind): Tag => `list/${kind}`;

/** All kinds with lists of records that belong to a customer. */
export const OWNED_LISTS: readonly CacheKind[] = [
  'customers',
  'addresses',
  'attributeValues',
  'formFields',
  'metafields',
];

/** The tags of everything that belongs to customers. */
export const EVERYTHING_OWNED: readonly Tag[] = [EVERY_CUSTOMER, ...OWNED_LISTS.map(listTag)];
