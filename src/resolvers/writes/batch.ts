import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { WRITE_RETRIES } from '../../governor/retry-policy.ts';
import { type Batch, factsFor } from './batch-state.ts';
import { createEvidence, type Evidence, recordOf } from './evidence.ts';
import { nextStep, type Step } from './next-step.ts';
import { decideOutcome } from './outcome.ts';
import { awaitLateWrites, awaitNextRead, readBack } from './read-back.ts';
import { type ItemResult, notSentError, resultOf } from './results.ts';
import { MAX_BISECT_CALLS, sendNext } from './send.ts';
import type { WriteSpec } from './spec.ts';

/** Writes one batch. It ends when the outcome of every item is settled. */
export async function writeBatch<I extends object, R>(
  { writes: run }: Pick<Context, 'writes'>,
  spec: WriteSpec<I, R>,
  batchItems: readonly I[],
): Promise<ReadonlyMap<I, ItemResult<R>>> {
  const items = batchItems.map((item) => createEvidence<I, R>(item));
  const batch: Batch<I, R> = {
    run,
    rest: run.createSettlingRest(),
    spec,
    items,
    known: new Map(),
    groups: [{ items, isUndivided: false }],
    bisectCalls: MAX_BISECT_CALLS,
    sentAt: null,
    highestId: null,
  };
  try {
    await precheck(batch);
    while (await advance(batch));
    await awaitLateWrites(batch);
    return new Map(items.map((evidence) => [evidence.item, resultFor(batch, evidence)]));
  } finally {
    for (const { watch } of items) watch?.end();
  }
}

async function precheck<I extends object, R>({ run, spec, items, known }: Batch<I, R>): Promise<void> {
  if (!spec.precheck || run.isCancelled()) return;
  const close = (evidence: Evidence<I, R>, result: ItemResult<R>) => {
    known.set(evidence.item, result);
    evidence.isClosed = true;
  };
  try {
    const checked = await spec.precheck(items.map(({ item }) => item));
    for (const evidence of items) {
      const found = checked.get(evidence.item);
      if (found === 'absent' || found === 'present') evidence.before = found;
      else if (found !== undefined) close(evidence, found);
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    for (const evidence of items)
      close(evidence, { outcome: 'NOT_ATTEMPTED', errors: [notSentError(error)], record: null });
  }
}

/** Does what is to be done next. Returns false if there is nothing. */
async function advance<I extends object, R>(batch: Batch<I, R>): Promise<boolean> {
  const steps = Map.groupBy(batch.items, (evidence) => stepOf(batch, evidence));
  for (const evidence of steps.get('done') ?? []) noteIfWritten(batch, evidence);
  const [reads = [], sends = [], waits = []] = [steps.get('read'), steps.get('send'), steps.get('wait')];
  // Nothing more is sent before the state of what was sent is known.
  if (reads.length > 0) await readBack(batch, reads);
  else if (sends.length > 0) await sendNext(batch, new Set(sends));
  else if (waits.length > 0) await awaitNextRead(batch, waits);
  else return false;
  return true;
}

function stepOf<I extends object, R>(batch: Batch<I, R>, evidence: Evidence<I, R>): Step {
  const { run, spec } = batch;
  const { item, isSent, isClosed, reading, readBegunAt, lostAt, repeats, failedReads, error } = evidence;
  if (isClosed) return 'done';
  return nextStep(factsFor(batch, evidence), {
    retry: spec.operation.retry,
    isSent,
    canRepeat:
      repeats < WRITE_RETRIES.maxRepeats &&
      !run.isCancelled() &&
      (spec.mayRetry?.(item) ?? spec.operation.retry !== 'never'),
    canRead: failedReads < WRITE_RETRIES.maxFailedReads,
    // A read that began before can have missed what took effect meanwhile.
    isOver: (reading === null ? run.now() : readBegunAt) >= lostAt + run.lateWriteMs,
    readsExisting: spec.readsExisting === true && error?.code === 'TAKEN' && failedReads === 0,
  });
}

/** Tells the writes of other requests that this item was written, once. */
function noteIfWritten<I extends object, R>(batch: Batch<I, R>, evidence: Evidence<I, R>): void {
  const { run, spec, known, highestId } = batch;
  if (evidence.isNoted || known.has(evidence.item)) return;
  evidence.isNoted = true;
  const { outcome } = decideOutcome(factsFor(batch, evidence));
  if (outcome !== 'CREATED' && outcome !== 'UPDATED' && outcome !== 'DELETED') return;
  const record = evidence.answered ?? recordOf(evidence.reading);
  const id = record === null ? undefined : spec.idOf?.(record);
  const updatedAt = record === null ? null : (spec.datesOf?.(record).updatedAt ?? null);
  evidence.watch?.acknowledge({
    updatedAt,
    isDeleted: outcome === 'DELETED',
    key: id === undefined ? undefined : `${spec.entity} ${id}`,
  });
  if (outcome !== 'CREATED' || id === undefined) return;
  if (highestId !== null && id <= highestId) run.recent.distrustIds(spec.entity);
  run.recent.noteId(spec.entity, id);
}

function resultFor<I extends object, R>(batch: Batch<I, R>, evidence: Evidence<I, R>): ItemResult<R> {
  const known = batch.known.get(evidence.item);
  if (known !== undefined) return known;
  const { answered, reading, error, status } = evidence;
  const { taken = null } = batch.spec;
  return resultOf(decideOutcome(factsFor(batch, evidence)), {
    answered,
    found: recordOf(reading),
    stated: error,
    taken,
    status,
  });
}
