import type { WriteRun } from '../context.ts';
import type { Attempt } from '../rest/http.ts';
import { split } from '../rest/portions.ts';
import type { WriteRule } from '../rest/write-rules.ts';
import { id } from './checks.ts';
import { failed, type WriteResult, type WriteSummary } from './write-results.ts';
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
  readonly send: (items: readonly I[]) => Promise<Attempt>;
  /** Which of the records the store has. */
  readonly existing: (items: readonly I[]) => Promise<ReadonlySet<number>>;
}

/**
 * Deletes records by id. The store answers 204 whether it had them or not, so that it is asked beforehand which it has.
 * An id that stands twice gets the outcome of the first.
 */
export async function runDeletes<I extends Doomed>(
  run: WriteRun,
  { list = 'entityIds', rule, send, existing }: DeleteSpec<I>,
  items: readonly I[],
): Promise<DeletePayload> {
  const { results, summary } = await runWrites<I, number>(
    run,
    {
      list,
      rule,
      outcome: 'DELETED',
      check: ({ entityId }) => id('entityId', entityId),
      keyOf: ({ entityId }) => String(entityId),
      repeated: (first) => first,
      async learn(some) {
        const there = await existing(some);
        const missing = some.filter(({ entityId }) => !there.has(entityId));
        return new Map(missing.map((item) => [item, failed(NOT_FOUND)]));
      },
      batches: (some) => (rule.items === 1 ? some.map((item) => [item]) : inUrls(some)),
      send,
      recordsIn: (_body, sent) => sent.map(({ entityId }) => entityId),
      isRecordOf: (record, { entityId }) => record === entityId,
      async readBack(some) {
        const there = await existing(some);
        return new Map(some.map((item): [I, Found<number>] => [item, stateOf(item, there)]));
      },
    },
    items,
  );
  return {
    summary,
    results: results.map((result) => ({ ...result, entityId: items[result.index]?.entityId ?? 0 })),
  };
}

/** Ids go out in a URL, so that they may take several calls where they are long. */
function inUrls<I extends Doomed>(items: readonly I[]): readonly (readonly I[])[] {
  const byId = new Map(items.map((item) => [item.entityId, item]));
  return split([...byId.keys()], ROOM_FOR_IDS).map((ids) =>
    ids.flatMap((entityId) => byId.get(entityId) ?? []),
  );
}

/** Characters of a URL that are left for ids, whatever store it leads to. */
const ROOM_FOR_IDS = 1_850;

function stateOf({ entityId }: Doomed, there: ReadonlySet<number>): Found<number> {
  return there.has(entityId) ? { state: 'absent' } : { state: 'written', record: entityId };
}

const NOT_FOUND = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null } as const;
