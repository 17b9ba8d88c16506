import { type Canceller, createCanceller } from '../../cancel-signal.ts';
import type { SharedOrigin } from '../../governor/shared-origin.ts';
import type { Key, KeyFilter, RestCall } from '../client/call.ts';
import type { RunForField } from '../client/call-log.ts';
import { MAX_IN_VALUES, MAX_URL_LENGTH } from '../limits.ts';
import { LONGEST_PAGE_PARAMETERS } from '../wire/page.ts';
import { encodeValue, queryString } from '../wire/query.ts';

export type Lookup = RestCall & { readonly keys: KeyFilter };

/** A lookup that waits for the answer to its batch. */
export interface Waiter {
  readonly lookup: Lookup;
  /** Runs a function on behalf of the lookup, so its call is attributed to the field that needs it. */
  readonly run: RunForField;
  readonly answer: PromiseWithResolvers<unknown>;
  /** Changes when the batch is sent, and when it is split. */
  batch: LookupBatch;
}

/** Lookups that share one call. They differ only in their keys and includes. */
export interface LookupBatch {
  readonly name: string;
  readonly waiters: Set<Waiter>;
  readonly keys: Set<Key>;
  readonly include: Set<string>;
  /** Length of the URL, in characters. Counted while lookups are added. */
  urlLength: number;
  /** The period in which it was sent. */
  period: number;
  /** Aborts the call. */
  readonly canceller: Canceller;
  /** Whether its call has ended. */
  hasEnded: boolean;
  /** The calls of larger batches that were rejected before this one was split off. */
  readonly rejected: readonly { readonly blame: (waiter: Waiter) => void }[];
  /** The lane and deadline of the call: the best of its lookups. Null until it is queued. */
  origin: SharedOrigin | null;
}

export function createLookupBatch(
  name: string,
  period: number,
  waiters: readonly Waiter[] = [],
  urlLength = 0,
  rejected: LookupBatch['rejected'] = [],
): LookupBatch {
  const created: LookupBatch = {
    name,
    waiters: new Set(waiters),
    keys: new Set(waiters.flatMap(({ lookup }) => lookup.keys.values)),
    include: new Set(waiters.flatMap(({ lookup }) => lookup.include ?? [])),
    urlLength,
    period,
    canceller: createCanceller(),
    hasEnded: false,
    rejected,
    origin: null,
  };
  for (const waiter of waiters) waiter.batch = created;
  return created;
}

/** Adds the keys and includes of a lookup to a batch. Returns false, and adds nothing, if they do not fit its call. */
export function addLookup(batch: LookupBatch, lookup: Lookup): boolean {
  const keys = lookup.keys.values.filter((key) => !batch.keys.has(key));
  const include = (lookup.include ?? []).filter((part) => !batch.include.has(part));
  const added = [...keys, ...include].reduce<number>((sum, each) => sum + encodedLength(each), 0);
  const fits = batch.keys.size + keys.length <= MAX_IN_VALUES && batch.urlLength + added <= MAX_URL_LENGTH;
  // A lookup that fills more than one call goes alone.
  if (!fits && batch.keys.size > 0) return false;
  for (const key of keys) batch.keys.add(key);
  for (const part of include) batch.include.add(part);
  batch.urlLength += added;
  return true;
}

/** Whether a batch asks for everything that a lookup asks for. */
export function covers(batch: LookupBatch, { keys, include = [] }: Lookup): boolean {
  return keys.values.every((key) => batch.keys.has(key)) && include.every((part) => batch.include.has(part));
}

/** Drops the keys and includes of lookups that have left. */
export function dropUnwanted({ waiters, keys, include }: LookupBatch): void {
  keys.clear();
  include.clear();
  for (const { lookup } of waiters) {
    for (const key of lookup.keys.values) keys.add(key);
    for (const part of lookup.include ?? []) include.add(part);
  }
}

/** Groups the waiters that ask for the same, since they get the same answer. */
export function groupByQuery(waiters: Iterable<Waiter>): Waiter[][] {
  const queryOf = ({ lookup }: Waiter) => JSON.stringify([lookup.keys.values, lookup.include]);
  return [...Map.groupBy(waiters, queryOf).values()];
}

/** What lookups of one call have in common. */
export function nameOf({ path, keys, parameters }: Lookup): string {
  return `${path} ${keys.name} ${queryString(parameters)}`;
}

/** Length of the URL of a lookup without its keys and includes, from its path on, in characters. */
export function emptyLength({ path, keys, parameters }: Lookup): number {
  const names: readonly (readonly [string, string])[] = [
    ['include', ''],
    [keys.name, ''],
  ];
  return path.length + 1 + queryString([...names, ...parameters, ...LONGEST_PAGE_PARAMETERS]).length;
}

function encodedLength(value: Key): number {
  return encodeValue(value).length + 1;
}
