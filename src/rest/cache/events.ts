import { isObject } from '../wire/decode.ts';
import { parseId } from '../wire/ids.ts';
import type { CacheKind } from './kinds.ts';
import type { Tag } from './store.ts';
import { customerTag, EVERY_CUSTOMER, EVERYTHING_OWNED, listTag, OWNED_LISTS } from './tags.ts';

/** An event of the store, as its webhook reports it. */
export interface StoreEvent {
  /** For example `store/customer/updated`. */
  readonly scope: string;
  readonly data: unknown;
}

type Data = Readonly<Record<string, unknown>>;

interface EventKind {
  readonly lists: readonly CacheKind[];
  /** The id of the customer that the event is about. */
  readonly customerOf: (data: Data) => unknown;
}

const CUSTOMER: EventKind = { lists: ['customers'], customerOf: ({ id }) => id };
const ADDRESS: EventKind = {
  lists: ['customers', 'addresses'],
  // `id` is that of the address, although the event says that its type is customer.
  customerOf: ({ address }) => (isObject(address) ? address.customer_id : null),
};
const METAFIELD: EventKind = { lists: ['metafields'], customerOf: ({ resource_id: id }) => id };

const EVENT_KINDS: Readonly<Record<string, EventKind>> = {
  'store/customer/created': CUSTOMER,
  'store/customer/updated': CUSTOMER,
  'store/customer/deleted': { ...CUSTOMER, lists: OWNED_LISTS },
  'store/customer/payment/instrument/default/updated': CUSTOMER,
  'store/customer/channel/login/access/updated': {
    lists: ['customers'],
    customerOf: ({ customer_id: id }) => id,
  },
  'store/customer/address/created': ADDRESS,
  'store/customer/address/updated': ADDRESS,
  'store/customer/address/deleted': ADDRESS,
  'store/metafield/created': METAFIELD,
  'store/metafield/updated': METAFIELD,
  'store/metafield/deleted': METAFIELD,
};

/** The platform's report that it could not deliver an event. */
export const DELIVERY_EXCEPTION = 'store/hook/deliveryException';

/** The scopes that a webhook needs for all events that concern what is cached. */
export const NEEDED_SCOPES: readonly string[] = ['store/customer/*', 'store/metafield/*', DELIVERY_EXCEPTION];

/**
 * The tags that an event makes unusable. The event says only what to read again: nothing else in it is used. Null if its
 * scope is not known.
 */
export function tagsOfEvent({ scope, data }: StoreEvent): readonly Tag[] | null {
  if (scope === DELIVERY_EXCEPTION) return EVERYTHING_OWNED;
  const kind = Object.hasOwn(EVENT_KINDS, scope) ? EVENT_KINDS[scope] : undefined;
  if (kind === undefined) return null;
  if (!isObject(data)) return EVERYTHING_OWNED;
  if (kind === METAFIELD && data.resource_type !== 'customer') return [];
  const customer = parseId(kind.customerOf(data));
  return [customer === null ? EVERY_CUSTOMER : customerTag(customer), ...kind.lists.map(listTag)];
}
