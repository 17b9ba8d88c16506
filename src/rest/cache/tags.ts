import type { CacheKind } from './kinds.ts';
import type { Tag } from './store.ts';

/** All that is kept about one customer: the record, its parts, and the lists of its addresses, values and metafields. */
export const customerTag = (id: number): Tag => `customer/${id}`;

/** All that is kept about any customer. For changes that do not say whose they are. */
export const EVERY_CUSTOMER: Tag = 'customer/*';

/** All metafields that are kept with their customer. For changes that do not say whose they are. */
export const EVERY_METAFIELD: Tag = 'metafield/*';

/** All lists of a kind, and the answers that a record of the kind does not exist. */
export const listTag = (kind: CacheKind): Tag => `list/${kind}`;
