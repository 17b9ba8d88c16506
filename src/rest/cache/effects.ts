import type { WriteAttempt } from '../client/http.ts';
import type { WriteCall } from '../client/queue.ts';
import type { OperationId } from '../operations.ts';
import { isObject } from '../wire/decode.ts';
import { parseId } from '../wire/ids.ts';
import { isHeldKind, type KeptRecord, ownerInPath, ownerOf, recordKey } from './keys.ts';
import type { CacheKind } from './kinds.ts';
import type { CacheStore, Tag } from './store.ts';
import {
  customerTag,
  EVERY_CUSTOMER,
  EVERY_METAFIELD,
  heldTag,
  listTag,
  OWNED_LISTS,
  partlyHeldTag,
} from './tags.ts';

/** What a write changes. */
interface WriteEffect {
  /** The lists that a record may enter or leave. */
  readonly lists: readonly CacheKind[];
  /** The field of an item, and of a record in the response, that names the customer. Null if the items name none. */
  readonly owner: 'id' | 'customer_id' | 'resource_id' | null;
  /** The kind of the records whose ids the items have, if the customer can be found by them. */
  readonly kind?: CacheKind;
  /** What is changed if the customer of an item is not known. `held`: what holds the records whose ids the items have. */
  readonly ifUnknown: Tag | 'held' | null;
}

const CUSTOMER_LISTS: readonly CacheKind[] = ['customers'];
const CUSTOMERS: WriteEffect = { lists: CUSTOMER_LISTS, owner: 'id', ifUnknown: EVERY_CUSTOMER };
const ADDRESSES: WriteEffect = {
  lists: ['addresses', ...CUSTOMER_LISTS],
  owner: 'customer_id',
  kind: 'addresses',
  ifUnknown: EVERY_CUSTOMER,
};
/** The items are ids of addresses or values: what holds those is found by them. */
const HELD = { ifUnknown: 'held' } as const;
const VALUES: WriteEffect = {
  lists: ['attributeValues', ...CUSTOMER_LISTS],
  owner: 'customer_id',
  kind: 'attributeValues',
  ifUnknown: EVERY_CUSTOMER,
};
const METAFIELDS: WriteEffect = { lists: ['metafields'], owner: 'resource_id', ifUnknown: EVERY_METAFIELD };
/** A definition gives all its values their name. */
const DEFINITIONS: WriteEffect = {
  lists: ['attributes', 'attributeValues'],
  owner: null,
  ifUnknown: EVERY_CUSTOMER,
};
const SETTINGS: WriteEffect = { lists: ['settings'], owner: null, ifUnknown: null };

const WRITE_EFFECTS: Readonly<Partial<Record<OperationId, WriteEffect>>> = {
  // No customer is known by an id that it does not have yet.
  createCustomers: { lists: OWNED_LISTS, owner: 'id', ifUnknown: null },
  updateCustomers: CUSTOMERS,
  deleteCustomers: { ...CUSTOMERS, lists: OWNED_LISTS },
  createCustomersAddresses: ADDRESSES,
  updateCustomersAddresses: { ...ADDRESSES, ...HELD },
  deleteCustomersAddresses: { ...ADDRESSES, ...HELD },
  createCustomersAttributes: DEFINITIONS,
  updateCustomersAttributes: DEFINITIONS,
  deleteCustomersAttributes: DEFINITIONS,
  upsertCustomersAttributeValues: VALUES,
  deleteCustomersAttributeValues: { ...VALUES, ...HELD },
  updateCustomerFormFieldValues: {
    lists: ['formFields', 'addresses', ...CUSTOMER_LISTS],
    owner: 'customer_id',
    kind: 'addresses',
    ifUnknown: EVERY_CUSTOMER,
  },
  updateCustomerConsent: { lists: CUSTOMER_LISTS, owner: 'customer_id', ifUnknown: EVERY_CUSTOMER },
  createCustomerMetafields: METAFIELDS,
  updateCustomerMetafield: METAFIELDS,
  deleteCustomerMetafieldsId: METAFIELDS,
  createCustomersMetafields: METAFIELDS,
  updateCustomersMetafields: METAFIELDS,
  deleteCustomersMetafields: METAFIELDS,
  updateCustomersSettings: SETTINGS,
  updateCustomersSettingsChannel: SETTINGS,
};

/** The tags that a write changes, as far as they are known before it is sent. */
export interface KnownEffect {
  readonly tags: readonly Tag[];
  /** The tags that it changes in addition, once its outcome is known. */
  readonly afterwards: (attempt: WriteAttempt | null) => readonly Tag[];
}

/**
 * What a write changes. Null if it changes nothing that is kept. An item that names no customer is looked up among the
 * records that are kept.
 */
export async function effectOf(
  call: WriteCall,
  store: Pick<CacheStore, 'getMany'>,
): Promise<KnownEffect | null> {
  const effect = WRITE_EFFECTS[call.operation as OperationId];
  if (effect === undefined) return null;
  const owners = await ownersOf(call, effect, store);
  const known = owners.flatMap((id) => id ?? []);
  const isUnknown = effect.owner === null || known.length < owners.length;
  const held = isUnknown && effect.ifUnknown === 'held' ? heldTagsOf(call, effect) : [];
  const unknown = effect.ifUnknown === 'held' ? (held === null ? EVERY_CUSTOMER : null) : effect.ifUnknown;
  return {
    tags: [...new Set([...effect.lists.map(listTag), ...known.map(customerTag), ...(held ?? [])])],
    afterwards(attempt) {
      const written = ownersInResponse(attempt, effect);
      const isComplete =
        attempt?.outcome === 'ok' && effect.owner !== null && written.length >= owners.length;
      const rest = isUnknown && !isComplete && unknown !== null ? [unknown] : [];
      return [...new Set([...written.map(customerTag), ...rest])];
    },
  };
}

/** The customer of each item of a write. Null for each that is not known. */
async function ownersOf(
  call: WriteCall,
  { owner, kind }: WriteEffect,
  store: Pick<CacheStore, 'getMany'>,
): Promise<readonly (number | null)[]> {
  if (owner === null) return [];
  const inPath = ownerInPath(call);
  if (inPath !== null) return [inPath];
  const items = itemsOf(call).map((item) => (isObject(item) ? item : { id: item }));
  const named = items.map((item) => parseId(item[owner]));
  if (kind === undefined || !named.includes(null)) return named;
  const keys = items.map((item) => recordKey(kind, String(item.address_id ?? item.id)));
  const kept = await store.getMany(keys, false);
  return named.map(
    (id, i) => id ?? ownerOf((kept[i]?.value as KeptRecord | undefined)?.record, 'customer_id'),
  );
}

/** The tags of what holds the records that a write names. Null if it does not say which they are. */
function heldTagsOf(call: WriteCall, { kind }: WriteEffect): readonly Tag[] | null {
  if (kind === undefined || !isHeldKind(kind)) return null;
  const ids = itemsOf(call).map((item) => parseId(isObject(item) ? item.id : item));
  if (ids.length === 0 || ids.includes(null)) return null;
  return [...ids.flatMap((id) => (id === null ? [] : heldTag(kind, id))), partlyHeldTag(kind)];
}

/** The items of a write: in its body, or ids in its query. */
function itemsOf({ body, parameters }: WriteCall): readonly unknown[] {
  if (body !== undefined) return Array.isArray(body) ? body : [body];
  return parameters.flatMap(([name, value]) => (name === 'id:in' ? value.split(',') : []));
}

/** The customers that the response to a write names. */
function ownersInResponse(attempt: WriteAttempt | null, { owner }: WriteEffect): readonly number[] {
  if (owner === null || attempt === null || !('body' in attempt) || !isObject(attempt.body)) return [];
  const { data } = attempt.body;
  const records = Array.isArray(data) ? data : [data];
  return records.flatMap((record) => (isObject(record) ? (parseId(record[owner]) ?? []) : []));
}
