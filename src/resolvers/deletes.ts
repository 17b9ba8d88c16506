import type { WriteRun } from '../context.ts';
import type { Attempt } from '../rest/http.ts';
import { split } from '../rest/portions.ts';
import type { WriteRule } from '../rest/write-rules.ts';
import { id } from './checks.ts';
import type { PlacesOf } from './refusals.ts';
import { failed, type Problem, type WriteResult, type WriteSummary } from './write-results.ts';
import { type Found, runWrites } from './writes.ts';

export interface DeleteResult extends WriteResult<number> {
  readonly entityId: number;
}

export interface DeletePayload {
  readonly results: readonly DeleteResult[];
  readonly summary: WriteSummary;
}

/** A record to delete. */
export interface Doomed {
  readonly entityId: number;
}

/** How the deletion of one kind of record works. */
export interface DeleteSpec<I extends Doomed> {
  /** Name of the list in the input. @default 'entityIds' */
  readonly list?: string;
  readonly rule: WriteRule;
  /** Validates the references of an item. Its own id is always validated. */
  readonly check?: (item: I) => readonly Problem[];
  readonly send: (items: readonly I[]) => Promise<Attempt>;
  /** Whether the store has each record. Records that could not be looked up are left out. */
  readonly existing: (items: readonly I[]) => Promise<ReadonlyMap<I, boolean>>;
  /** The ids that a response reports as deleted. Null if it is unreadable. @default all ids that were sent */
  readonly deletedIn?: (body: unknown, items: readonly I[]) => readonly number[] | null;
  readonly placesOf?: PlacesOf<I>;
  /**
   * Whether the store is queried before the deletion, because its response does not show which records existed.
   * @default true
   */
  readonly asksFirst?: boolean;
}

/**
 * Deletes records by id. The store returns 204 for missing records too, so a query before the deletion finds out which
 * exist. A duplicate id gets the result of the first.
 */
export async function runDeletes<I extends Doomed>(
  run: WriteRun,
  spec: DeleteSpec<I>,
  items: readonly I[],
): Promise<DeletePayload> {
  const { list = 'entityIds', rule, check, send, existing, deletedIn, placesOf, asksFirst = true } = spec;

  async function learn(some: readonly I[]) {
    const exists = await existing(some);
    return new Map(
      some.filter((item) => exists.get(item) === false).map((item) => [item, failed(NOT_FOUND)]),
    );
  }

  const { results, summary } = await runWrites<I, number>(
    run,
    {
      list,
      rule,
      outcome: 'DELETED',
      check: (item) => [...id('entityId', item.entityId), ...(check?.(item) ?? [])],
      keyOf: (item) => JSON.stringify(Object.entries(item).toSorted()),
      repeated: (first) => first,
      ...(asksFirst && { learn }),
      batches: inUrls,
      send,
      recordsIn: deletedIn ?? ((_body, sent) => sent.map(({ entityId }) => entityId)),
      isRecordOf: (record, { entityId }) => record === entityId,
      ...(placesOf && { placesOf }),
      async readBack(some) {
        const exists = await existing(some);
        return new Map(
          [...exists].map(([item, isPresent]): [I, Found<number>] => [item, stateOf(item, isPresent)]),
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
export function among<I extends Doomed>(
  items: readonly I[],
  found: readonly { readonly entityId: number }[],
): ReadonlyMap<I, boolean> {
  const ids = new Set(found.map(({ entityId }) => entityId));
  return new Map(items.map((item) => [item, ids.has(item.entityId)]));
}

/** Batches by URL length, because ids are sent in the URL. */
function inUrls<I extends Doomed>(items: readonly I[]): readonly (readonly I[])[] {
  const byId = Map.groupBy(items, ({ entityId }) => entityId);
  return split([...byId.keys()], ROOM_FOR_IDS).map((ids) =>
    ids.flatMap((entityId) => byId.get(entityId) ?? []),
  );
}

/** Characters of a URL that are available for ids, for any store. */
const ROOM_FOR_IDS = 1_850;

function stateOf({ entityId }: Doomed, isPresent: boolean): Found<number> {
  return isPresent ? { state: 'absent' } : { state: 'written', record: entityId };
}

const NOT_FOUND = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null } as const;
