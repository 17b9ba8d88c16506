import { type Key, parametersOf, type RestCall } from '../client/call.ts';
import { isObject } from '../wire/decode.ts';
import { parseId } from '../wire/ids.ts';
import { queryString } from '../wire/query.ts';
import type { CacheKind } from './kinds.ts';
import type { Tag } from './store.ts';
import {
  customerTag,
  EVERY_CUSTOMER,
  EVERY_METAFIELD,
  type HeldKind,
  heldTag,
  listTag,
  partlyHeldTag,
} from './tags.ts';

/** A record as it is kept. Null is a record that does not exist. */
export interface KeptRecord {
  readonly record: Readonly<Record<string, unknown>> | null;
  /** The parts that it holds. */
  readonly include: readonly string[];
}

/** A list as it is kept: the ids of its records in order, and what the store reports about the list. */
export interface KeptList {
  readonly ids: readonly number[];
  readonly meta?: unknown;
}

/** An answer that is kept whole: what the store answered, or that what was asked for does not exist. */
export type KeptAnswer =
  | { readonly answer: unknown }
  | { readonly notFound: { readonly message: string; readonly title: string } };

const ID_FILTER = 'id:in';

export function recordKey(kind: CacheKind, id: Key): string {
  return `record/${kind}/${id}`;
}

/** Whether a lookup names its records by their ids alone, so each of them answers for itself. */
export function isById({ keys, parameters }: Pick<RestCall, 'keys' | 'parameters'>): boolean {
  return keys?.name === ID_FILTER && parameters.length === 0;
}

/** The key of the records that a lookup finds by one of its keys. */
export function groupKey({ path, keys, parameters }: RestCall, value: Key): string {
  return `group/${path}?${queryString(parameters)}&${keys?.name}=${encodeURIComponent(value)}`;
}

/** The key of a list. It is the same with any parts of its records. */
export function listKey({ path, keys, parameters, allPages = false }: RestCall): string {
  const query = queryString(parametersOf({ parameters, ...(keys && { keys }) }));
  return `${allPages ? 'whole' : 'page'}/${path}?${query}`;
}

/** The key of an answer that is kept whole. */
export function answerKey(call: RestCall): string {
  return `answer/${listKey(call)}`;
}

/** The id of the customer that a record belongs to. Null if it does not say. */
export function ownerOf(record: unknown, field: 'id' | 'customer_id'): number | null {
  return isObject(record) ? parseId(record[field]) : null;
}

export function recordTags(owner: number): readonly Tag[] {
  return [customerTag(owner), EVERY_CUSTOMER];
}

/** The fields in which a customer holds records, and those with the number of all. */
const HELD_FIELDS = [
  { kind: 'addresses', field: 'addresses', count: 'address_count' },
  { kind: 'attributeValues', field: 'attributes', count: 'attribute_count' },
] as const;
/** The store gives a customer at most this many records of a kind. */
const MAX_HELD = 10;

/** The tags by which a write finds a record that names it by its id alone, without the customer. */
export function heldTags(
  kind: CacheKind,
  id: number,
  record: Readonly<Record<string, unknown>>,
): readonly Tag[] {
  if (isHeldKind(kind)) return [heldTag(kind, id)];
  if (kind !== 'customers') return [];
  return HELD_FIELDS.flatMap(({ kind: held, field, count }) => {
    const items = record[field];
    if (!Array.isArray(items)) return [];
    const ids = items.flatMap((item: unknown) => (isObject(item) ? (parseId(item.id) ?? []) : []));
    const isComplete =
      ids.length === items.length &&
      ids.length < MAX_HELD &&
      (record[count] === undefined || record[count] === ids.length);
    return [...ids.map((each) => heldTag(held, each)), ...(isComplete ? [] : [partlyHeldTag(held)])];
  });
}

export function isHeldKind(kind: CacheKind): kind is HeldKind {
  return kind === 'addresses' || kind === 'attributeValues';
}

/** The tags of a missing record: a new one may get its id. */
export function absentTags(kind: CacheKind, id: Key): readonly Tag[] {
  const own = kind === 'customers' ? [customerTag(Number(id))] : [];
  return [...own, listTag(kind)];
}

/** The tags of the records that a lookup finds by one of its keys. */
export function groupTags({ keys, parameters }: RestCall, kind: CacheKind, value: Key): readonly Tag[] {
  const isOfCustomer = keys?.name === 'customer_id:in' && parameters.length === 0;
  return isOfCustomer ? recordTags(Number(value)) : [listTag(kind)];
}

/** The tags of an answer that is kept whole. */
export function wholeTags(call: RestCall, kind: CacheKind): readonly Tag[] {
  const owner = ownerInPath(call) ?? ownerInParameters(call);
  if (owner === null) return [listTag(kind)];
  return kind === 'metafields' ? [...recordTags(owner), EVERY_METAFIELD] : recordTags(owner);
}

const CUSTOMER_PATH = /^\/customers\/(\d{1,16})\//;

/** The customer whose id is in the path of a call. Null if there is none. */
export function ownerInPath({ path }: Pick<RestCall, 'path'>): number | null {
  return parseId(CUSTOMER_PATH.exec(path)?.[1]);
}

function ownerInParameters({ parameters }: RestCall): number | null {
  return parseId(parameters.find(([name]) => name === 'customer_id')?.[1]);
}
