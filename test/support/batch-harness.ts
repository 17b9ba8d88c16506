import { batch } from '../../src/rest/batching/batch.ts';
import { deduplicate } from '../../src/rest/batching/deduplicate.ts';
import { createCallLog } from '../../src/rest/client/call-log.ts';
import { limitReads } from '../../src/rest/client/limit-reads.ts';
import type { RequestClient } from '../../src/rest/client/request-client.ts';
import { MAX_URL_LENGTH } from '../../src/rest/limits.ts';
import { lookUp } from '../../src/rest/lookups.ts';
import { testRequester } from './rest-calls.ts';

/** A call as the store received it, ids first: `1,2,9 addresses`. */
type Call = string;

/** The layers that share reads, in front of an in-memory store. The test decides when the batch window ends and when the store responds. */
export interface BatchHarness {
  readonly calls: readonly Call[];
  /** The calls that were aborted because no caller waited for them any more. */
  readonly aborted: readonly Call[];
  /** Looks ids up for a caller. Resolves with the ids that were found and those that failed. */
  lookUp(ids: readonly number[], options?: LookUpOptions): Promise<LookupResult>;
  /** Ends the batch window: the batch is sent. */
  endWindow(): void;
  /** Keeps later calls in the queue. */
  holdQueue(): void;
  /** Lets all queued calls start, and later ones at once. */
  releaseQueue(): Promise<void>;
  /** Responds to the waiting calls, and to the calls that follow from them. */
  respond(): Promise<void>;
  /** Ends the period in which reads are shared, as a write does. */
  endPeriod(): void;
}

export interface LookUpOptions {
  readonly include?: readonly string[];
  readonly signal?: AbortSignal;
  readonly path?: string;
  /** Maximum number of calls of the caller. @default 500 */
  readonly maxReads?: number;
}

export interface LookupResult {
  readonly ids: readonly number[];
  readonly failed: readonly number[];
  readonly errors: readonly unknown[];
  /** Calls that this caller made, and lookups that were answered by the calls of other callers. */
  readonly made: number;
  readonly shared: number;
}

/**
 * @param answer returns those of the ids that the store has, or throws to reject the call
 * @param urlPrefixLength length of the URL before the path, which limits how many keys fit one call
 */
export function createBatchHarness(
  answer: (ids: readonly number[], include: readonly string[]) => readonly number[] = (ids) => ids,
  urlPrefixLength = 0,
): BatchHarness {
  const windows: (() => void)[] = [];
  const queued: (() => void)[] = [];
  let isQueueing = false;
  const calls: Call[] = [];
  const aborted: Call[] = [];
  let waiting: (() => void)[] = [];
  const period = { number: 0 };
  const schedule = (send: () => void) => windows.push(send);
  const batched = batch(
    { period, urlPrefixLength, schedule },
    limitReads(async (call) => {
      if (isQueueing) await new Promise<void>((resolve) => queued.push(resolve));
      const { keys, include = [], signal } = { ...call, ...call.atStart?.() };
      const ids = keys?.values.map(Number) ?? [];
      const line = [ids.join(','), ...include.toSorted()].join(' ');
      calls.push(line);
      signal?.addEventListener('abort', () => aborted.push(line));
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { data: answer(ids, include).map((id) => ({ id })) };
    }),
  );

  const read = deduplicate(period, batched);

  return {
    calls,
    aborted,
    async lookUp(keys, options = {}) {
      const { include = [], signal = new AbortController().signal, path = '/customers' } = options;
      const callLog = createCallLog({ maxReads: options.maxReads ?? 500 });
      const requester = testRequester({ callLog, signal });
      const client: Pick<RequestClient, 'get' | 'remainingUrlLength'> = {
        get: (operation, { ids: _ids, parameters = [], ...readOptions } = {}) =>
          read({ operation, method: 'GET', path, parameters, requester, ...readOptions }),
        remainingUrlLength: () => MAX_URL_LENGTH - urlPrefixLength - path.length,
      };
      const by = { name: 'id:in', keyOf: (record: unknown) => (record as { id: number }).id };
      const chunks = await lookUp(client, { operation: 'getCustomers', keys, by, include });
      const items = chunks.flatMap((chunk) => ('items' in chunk ? chunk.items : []));
      const failures = chunks.flatMap((chunk) => ('error' in chunk ? [chunk] : []));
      return {
        ids: items.map((record) => (record as { id: number }).id),
        failed: failures.flatMap((failure) => failure.keys),
        errors: failures.map(({ error }) => error),
        made: callLog.maxReads - callLog.remainingReads(),
        shared: callLog.coalesced,
      };
    },
    endWindow() {
      for (const send of windows.splice(0)) send();
    },
    holdQueue() {
      isQueueing = true;
    },
    async releaseQueue() {
      isQueueing = false;
      for (const start of queued.splice(0)) start();
      await new Promise(setImmediate);
    },
    async respond() {
      while (waiting.length > 0) {
        const answered = waiting;
        waiting = [];
        for (const resolve of answered) resolve();
        await new Promise(setImmediate);
      }
    },
    endPeriod() {
      period.number += 1;
    },
  };
}
