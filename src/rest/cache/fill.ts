import { GatewayError } from '../../errors.ts';
import { FIELD_OF_INCLUDE } from '../batching/separate-includes.ts';
import type { Layer, RestCall } from '../client/call.ts';
import { isObject } from '../wire/decode.ts';
import { parseId } from '../wire/ids.ts';
import {
  absentTags,
  answerKey,
  groupKey,
  groupTags,
  heldTags,
  isById,
  type KeptAnswer,
  type KeptList,
  type KeptRecord,
  listKey,
  ownerOf,
  recordKey,
  recordTags,
  wholeTags,
} from './keys.ts';
import { type CacheKind, cachedOperation, kindsOf } from './kinds.ts';
import type { CachePolicy } from './policy.ts';
import type { CacheFill, CacheStore } from './store.ts';
import { listTag } from './tags.ts';

export interface FillOptions {
  readonly store: Pick<CacheStore, 'version' | 'setMany'>;
  readonly policy: Pick<CachePolicy, 'isKept'>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Stores what each read found. It is marked with the invalidations that were known before the read began, so that a read
 * which may have seen the state before a change leaves nothing.
 */
export function fill({ store, policy, now }: FillOptions, next: Layer<unknown>): Layer<unknown> {
  return async (call) => {
    const cached = cachedOperation(call);
    if (cached === null) return next(call);
    let began = { version: store.version(), readAt: now() };
    let hasStarted = false;
    let sent: RestCall = call;
    const { atStart } = call;
    const answer = next({
      ...call,
      ...(atStart && {
        atStart() {
          // The first page of several, and the first of several attempts.
          if (!hasStarted) began = { version: store.version(), readAt: now() };
          hasStarted = true;
          const added = atStart();
          sent = { ...call, ...added };
          return added;
        },
      }),
    });
    const keep = (fills: readonly CacheFill[]) => {
      if (policy.isKept(kindsOf(cached.kind, sent.include))) void store.setMany(fills, began);
    };
    try {
      const found = await answer;
      keep(fillsOf(sent, found));
      return found;
    } catch (error) {
      keep(absencesOf(sent, error));
      throw error;
    }
  };
}

/** The start of the title with which the platform answers a path that it does not know. */
const UNKNOWN_ROUTE = 'The route is not found';

/**
 * What is kept of an error: that what a call asks for does not exist. Nothing if it can mean something else: the API states a
 * title in JSON for a record that is missing, and another one for a path that it does not know.
 */
export function absencesOf(call: RestCall, error: unknown): readonly CacheFill[] {
  const cached = cachedOperation(call);
  if (!cached?.isMissingOn404 || !(error instanceof GatewayError)) return [];
  const { status, title } = error.details;
  if (status !== 404 || title === undefined || title.startsWith(UNKNOWN_ROUTE)) return [];
  const value: KeptAnswer = { notFound: { message: error.message, title } };
  return [{ key: answerKey(call), value, tags: wholeTags(call, cached.kind) }];
}

/** What is kept of the answer to a read. Nothing if it does not have the form of the API. */
export function fillsOf(call: RestCall, answer: unknown): readonly CacheFill[] {
  const cached = cachedOperation(call);
  if (cached === null || answer === null || answer === undefined) return [];
  const { kind, ownerField } = cached;
  if (ownerField === null) {
    const value: KeptAnswer = { answer };
    return [{ key: answerKey(call), value, tags: wholeTags(call, kind) }];
  }
  if (!isObject(answer) || !Array.isArray(answer.data)) return [];
  const records = answer.data.flatMap((record: unknown) => recordOf(record, ownerField));
  // A list with a record that does not say what it is cannot be put together again.
  if (records.length < answer.data.length) return [];
  const kept = records.map(({ id, owner, record }) => ({
    key: recordKey(kind, id),
    value: withoutFailures(record, call.include ?? []) satisfies KeptRecord,
    tags: [...recordTags(owner), ...heldTags(kind, id, record)],
  }));
  return [...kept, ...listsOf(call, kind, records, answer.meta)];
}

interface IdentifiedRecord {
  readonly id: number;
  readonly owner: number;
  readonly record: Readonly<Record<string, unknown>>;
}

function recordOf(record: unknown, ownerField: 'id' | 'customer_id'): readonly IdentifiedRecord[] {
  if (!isObject(record)) return [];
  const id = parseId(record.id);
  const owner = ownerOf(record, ownerField);
  return id === null || owner === null ? [] : [{ id, owner, record }];
}

/** The list that a read returns, or one for each key of a lookup. */
function listsOf(
  call: RestCall,
  kind: CacheKind,
  records: readonly IdentifiedRecord[],
  meta: unknown,
): readonly CacheFill[] {
  const { keys } = call;
  if (!keys?.mergeable) {
    const value: KeptList = { ids: records.map(({ id }) => id), ...(meta !== undefined && { meta }) };
    return [{ key: listKey(call), value, tags: [listTag(kind)] }];
  }
  const byKey = Map.groupBy(records, ({ record }) => keys.keyOf(record));
  if (byKey.has(null)) return [];
  if (isById(call)) {
    const absent = keys.values.filter((key) => !byKey.has(key));
    const value: KeptRecord = { record: null, include: [] };
    return absent.map((key) => ({ key: recordKey(kind, key), value, tags: absentTags(kind, key) }));
  }
  return keys.values.map((key) => {
    const ids = (byKey.get(key) ?? []).map(({ id }) => id);
    // The customer may not exist yet.
    const tags = ids.length === 0 ? [listTag(kind)] : [];
    const value: KeptList = { ids };
    return { key: groupKey(call, key), value, tags: [...groupTags(call, kind, key), ...tags] };
  });
}

/** A record without the parts that the store rejected. */
function withoutFailures(record: Readonly<Record<string, unknown>>, include: readonly string[]): KeptRecord {
  const isFailed = (name: string) => record[FIELD_OF_INCLUDE[name] ?? name] instanceof GatewayError;
  if (!include.some(isFailed)) return { record, include };
  const fields = Object.entries(record).filter(([, value]) => !(value instanceof GatewayError));
  return { record: Object.fromEntries(fields), include: include.filter((name) => !isFailed(name)) };
}
