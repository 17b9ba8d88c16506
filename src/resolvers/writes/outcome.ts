export type WriteOutcome =
  | 'CREATED'
  | 'UPDATED'
  | 'UNCHANGED'
  | 'DELETED'
  | 'FAILED'
  | 'UNKNOWN'
  | 'NOT_ATTEMPTED';

/** What a write does. */
export type WriteKind =
  /** Creates a record. Where the store allows one of a kind, such as an e-mail address, it rejects a second. */
  | 'create'
  /** Creates a record, but the store drops it without an error if it already has an equal one. */
  | 'create-if-new'
  /** Changes a record. */
  | 'update'
  /** Creates or changes a record. */
  | 'upsert'
  | 'delete';

/** Whether the store had it before the first attempt: the record of a delete or an upsert, what was asked for else. */
export type Before = 'unknown' | 'absent' | 'present';

/** The last response that says something about the item. */
export type ReplyState =
  | 'not-sent'
  /** None came, or it was unreadable. The store can have done it, or can still do it. */
  | 'lost'
  /** A 429 without rate-limit headers. The store can have done it, although that is unlikely. */
  | 'throttled'
  /** The store accepted it and answered with its record. */
  | 'accepted'
  /** The store accepted the call, but its response does not contain the item. */
  | 'omitted'
  /** The store rejected the item. */
  | 'rejected'
  /** The store rejected the call without naming the item. */
  | 'batch-rejected'
  /** The store rejected the call because of the access token or the quota. */
  | 'call-rejected';

/** What a read after the last response shows. */
export type ReadingState =
  /** It was not read, or could not be. */
  | 'unread'
  /** No read shows whether it was written. */
  | 'hidden'
  /** There is no such record. */
  | 'absent'
  /** The record that it belongs to does not exist. */
  | 'gone'
  /** The record is there with other values. For a create: another record has what must be unique. */
  | 'differs'
  /** An update would make the record equal to this other one, which the store prevents. */
  | 'duplicate'
  /** The store has the values that were sent. */
  | 'holds';

/** Whether the record that was read is older than the first attempt. */
export type Age = 'unknown' | 'older' | 'newer';

/** All that decides the outcome of an item. */
export interface Facts {
  readonly kind: WriteKind;
  readonly before: Before;
  readonly reply: ReplyState;
  /** Whether an earlier attempt has an unknown outcome. */
  readonly isRepeat: boolean;
  readonly now: ReadingState;
  readonly age: Age;
  /** Whether something else changed the record since the first attempt. */
  readonly isSuperseded: boolean;
}

/** Why an item does not simply have the outcome that was asked for. */
export type Cause =
  /** The reason that came with the response, or why nothing was sent. */
  | 'stated'
  | 'not-found'
  /** Another record has what must be unique. */
  | 'taken'
  | 'duplicate'
  | 'conflict'
  | 'not-written'
  | 'throttled'
  | 'batch-rejected'
  | 'left-out'
  | 'unread'
  | 'hidden'
  | 'lookalike'
  | 'unproven-create'
  | 'unproven-delete'
  | 'lost';

export interface Decision {
  readonly outcome: WriteOutcome;
  /** The record of the result. `existing` is another record, which prevents the item. */
  readonly record: 'answered' | 'found' | 'existing' | 'none';
  readonly cause: Cause | null;
}

/**
 * Decides what became of an item from what is known of it, however it came to be known. To be asked when no earlier
 * attempt can take effect any more, or when it would not change the answer.
 */
export function decideOutcome(facts: Facts): Decision {
  const { reply, isRepeat } = facts;
  if (reply === 'accepted') return { outcome: successOf(facts), record: 'answered', cause: null };
  if (reply === 'rejected' && !isRepeat) return failure('stated', 'existing');
  if (reply === 'not-sent' || reply === 'call-rejected') {
    // The store did nothing this time, but can have done what was sent before.
    if (isRepeat) return decideByReading({ ...facts, reply: 'lost' });
    return reply === 'call-rejected' ? failure('stated') : NOT_ATTEMPTED;
  }
  return decideByReading(facts);
}

function decideByReading(facts: Facts): Decision {
  switch (facts.now) {
    case 'holds':
      return whenHeld(facts);
    case 'duplicate':
      return { outcome: 'UNCHANGED', record: 'found', cause: 'duplicate' };
    case 'gone':
      return facts.kind === 'delete' ? whenDeleted(facts) : failure('not-found');
    case 'absent':
      if (facts.kind === 'delete') return whenDeleted(facts);
      return facts.kind === 'update' ? failure('not-found') : whenMissing(facts);
    case 'differs':
      return whenDifferent(facts);
    case 'hidden':
      return facts.kind === 'create-if-new' ? whenLookalike(facts) : unknown('hidden');
    case 'unread':
      return isDroppedDuplicate(facts) ? DROPPED : unknown('unread');
  }
}

function successOf({ kind, before, age }: Facts): WriteOutcome {
  if (kind === 'delete') return 'DELETED';
  if (kind === 'update') return 'UPDATED';
  if (kind !== 'upsert') return 'CREATED';
  return before === 'absent' || (before === 'unknown' && age === 'newer') ? 'CREATED' : 'UPDATED';
}

function whenHeld(facts: Facts): Decision {
  const { kind, reply, age } = facts;
  if (kind === 'delete') return unknown('hidden');
  if (isDroppedDuplicate(facts)) return { outcome: 'UNCHANGED', record: 'found', cause: 'duplicate' };
  // The store can have had an equal record before, and drop the item without a word.
  if (kind === 'create-if-new' && age === 'unknown') return unknown('unproven-create');
  if (age !== 'older') return { outcome: successOf(facts), record: 'found', cause: null };
  if (kind === 'create-if-new') return { outcome: 'UNCHANGED', record: 'found', cause: 'duplicate' };
  if (kind === 'create') return failure(reply === 'rejected' ? 'stated' : 'taken', 'existing');
  return { outcome: 'UNCHANGED', record: 'found', cause: null };
}

/** Nothing is there that could be what was to be created, or what was to be set. */
function whenMissing(facts: Facts): Decision {
  if (isDroppedDuplicate(facts)) return DROPPED;
  return facts.isSuperseded && facts.reply !== 'omitted' ? unknown('conflict') : notWritten(facts);
}

function whenDifferent(facts: Facts): Decision {
  const { kind, reply, age, isSuperseded } = facts;
  if (kind === 'create-if-new') return whenLookalike(facts);
  if (kind === 'create') {
    if (reply === 'rejected') return failure('stated', 'existing');
    // A record of the same minute can be what was sent, if the store changes values.
    return age === 'older' ? failure('taken', 'existing') : unknown('lookalike');
  }
  if (kind === 'delete') return notWritten(facts);
  if (isSuperseded && reply !== 'omitted') return unknown('conflict');
  // An update of values without a date can have been overwritten since.
  return reply === 'lost' && age !== 'older' ? unknown('lost') : notWritten(facts);
}

/** New records are there, of which one can be what was sent, with values changed by the store. */
function whenLookalike(facts: Facts): Decision {
  if (isDroppedDuplicate(facts)) return DROPPED;
  return facts.reply === 'rejected' ? failure('stated') : unknown('lookalike');
}

function whenDeleted({ before, reply, isRepeat }: Facts): Decision {
  if (before === 'present') return { outcome: 'DELETED', record: 'found', cause: null };
  if (before === 'absent') return failure('not-found');
  const isCertain = !isRepeat && (reply === 'omitted' || reply === 'batch-rejected');
  return isCertain ? failure('not-found') : unknown('unproven-delete');
}

function notWritten({ kind, reply }: Facts): Decision {
  switch (reply) {
    case 'rejected':
      return failure('stated');
    case 'batch-rejected':
      return failure('batch-rejected');
    case 'omitted':
      return kind === 'delete' ? failure('left-out') : unknown('left-out');
    case 'throttled':
      return failure('throttled');
    default:
      return failure('not-written');
  }
}

/** The store answered every attempt, and left the item out: it already had an equal record. */
function isDroppedDuplicate({ kind, reply, isRepeat }: Facts): boolean {
  return kind === 'create-if-new' && reply === 'omitted' && !isRepeat;
}

const NOT_ATTEMPTED: Decision = { outcome: 'NOT_ATTEMPTED', record: 'none', cause: 'stated' };
const DROPPED: Decision = { outcome: 'UNCHANGED', record: 'none', cause: 'duplicate' };

function failure(cause: Cause, record: Decision['record'] = 'none'): Decision {
  return { outcome: 'FAILED', record, cause };
}

function unknown(cause: Cause): Decision {
  return { outcome: 'UNKNOWN', record: 'none', cause };
}
