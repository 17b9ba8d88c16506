import type { WriteContext } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { WRITE_RETRIES } from '../../governor/retry-policy.ts';
import { type Batch, baselineOf, factsFor } from './batch-state.ts';
import {
  type Evidence,
  existedBefore,
  hasNewId,
  isSeenToLand,
  isUnchanged,
  noteReading,
} from './evidence.ts';
import { decideOutcome } from './outcome.ts';
import type { WriteSpec } from './spec.ts';

/** Reads items back as soon as one of them is due. */
export async function readBack<I extends object, R>(
  batch: Batch<I, R>,
  items: readonly Evidence<I, R>[],
): Promise<void> {
  const { run, spec } = batch;
  await sleepUntil(run, Math.min(...items.map(({ readAt }) => readAt)));
  const isDue = new Set(items.filter(({ readAt }) => readAt <= run.now()));
  // What prevents an item is read together with the others.
  for (const evidence of batch.items) if (isTaken(evidence) && evidence.reading === null) isDue.add(evidence);
  const due = [...isDue];
  const { explainMissing = spec.readBack } = spec;
  const [missing = [], others = []] = [true, false].map((isMissing) =>
    due.filter(({ reply }) => (reply === 'omitted') === isMissing),
  );
  await Promise.all([readWith(batch, missing, explainMissing), readWith(batch, others, spec.readBack)]);
}

async function readWith<I extends object, R>(
  batch: Batch<I, R>,
  items: readonly Evidence<I, R>[],
  read: WriteSpec<I, R>['readBack'],
): Promise<void> {
  if (items.length === 0) return;
  const { run, rest, spec } = batch;
  const baseline = baselineOf(batch);
  const byItem = new Map(items.map((evidence) => [evidence.item, evidence]));
  const begunAt = run.now();
  const reading = read([...byItem.keys()], {
    rest,
    existedBefore: (record) => existedBefore(record, spec, baseline),
    hasNewId: (record) => hasNewId(record, spec, baseline),
    isTaken(item) {
      const evidence = byItem.get(item);
      // What was lost before can be what takes it.
      return evidence !== undefined && isTaken(evidence) && evidence.lost === 0;
    },
    isUnchanged(record, item) {
      const evidence = byItem.get(item);
      const updatedAt = spec.datesOf?.(record).updatedAt ?? null;
      return evidence !== undefined && isUnchanged(updatedAt, evidence, baseline);
    },
  });
  const found = await emptyOnError(reading);
  for (const evidence of items) {
    const shown = found.get(evidence.item);
    if (shown === undefined) evidence.failedReads += 1;
    else noteReading(evidence, spec.kind, shown);
    evidence.readBegunAt = begunAt;
    const nextAt = run.now() + evidence.readDelayMs;
    const overAt = evidence.lostAt + run.lateWriteMs;
    // The last read begins when nothing can take effect any more.
    evidence.readAt = overAt > begunAt ? Math.min(nextAt, overAt) : nextAt;
    evidence.readDelayMs *= WRITE_RETRIES.readDelayFactor;
  }
}

function isTaken<I, R>({ reply, error }: Evidence<I, R>): boolean {
  return reply === 'rejected' && error?.code === 'TAKEN';
}

async function emptyOnError<I, T>(read: Promise<ReadonlyMap<I, T>>): Promise<ReadonlyMap<I, T>> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof GatewayError) return new Map();
    throw error;
  }
}

/** Waits until one of the items is to be read again. */
export async function awaitNextRead<I extends object, R>(
  { run }: Batch<I, R>,
  items: readonly Evidence<I, R>[],
): Promise<void> {
  await sleepUntil(run, Math.min(...items.map(({ readAt }) => readAt)));
  for (const evidence of items) if (evidence.readAt <= run.now()) evidence.reading = null;
}

/**
 * Waits until no lost attempt at an update can take effect any more: it would overwrite what its caller, once told,
 * writes next.
 */
export async function awaitLateWrites<I extends object, R>(batch: Batch<I, R>): Promise<void> {
  const { run, spec, items } = batch;
  if (spec.operation.retry !== 'last-write-wins') return;
  const pending = items.filter((evidence) => {
    const { outcome } = decideOutcome(factsFor(batch, evidence));
    const isWritten = outcome === 'CREATED' || outcome === 'UPDATED' || outcome === 'UNCHANGED';
    return isWritten && !isSeenToLand(evidence, spec, baselineOf(batch));
  });
  await sleepUntil(run, Math.max(...pending.map(({ lostAt }) => lostAt + run.lateWriteMs)));
}

async function sleepUntil({ now, sleep }: WriteContext, time: number): Promise<void> {
  const ms = time - now();
  if (ms > 0) await sleep(ms);
}
