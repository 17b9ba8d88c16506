import { WRITE_RETRIES } from '../../governor/retry-policy.ts';
import type { WriteReply } from '../../rest/writes/reply.ts';
import { type Batch, factsFor, type Group } from './batch-state.ts';
import type { Evidence } from './evidence.ts';
import { matchRecords } from './match.ts';
import { decideOutcome } from './outcome.ts';
import { batchRejectedError, CANCELLED, notSentError } from './results.ts';

/** Maximum number of calls to bisect a batch that the store rejects without naming an item. */
export const MAX_BISECT_CALLS = 24;

/**
 * Sends the first group in which items can be sent. A group that the store rejected as a whole is halved instead, unless
 * a read-back has shown which of its items the store rejects.
 */
export async function sendNext<I extends object, R>(
  batch: Batch<I, R>,
  ready: ReadonlySet<Evidence<I, R>>,
): Promise<void> {
  const index = batch.groups.findIndex(({ items }) => items.some((evidence) => ready.has(evidence)));
  const group = batch.groups[index] as Group<I, R>;
  const items = group.items.filter((evidence) => ready.has(evidence));
  const isExplained = group.items.some((evidence) => !ready.has(evidence) && isFailed(batch, evidence));
  if (group.isUndivided && !isExplained && items.length > 1) {
    halve(batch, index, items);
  } else if (batch.run.isCancelled()) {
    for (const evidence of items) cancel(evidence);
  } else {
    const others = group.items.filter((evidence) => !ready.has(evidence));
    batch.groups.splice(index, 1, { ...group, items: others });
    const reply = await send(batch, items);
    batch.groups.splice(index, 0, ...applyReply(batch, items, reply));
  }
}

function isFailed<I extends object, R>(batch: Batch<I, R>, evidence: Evidence<I, R>): boolean {
  return decideOutcome(factsFor(batch, evidence)).outcome === 'FAILED';
}

function halve<I extends object, R>(
  batch: Batch<I, R>,
  index: number,
  items: readonly Evidence<I, R>[],
): void {
  if (batch.bisectCalls > 0) {
    batch.bisectCalls -= 2;
    batch.groups.splice(index, 1, ...halvesOf(items));
  } else {
    for (const evidence of items) evidence.isClosed = true;
  }
}

/** In sequence, because the result of the second half can depend on the first. */
function halvesOf<I, R>(items: readonly Evidence<I, R>[]): Group<I, R>[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].map((half) => ({ items: half, isUndivided: false }));
}

function cancel<I, R>(evidence: Evidence<I, R>): void {
  evidence.isClosed = true;
  if (evidence.lost > 0) return;
  evidence.reply = 'not-sent';
  evidence.error = CANCELLED;
}

function send<I extends object, R>(
  batch: Batch<I, R>,
  items: readonly Evidence<I, R>[],
): Promise<WriteReply<R>> {
  const { run, spec } = batch;
  if (batch.sentAt === null) {
    batch.sentAt = run.now();
    batch.highestId = run.recent.highestId(spec.entity);
  }
  for (const evidence of items) {
    evidence.watch ??= run.recent.watch(spec.keysOf(evidence.item));
    evidence.isSent = true;
    if (evidence.lost > 0) evidence.repeats += 1;
    evidence.earlier = evidence.reading ?? evidence.earlier;
    evidence.reading = null;
    evidence.failedReads = 0;
    evidence.readDelayMs = WRITE_RETRIES.initialReadDelayMs;
  }
  return spec.send(items.map(({ item }) => item));
}

/** Takes note of a reply. Returns the groups in which what is left of its items is sent again, if it is. */
function applyReply<I extends object, R>(
  batch: Batch<I, R>,
  items: readonly Evidence<I, R>[],
  reply: WriteReply<R>,
): Group<I, R>[] {
  const whole = [{ items, isUndivided: false }];
  const status = statusOf(reply);
  if (status !== undefined) for (const evidence of items) evidence.status = status;
  switch (reply.outcome) {
    case 'accepted': {
      const { missing, ambiguous } = applyRecords(batch, items, reply.records);
      for (const evidence of missing) note(batch, evidence, 'omitted');
      // What the response says of them is as good as lost.
      for (const evidence of ambiguous) noteLoss(batch, evidence, false);
      return whole;
    }
    case 'rejected':
      return applyRejection(batch, items, reply);
    case 'not-sent': {
      const error = batch.run.isCancelled() ? CANCELLED : notSentError(reply.error);
      for (const evidence of items) noteNothingDone(batch, evidence, 'not-sent', error);
      return whole;
    }
    case 'unknown': {
      const isThrottled = reply.error.details.status === 429;
      for (const evidence of items) noteLoss(batch, evidence, isThrottled);
      return whole;
    }
  }
}

/** The status of a reply: null if it is no error, undefined if none came. */
function statusOf<R>(reply: WriteReply<R>): number | null | undefined {
  switch (reply.outcome) {
    case 'accepted':
      return null;
    case 'rejected':
      return reply.rejection.error.details.status;
    default:
      return reply.error.details.status;
  }
}

/** Gives each item its record. Returns the items without one. */
function applyRecords<I extends object, R>(
  { spec }: Batch<I, R>,
  items: readonly Evidence<I, R>[],
  records: readonly (R | null)[],
) {
  const sent = items.map(({ item }) => item);
  // A record that was there before is not the answer to a create.
  const possible = records.filter((record) => record === null || spec.isKnown?.(record) !== true);
  const { matched, missing, ambiguous } = matchRecords(sent, possible, spec.match);
  for (const evidence of items) {
    const record = matched.get(evidence.item);
    if (record === undefined) continue;
    evidence.reply = 'accepted';
    evidence.answered = record;
  }
  const among = (some: readonly I[]) => items.filter(({ item }) => some.includes(item));
  return { missing: among(missing), ambiguous: among(ambiguous) };
}

function applyRejection<I extends object, R>(
  batch: Batch<I, R>,
  items: readonly Evidence<I, R>[],
  { records, rejection }: Extract<WriteReply<R>, { readonly outcome: 'rejected' }>,
): Group<I, R>[] {
  const { callReason } = rejection;
  if (callReason) {
    const error = { ...callReason, failure: rejection.error };
    for (const evidence of items) noteNothingDone(batch, evidence, 'call-rejected', error);
    return [{ items, isUndivided: false }];
  }
  const { missing, ambiguous } = applyRecords(batch, items, records);
  const left = [...missing, ...ambiguous];
  if (rejection.isBatchTooLarge && left.length > 1) {
    for (const evidence of left) evidence.isSent = false;
    return halvesOf(left);
  }
  const reasons = rejection.reasonsFor(left.map((evidence) => items.indexOf(evidence)));
  for (const evidence of left) {
    const reason = reasons.get(items.indexOf(evidence));
    note(batch, evidence, reason ? 'rejected' : 'batch-rejected');
    evidence.error = reason ?? batchRejectedError(rejection.batchReason);
  }
  const others = left.filter(({ reply }) => reply === 'batch-rejected');
  const isExplained = others.length < items.length;
  return [
    { items: others, isUndivided: !isExplained },
    { items: items.filter((evidence) => !others.includes(evidence)), isUndivided: false },
  ];
}

function note<I extends object, R>(
  { run }: Batch<I, R>,
  evidence: Evidence<I, R>,
  reply: Evidence<I, R>['reply'],
): void {
  evidence.reply = reply;
  evidence.readAt = run.now();
}

/** The store did nothing this time, but can have done what was sent before. */
function noteNothingDone<I extends object, R>(
  { run }: Batch<I, R>,
  evidence: Evidence<I, R>,
  reply: 'not-sent' | 'call-rejected',
  error: Evidence<I, R>['error'],
): void {
  evidence.readAt = run.now() + WRITE_RETRIES.initialReadDelayMs;
  if (evidence.lost > 0) {
    evidence.reply = 'lost';
    return;
  }
  evidence.reply = reply;
  evidence.error = error;
}

function noteLoss<I extends object, R>({ run }: Batch<I, R>, evidence: Evidence<I, R>, isThrottled: boolean) {
  evidence.reply = isThrottled ? 'throttled' : 'lost';
  evidence.lost += 1;
  evidence.readAt = run.now() + WRITE_RETRIES.initialReadDelayMs;
  // What was turned away does not take effect later.
  if (!isThrottled) evidence.lostAt = run.now();
}
