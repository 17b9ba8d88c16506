import { chunkKeys } from '../../src/rest/batching/chunks.ts';
import { createLookupBatcher } from '../../src/rest/batching/lookup-batcher.ts';
import type { LookupRequest } from '../../src/rest/batching/shared-batch.ts';

/** A call as the store received it, ids first: `1,2,9 addresses`. */
type Call = string;

/** A lookup batcher in front of an in-memory store. The test decides when the batch window ends and when the store responds. */
export interface BatcherHarness {
  readonly calls: readonly Call[];
  /** The calls that were aborted because no caller waited for them any more. */
  readonly aborted: readonly Call[];
  /** Looks ids up for a caller. Resolves with the ids that were found and those that failed. */
  lookUp(ids: readonly number[], options?: LookUpOptions): Promise<LookupResult>;
  /** Ends the batch window: the batch is sent. */
  endWindow(): void;
  /** Responds to the waiting calls, and to the calls that follow from them. */
  respond(): Promise<void>;
  close(): void;
}

export interface LookUpOptions {
  readonly parts?: readonly string[];
  readonly signal?: AbortSignal;
  readonly name?: string;
  /** Maximum number of calls of the caller. @default 500 */
  readonly maxCalls?: number;
}

export interface LookupResult {
  readonly ids: readonly number[];
  readonly failed: readonly number[];
  readonly errors: readonly unknown[];
  /** Calls that this caller made, and lists that it got from the calls of other callers. */
  readonly made: number;
  readonly shared: number;
}

/** @param answer returns those of the ids that the store has, or throws to reject the call */
export function createBatcherHarness(
  answer: (ids: readonly number[]) => readonly number[] = (ids) => ids,
  room = 2_000,
): BatcherHarness {
  const moments: (() => void)[] = [];
  const calls: Call[] = [];
  const aborted: Call[] = [];
  let waiting: (() => void)[] = [];
  const gatherings = createLookupBatcher({ schedule: (send) => moments.push(send) });

  return {
    calls,
    aborted,
    async lookUp(keys, options = {}) {
      const {
        parts = [],
        signal = new AbortController().signal,
        name = 'customers',
        maxCalls = 500,
      } = options;
      let made = 0;
      const ask: LookupRequest<number, string> = {
        name,
        keys,
        parts: new Set(parts),
        signal,
        splitKeys: (listing) => chunkKeys(listing.keys, room),
        remainingCalls: () => maxCalls - made,
        async readPage(listing, _request, abandoned) {
          made += 1;
          const call = [listing.keys.join(','), ...[...listing.parts].sort()].join(' ');
          calls.push(call);
          abandoned.addEventListener('abort', () => aborted.push(call));
          await new Promise<void>((resolve) => waiting.push(resolve));
          const items = answer(listing.keys).map((id) => ({ id }));
          return { items, total: items.length, cursors: null };
        },
        keyOf: (record) => (record as { id: number }).id,
      };
      const { chunks, shared } = await gatherings.load(ask);
      const items = chunks.flatMap((portion) => ('items' in portion ? portion.items : []));
      const failures = chunks.flatMap((portion) => ('error' in portion ? [portion] : []));
      return {
        ids: items.map((record) => (record as { id: number }).id),
        failed: failures.flatMap((failure) => failure.keys),
        errors: failures.map(({ error }) => error),
        made,
        shared,
      };
    },
    endWindow() {
      for (const send of moments.splice(0)) send();
    },
    async respond() {
      while (waiting.length > 0) {
        const answered = waiting;
        waiting = [];
        for (const resolve of answered) resolve();
        await new Promise(setImmediate);
      }
    },
    close: gatherings.forgetAll,
  };
}
