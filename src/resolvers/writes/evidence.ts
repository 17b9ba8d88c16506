import type { WriteWatch } from '../../rest/writes/recent-writes.ts';
import type { Age, Before, Facts, ReadingState, ReplyState, WriteKind } from './outcome.ts';
import type { ItemError } from './results.ts';
import type { Reading, WriteSpec } from './spec.ts';

/** What is known of one item of a write, while it is being written. */
export interface Evidence<I, R> {
  readonly item: I;
  before: Before;
  reply: ReplyState;
  /** Why the store rejected the item, or why nothing was sent. */
  error: ItemError | null;
  /** HTTP status of the last response, if it is an error. */
  status: number | null;
  /** The record in the response. */
  answered: R | null;
  /** What was read since the last reply. */
  reading: Reading<R> | null;
  /** When that read began, by the monotonic clock. */
  readBegunAt: number;
  /** What was read before the last repeat. */
  earlier: Reading<R> | null;
  /** Attempts whose outcome is unknown. */
  lost: number;
  /** When the last of them was given up, by the monotonic clock. */
  lostAt: number;
  /** Attempts after one whose outcome is unknown. */
  repeats: number;
  /** Reads that failed since the last reply. */
  failedReads: number;
  /** When to read next, by the monotonic clock, and how long to wait before the read after that. */
  readAt: number;
  readDelayMs: number;
  watch: WriteWatch | null;
  isSent: boolean;
  /** Nothing more is done for it. */
  isClosed: boolean;
  /** Whether other requests know that it was written. */
  isNoted: boolean;
}

export function createEvidence<I, R>(item: I): Evidence<I, R> {
  return {
    item,
    before: 'unknown',
    reply: 'not-sent',
    error: null,
    status: null,
    answered: null,
    reading: null,
    readBegunAt: Number.NEGATIVE_INFINITY,
    earlier: null,
    lost: 0,
    lostAt: Number.NEGATIVE_INFINITY,
    repeats: 0,
    failedReads: 0,
    readAt: Number.NEGATIVE_INFINITY,
    readDelayMs: 0,
    watch: null,
    isSent: false,
    isClosed: false,
    isNoted: false,
  };
}

/** Takes note of what a read shows, now and of the time before the first attempt. */
export function noteReading<I, R>(evidence: Evidence<I, R>, kind: WriteKind, reading: Reading<R>): void {
  evidence.reading = reading;
  evidence.failedReads = 0;
  if (evidence.before !== 'unknown') return;
  if (kind === 'delete') {
    if (reading.state === 'differs') evidence.before = 'present';
  } else if (reading.state === 'absent') {
    if (reading.hasLookalike !== true) evidence.before = 'absent';
  } else if (kind === 'update' && reading.state === 'differs') {
    evidence.before = 'absent';
  } else if (kind === 'upsert' && reading.state === 'differs') {
    evidence.before = 'present';
  }
}

/** When a batch was begun, and what the store had then. */
export interface Baseline {
  /** The store's clock before the first attempt, to the second. */
  readonly since: Date;
  /** The highest id that was known of the kind of record. Null if ids tell nothing. */
  readonly highestId: number | null;
}

/**
 * The clock that dates records can differ from the one in the store's responses, by several seconds. So a record is older
 * than an attempt if it is dated a minute before it, and was not changed since if it is dated 10 s before it.
 */
const CERTAINLY_OLDER_MS = 60_000;
const UNCHANGED_MS = 10_000;
/** The store dates records to the second: two changes within one have the same date. */
const DATE_RESOLUTION_MS = 1_000;

/** What the evidence of an item is judged by. */
export type EvidenceSpec<R> = Pick<
  WriteSpec<object, R>,
  'kind' | 'idOf' | 'isKnown' | 'datesOf' | 'versionOf'
>;

/** Whether the store had a record before the first attempt. */
export function existedBefore<R>(
  record: R,
  { idOf, isKnown, datesOf }: EvidenceSpec<R>,
  { since, highestId }: Baseline,
): boolean {
  if (isKnown?.(record)) return true;
  const id = idOf?.(record);
  if (id !== undefined && highestId !== null && id <= highestId) return true;
  return isBefore(datesOf?.(record).createdAt, since, CERTAINLY_OLDER_MS);
}

/** Whether the id of a record is above all that were known before the first attempt. */
export function hasNewId<R>(
  record: R,
  { idOf }: Pick<EvidenceSpec<R>, 'idOf'>,
  { highestId }: Baseline,
): boolean {
  return highestId !== null && (idOf?.(record) ?? 0) > highestId;
}

function isBefore(date: Date | null | undefined, since: Date, marginMs: number): boolean {
  return date instanceof Date && date.getTime() < since.getTime() - marginMs;
}

/** Reduces the evidence of an item to the facts that its outcome depends on. */
export function factsOf<I, R>(evidence: Evidence<I, R>, spec: EvidenceSpec<R>, baseline: Baseline): Facts {
  const { before, reply, lost } = evidence;
  return {
    kind: spec.kind,
    before,
    reply,
    isRepeat: lost > 0,
    now: stateOf(evidence, spec, baseline),
    age: ageOf(evidence, spec, baseline),
    isSuperseded: isSuperseded(evidence, spec, baseline),
  };
}

/** A record in another spelling has the values that were sent if it was changed since the first attempt. */
function stateOf<I, R>(evidence: Evidence<I, R>, spec: EvidenceSpec<R>, baseline: Baseline): ReadingState {
  const { reading, watch } = evidence;
  if (reading?.state !== 'respelled') return reading?.state ?? 'unread';
  return watch?.isSuperseded() !== true && isChanged(evidence, spec, baseline) ? 'holds' : 'differs';
}

function ageOf<I, R>(evidence: Evidence<I, R>, spec: EvidenceSpec<R>, baseline: Baseline): Age {
  const { reply, answered, before } = evidence;
  const record = reply === 'accepted' ? answered : recordOf(evidence.reading);
  if (record === null) return 'unknown';
  const isCreate = spec.kind === 'create' || spec.kind === 'create-if-new';
  if (isCreate && (before === 'present' || existedBefore(record, spec, baseline))) return 'older';
  if (before === 'absent' && stateOf(evidence, spec, baseline) === 'holds') return 'newer';
  if (isCreate && hasNewId(record, spec, baseline)) return 'newer';
  if (isCreate) return 'unknown';
  const { createdAt = null, updatedAt = null } = spec.datesOf?.(record) ?? {};
  const isNew = createdAt !== null && createdAt.getTime() === updatedAt?.getTime();
  // A write that was acknowledged before the first attempt created it.
  const isKnown = createdAt !== null && (evidence.watch?.msSince(createdAt) ?? null) !== null;
  if (spec.kind === 'upsert' && isNew && !isKnown && !isBefore(createdAt, baseline.since, CERTAINLY_OLDER_MS))
    return 'newer';
  return isUnchanged(updatedAt, evidence, baseline) ? 'older' : 'unknown';
}

/** Whether a record with this date was certainly not changed since the first attempt. */
export function isUnchanged<I, R>(
  updatedAt: Date | null,
  { watch }: Evidence<I, R>,
  { since }: Baseline,
): boolean {
  if (updatedAt === null || watch?.isSuperseded()) return false;
  const ms = watch?.msSince(updatedAt) ?? null;
  return (ms !== null && ms >= DATE_RESOLUTION_MS) || isBefore(updatedAt, since, CERTAINLY_OLDER_MS);
}

export function recordOf<R>(reading: Reading<R> | null): R | null {
  return reading !== null && 'record' in reading ? reading.record : null;
}

/**
 * Whether something else changed the record since the first attempt, so that a repeat would undo it: the gateway itself,
 * as it remembers, or anybody, as two reads or the record's date show.
 */
function isSuperseded<I, R>(evidence: Evidence<I, R>, spec: EvidenceSpec<R>, baseline: Baseline): boolean {
  if (evidence.watch?.isSuperseded()) return true;
  return stateOf(evidence, spec, baseline) === 'differs' && isChanged(evidence, spec, baseline);
}

/** Whether anybody changed the record since the first attempt, as two reads or its date show. */
function isChanged<I, R>(
  { watch, reading, earlier, lost }: Evidence<I, R>,
  spec: EvidenceSpec<R>,
  { since }: Baseline,
): boolean {
  const [record, before] = [recordOf(reading), recordOf(earlier)];
  if (record === null) return false;
  const versionOf = spec.versionOf ?? JSON.stringify;
  if (earlier?.state !== 'holds' && before !== null) return versionOf(record) !== versionOf(before);
  const updatedAt = spec.datesOf?.(record).updatedAt ?? null;
  if (lost === 0 || updatedAt === null || isBefore(updatedAt, since, UNCHANGED_MS)) return false;
  // The date of a write that was acknowledged before the first attempt shows no other one.
  return (watch?.msSince(updatedAt) ?? null) === null;
}

/** Whether the one lost attempt is seen to have taken effect, so that it cannot do so later. */
export function isSeenToLand<I, R>(
  evidence: Evidence<I, R>,
  spec: EvidenceSpec<R>,
  baseline: Baseline,
): boolean {
  const { reply, lost, before } = evidence;
  const record = recordOf(evidence.reading);
  const isHeld = stateOf(evidence, spec, baseline) === 'holds';
  if (lost !== 1 || reply === 'accepted' || record === null || !isHeld) return false;
  if (before === 'absent') return true;
  if (spec.kind === 'create-if-new') return hasNewId(record, spec, baseline);
  const updatedAt = spec.datesOf?.(record).updatedAt ?? null;
  return updatedAt !== null && updatedAt >= baseline.since;
}
