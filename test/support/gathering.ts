import { createGatherings } from '../../src/governor/gatherings.ts';
import type { Ask } from '../../src/governor/readings.ts';
import { split } from '../../src/rest/portions.ts';

/** A call as the store received it, ids first: `1,2,9 addresses`. */
type Call = string;

/** A lookup batcher in front of an in-memory store. The test decides when the batch window ends and when the store responds. */
export interface GatheringHall {
  readonly calls: readonly Call[];
  /** The calls that were aborted because no caller waited for them any more. */
  readonly givenUp: readonly Call[];
  /** Looks ids up for a caller. Resolves with the ids that were found and those that failed. */
  lookUp(ids: readonly number[], options?: LookUpOptions): Promise<Found>;
  /** Ends the batch window: the batch is sent. */
  send(): void;
  /** Responds to the waiting calls, and to the calls that follow from them. */
  answer(): Promise<void>;
  close(): void;
}

export interface LookUpOptions {
  readonly parts?: readonly string[];
  readonly signal?: AbortSignal;
  readonly name?: string;
  /** Maximum number of calls of the caller. @default 500 */
  readonly maxCalls?: number;
}

export interface Found {
  readonly ids: readonly number[];
  readonly failed: readonly number[];
  readonly errors: readonly unknown[];
  /** Calls that this caller made, and lists that it got from the calls of other callers. */
  readonly made: number;
  readonly shared: number;
}

/** @param answer returns those of the ids that the store has, or throws to reject the call */
export function gatheringHall(
  answer: (ids: readonly number[]) => readonly number[] = (ids) => ids,
  room = 2_000,
): GatheringHall {
  const moments: (() => void)[] = [];
  const calls: Call[] = [];
  const givenUp: Call[] = [];
  let waiting: (() => void)[] = [];
  const gatherings = createGatherings({ whenOver: (send) => moments.push(send) });

  return {
    calls,
    givenUp,
    async lookUp(keys, options = {}) {
      const {
        parts = [],
        signal = new AbortController().signal,
        name = 'customers',
        maxCalls = 500,
      } = options;
      let made = 0;
      const ask: Ask<number, string> = {
        name,
        keys,
        parts: new Set(parts),
        signal,
        split: (listing) => split(listing.keys, room),
        callsLeft: () => maxCalls - made,
        async page(listing, _request, abandoned) {
          made += 1;
          const call = [listing.keys.join(','), ...[...listing.parts].sort()].join(' ');
          calls.push(call);
          abandoned.addEventListener('abort', () => givenUp.push(call));
          await new Promise<void>((resolve) => waiting.push(resolve));
          const items = answer(listing.keys).map((id) => ({ id }));
          return { items, total: items.length, cursors: null };
        },
        keyOf: (record) => (record as { id: number }).id,
      };
      const { portions, shared } = await gatherings.join(ask);
      const items = portions.flatMap((portion) => ('items' in portion ? portion.items : []));
      const failures = portions.flatMap((portion) => ('error' in portion ? [portion] : []));
      return {
        ids: items.map((record) => (record as { id: number }).id),
        failed: failures.flatMap((failure) => failure.keys),
        errors: failures.map(({ error }) => error),
        made,
        shared,
      };
    },
    send() {
      for (const send of moments.splice(0)) send();
    },
    async answer() {
      while (waiting.length > 0) {
        const answered = waiting;
        waiting = [];
        for (const resolve of answered) resolve();
        await new Promise(setImmediate);
      }
    },
    close: gatherings.close,
  };
}
