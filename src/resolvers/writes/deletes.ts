import { chunkKeys } from '../../rest/batching/chunks.ts';
import type { Rest } from '../../rest/index.ts';
import type { WriteOperation } from '../../rest/operations.ts';
import { isSafeId } from '../../rest/wire/ids.ts';
import { roomForIds, type WriteReply } from '../../rest/writes/reply.ts';
import { toGlobalId } from '../inputs/ids.ts';
import { checkId } from '../inputs/validation.ts';
import { failed, type ItemError, type WriteResult, type WriteSummary } from './results.ts';
import { type RunContext, runWrites } from './run.ts';
import type { ReadBackContext, Reading } from './spec.ts';

export interface DeleteResult extends WriteResult<number> {
  readonly entityId: number;
  /** Global id of the record. Null if it is not known. */
  readonly globalId: string | null;
  /** The customer who has lost the record. Null if none has, or if it is a customer itself. */
  readonly customerEntityId: number | null;
}

export interface DeletePayload {
  readonly results: readonly DeleteResult[];
  readonly summary: WriteSummary;
}

/** A record to delete. */
export interface DeleteItem {
  readonly entityId: number;
}

/** How the deletion of one kind of record works. */
export interface DeleteSpec<I extends DeleteItem> {
  /** Name of the list in the input. @default 'entityIds' */
  readonly list?: string;
  readonly operation: WriteOperation;
  /** Name of the kind of record. */
  readonly entity: string;
  /** Name of its type in the schema. */
  readonly nodeType: string;
  /** The ids in the global id of a record that was not looked up. @default its id */
  readonly idsOf?: (item: I) => readonly number[] | null;
  /** The customer to whom a record belongs that was not looked up. @default none */
  readonly ownerOf?: (item: I) => number;
  /** Validates an item. @default requires a valid id */
  readonly check?: (item: I) => readonly ItemError[];
  readonly send: (items: readonly I[]) => Promise<WriteReply<number>>;
  /** Which records the store has. Records that could not be looked up are left out. */
  readonly existing: (items: readonly I[], rest: Rest) => Promise<ReadonlyMap<I, Existing>>;
  /** Whether the store is queried before the deletion. @default true */
  readonly checksFirst?: boolean;
  /** Maximum length of the ids in one call, in characters. @default what a URL has room for */
  readonly maxIdsLength?: number;
}

/** Whether a record exists, and the other keys under which writes know it, such as the e-mail address of a customer. */
export interface Existing {
  readonly exists: boolean;
  readonly keys?: readonly string[];
  /** The ids in its global id. @default `idsOf` of the item */
  readonly ids?: readonly number[];
  /** The customer to whom it belongs. @default `ownerOf` of the item */
  readonly customerEntityId?: number;
}

/**
 * Deletes records by id. The store returns 204 for missing records too, so a query before the deletion finds out which
 * exist. A duplicate id gets the result of the first.
 */
export async function runDeletes<I extends DeleteItem>(
  ctx: RunContext,
  { existing, ...spec }: DeleteSpec<I>,
  items: readonly I[],
): Promise<DeletePayload> {
  // By the key of equal items: only the first of them is looked up.
  const records = new Map<string, Existing>();

  const keyOf = ({ entityId }: I) => `${spec.entity} ${entityId}`;

  /** What other writes have left there, as far as it is remembered. */
  async function recall(some: readonly I[]) {
    const known = some.filter((item) => ctx.writes.recent.isThere(keyOf(item)));
    return new Map(known.map((item) => [item, 'present' as const]));
  }

  async function precheck(some: readonly I[]) {
    const found = await existing(some, ctx.rest);
    for (const [item, record] of found) records.set(sameItemKey(item), record);
    return new Map(
      [...found].map(([item, { exists }]) => [item, exists ? ('present' as const) : failed(NOT_FOUND)]),
    );
  }

  async function readBack(some: readonly I[], { rest }: ReadBackContext<I, number>) {
    const found = await existing(some, rest);
    return new Map([...found].map(([item, { exists }]): [I, Reading<number>] => [item, readingOf(exists)]));
  }

  const { results, summary } = await runWrites<I, number>(
    ctx,
    {
      list: spec.list ?? 'entityIds',
      operation: spec.operation,
      kind: 'delete',
      entity: spec.entity,
      check: spec.check ?? (({ entityId }) => checkId('entityId', entityId)),
      keysOf: (item) => [keyOf(item), ...(records.get(sameItemKey(item))?.keys ?? [])],
      duplicateKeysOf: (item) => [sameItemKey(item)],
      onDuplicate: (first) => first,
      precheck: (spec.checksFirst ?? true) ? precheck : recall,
      batches: (some) =>
        batchByLength(some, spec.maxIdsLength ?? roomForIds(spec.operation, ctx.rest.urlPrefixLength)),
      send: spec.send,
      match: { exact: [{ item: ({ entityId }) => String(entityId), record: String }] },
      readBack,
    },
    items,
  );
  return {
    summary,
    results: results.map((result) => {
      const item = items[result.index];
      if (item === undefined) throw new RangeError('a result has no item');
      const { ids = (spec.idsOf ?? onlyId)(item), customerEntityId = spec.ownerOf?.(item) } =
        records.get(sameItemKey(item)) ?? {};
      const isGone = result.outcome === 'DELETED' || result.outcome === 'UNKNOWN';
      return {
        ...result,
        entityId: item.entityId,
        globalId: ids?.every(isSafeId) ? toGlobalId(spec.nodeType, ...ids) : null,
        customerEntityId: isGone ? (customerEntityId ?? null) : null,
      };
    }),
  };
}

function onlyId({ entityId }: DeleteItem): readonly number[] {
  return [entityId];
}

/** Equal items have equal keys. */
function sameItemKey(item: DeleteItem): string {
  return JSON.stringify(Object.entries(item).toSorted());
}

/** Looks each item up among the records that the store returned. */
export function existingAmong<I extends DeleteItem, T extends { readonly entityId: number }>(
  items: readonly I[],
  found: readonly T[],
  known: (record: T) => Omit<Existing, 'exists'> = () => ({}),
): ReadonlyMap<I, Existing> {
  const byId = new Map(found.map((record) => [record.entityId, record]));
  return new Map(
    items.map((item) => {
      const record = byId.get(item.entityId);
      return [item, record === undefined ? { exists: false } : { exists: true, ...known(record) }];
    }),
  );
}

/** Batches by the length of the ids. Items with the same id are in the same batch. */
function batchByLength<I extends DeleteItem>(
  items: readonly I[],
  maxLength: number,
): readonly (readonly I[])[] {
  const byId = Map.groupBy(items, ({ entityId }) => entityId);
  return chunkKeys([...byId.keys()], maxLength).map((ids) =>
    ids.flatMap((entityId) => byId.get(entityId) ?? []),
  );
}

function readingOf(exists: boolean): Reading<number> {
  return exists ? { state: 'differs', record: null } : { state: 'absent' };
}

const NOT_FOUND = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null } as const;
