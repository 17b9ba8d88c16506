import { chunkKeys } from '../../rest/batching/chunks.ts';
import type { WriteOperation } from '../../rest/operations.ts';
import type { WriteReply } from '../../rest/writes/reply.ts';
import { checkId } from '../inputs/validation.ts';
import { failed, type ItemError, type WriteResult, type WriteSummary } from './results.ts';
import { type ReadBack, type RunContext, runWrites } from './run.ts';

export interface DeleteResult extends WriteResult<number> {
  readonly entityId: number;
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
  /** Validates the references of an item. Its own id is always validated. */
  readonly check?: (item: I) => readonly ItemError[];
  readonly send: (items: readonly I[]) => Promise<WriteReply<number>>;
  /** Whether the store has each record. Records that could not be looked up are left out. */
  readonly existing: (items: readonly I[]) => Promise<ReadonlyMap<I, boolean>>;
  /**
   * Whether the store is queried before the deletion, because its response does not show which records existed.
   * @default true
   */
  readonly checksFirst?: boolean;
}

/**
 * Deletes records by id. The store returns 204 for missing records too, so a query before the deletion finds out which
 * exist. A duplicate id gets the result of the first.
 */
export async function runDeletes<I extends DeleteItem>(
  ctx: RunContext,
  spec: DeleteSpec<I>,
  items: readonly I[],
): Promise<DeletePayload> {
  const { list = 'entityIds', operation, check, send, existing, checksFirst = true } = spec;

  async function precheck(some: readonly I[]) {
    const exists = await existing(some);
    return new Map(
      some.filter((item) => exists.get(item) === false).map((item) => [item, failed(NOT_FOUND)]),
    );
  }

  const { results, summary } = await runWrites<I, number>(
    ctx,
    {
      list,
      operation,
      outcome: 'DELETED',
      check: (item) => [...checkId('entityId', item.entityId), ...(check?.(item) ?? [])],
      keyOf: (item) => JSON.stringify(Object.entries(item).toSorted()),
      onDuplicate: (first) => first,
      ...(checksFirst && { precheck }),
      batches: batchByUrlLength,
      send,
      match: { exact: [{ item: ({ entityId }) => String(entityId), record: String }] },
      async readBack(some) {
        const exists = await existing(some);
        return new Map(
          [...exists].map(([item, isPresent]): [I, ReadBack<number>] => [item, readBackOf(item, isPresent)]),
        );
      },
    },
    items,
  );
  return {
    summary,
    results: results.map((result) => ({ ...result, entityId: items[result.index]?.entityId ?? 0 })),
  };
}

/** Whether each item is among the records that the store returned. */
export function existingAmong<I extends DeleteItem>(
  items: readonly I[],
  found: readonly { readonly entityId: number }[],
): ReadonlyMap<I, boolean> {
  const ids = new Set(found.map(({ entityId }) => entityId));
  return new Map(items.map((item) => [item, ids.has(item.entityId)]));
}

/** Batches by URL length, because ids are sent in the URL. */
function batchByUrlLength<I extends DeleteItem>(items: readonly I[]): readonly (readonly I[])[] {
  const byId = Map.groupBy(items, ({ entityId }) => entityId);
  return chunkKeys([...byId.keys()], MAX_IDS_LENGTH).map((ids) =>
    ids.flatMap((entityId) => byId.get(entityId) ?? []),
  );
}

/** Characters of a URL that are available for ids, for any store. */
const MAX_IDS_LENGTH = 1_850;

function readBackOf({ entityId }: DeleteItem, isPresent: boolean): ReadBack<number> {
  return isPresent ? { state: 'absent' } : { state: 'written', record: entityId };
}

const NOT_FOUND = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null } as const;
