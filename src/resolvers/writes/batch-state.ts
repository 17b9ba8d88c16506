import type { WriteContext } from '../../context.ts';
import type { Rest } from '../../rest/index.ts';
import { type Baseline, type Evidence, factsOf } from './evidence.ts';
import type { Facts } from './outcome.ts';
import type { ItemResult } from './results.ts';
import type { WriteSpec } from './spec.ts';

/** Items that go out in one call. */
export interface Group<I, R> {
  readonly items: readonly Evidence<I, R>[];
  /** Whether the store rejected all of them without naming one. */
  readonly isUndivided: boolean;
}

/** A batch that is being written. */
export interface Batch<I extends object, R> {
  readonly run: WriteContext;
  /** For the reads that settle it. */
  readonly rest: Rest;
  readonly spec: WriteSpec<I, R>;
  readonly items: readonly Evidence<I, R>[];
  /** Results that were known before anything was sent. */
  readonly known: Map<I, ItemResult<R>>;
  /** Every item is in one of them. They are sent in this order. */
  readonly groups: Group<I, R>[];
  /** Calls that are left for bisecting. */
  bisectCalls: number;
  /** When the first call was sent, by the monotonic clock. */
  sentAt: number | null;
  /** The highest id that was known then. */
  highestId: number | null;
}

export function factsFor<I extends object, R>(batch: Batch<I, R>, evidence: Evidence<I, R>): Facts {
  return factsOf(evidence, batch.spec, baselineOf(batch));
}

/** The store's clock is estimated anew each time: the estimate improves with every response. */
export function baselineOf<I extends object, R>({ run, sentAt, highestId }: Batch<I, R>): Baseline {
  const elapsed = run.now() - (sentAt ?? run.now());
  // The store's timestamps have a resolution of one second.
  return { since: new Date(Math.floor((run.storeNow() - elapsed) / 1_000) * 1_000), highestId };
}
