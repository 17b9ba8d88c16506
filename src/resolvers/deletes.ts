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

/** A record to be deleted, and what else finds it. */
export interface Doomed {
  readonly entityId: number;
}

/** How one kind of record is deleted. */
export interface DeleteSpec<I extends Doomed> {
  /** What the list is called in the input. @default 'entityIds' */
  readonly list?: string;
  readonly rule: WriteRule;
  /** Everything that is wrong with a record's references, beside its own id. */
  readonly check?: (item: I) => readonly Problem[];
  readonly send: (items: readonly I[]) => Promise<Attempt>;
  /** Which of the records the store has. One that is left out could not be looked up. */
  readonly existing: (items: readonly I[]) => Promise<ReadonlyMap<I, boolean>>;
  /** Which records an answer says were deleted, null where it is none; by default all that were sent. */
  readonly deletedIn?: (body: unknown, items: readonly I[]) => readonly number[] | null;
  readonly placesOf?: PlacesOf<I>;
  /** Whether the store's answer leaves open which of the records it had. @default true */
  readonly asksFirst?: boolean;
}

/**
 * Deletes records by id. The store answers 204 whether it had them or not, so that it is asked beforehand which it has.
 * An id that stands twice gets the outcome of the first.
 */
export async function runDeletes<I extends Doomed>(
  run: WriteRun,
  spec: DeleteSpec<I>,
  items: readonly I[],
): Promise<DeletePayload> {
  const { list = 'entityIds', rule, check, send, existing, deletedIn, placesOf, asksFirst = true } = spec;

  async function learn(some: readonly I[]) {
    const there = await existing(some);
    return new Map(some.filter((item) => there.get(item) === false).map((item) => [item, failed(NOT_FOUND)]));
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
        const there = await existing(some);
        return new Map(
          [...there].map(([item, isThere]): [I, Found<number>] => [item, stateOf(item, isThere)]),
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

/** Which of the records are among those that the store answered. */
export function among<I extends Doomed>(
  items: readonly I[],
  found: readonly { readonly entityId: number }[],
): ReadonlyMap<I, boolean> {
  const ids = new Set(found.map(({ entityId }) => entityId));
  return new Map(items.map((item) => [item, ids.has(item.entityId)]));
}

/** Ids go out in a URL, so that they may take several calls where they are long. */
function inUrls<I extends Doomed>(items: readonly I[]): readonly (readonly I[])[] {
  const byId = Map.groupBy(items, ({ entityId }) => entityId);
  return split([...byId.keys()], ROOM_FOR_IDS).map((ids) =>
    ids.flatMap((entityId) => byId.get(entityId) ?? []),
  );
}

/** Characters of a URL that are left for ids, whatever store it leads to. */
const ROOM_FOR_IDS = 1_850;

function stateOf({ entityId }: Doomed, isThere: boolean): Found<number> {
  return isThere ? { state: 'absent' } : { state: 'written', record: entityId };
}

const NOT_FOUND = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null } as const;
