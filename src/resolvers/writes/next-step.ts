import type { RetryPolicy } from '../../rest/operations.ts';
import type { Facts } from './outcome.ts';

/** What to do next for an item. */
export type Step = 'send' | 'read' | 'wait' | 'done';

/** What the next step depends on, besides the facts. */
export interface Progress {
  readonly retry: RetryPolicy;
  /** Whether the item was ever sent. */
  readonly isSent: boolean;
  /** Whether it may be sent again after a loss: retries are left, the caller is there, and the write allows it. */
  readonly canRepeat: boolean;
  /** Whether a read could still succeed. */
  readonly canRead: boolean;
  /** Whether no lost attempt can take effect any more. */
  readonly isOver: boolean;
  /** Whether the record that prevents the item is to be read. */
  readonly readsExisting: boolean;
}

/** Decides what to do next for an item. */
export function nextStep(facts: Facts, progress: Progress): Step {
  const { reply, isRepeat, now } = facts;
  const { isSent, canRead, retry, canRepeat } = progress;
  if (!isSent) return 'send';
  if (reply === 'accepted') return 'done';
  if (!isRepeat && (reply === 'not-sent' || reply === 'call-rejected')) return 'done';
  if (now === 'unread') {
    if (reply === 'rejected' && !isRepeat && !progress.readsExisting) return 'done';
    if (canRead) return 'read';
    // Only a write that cannot undo another one is repeated blindly.
    return isLostOrThrottled(facts) && retry === 'idempotent' && canRepeat ? 'send' : 'done';
  }
  if (reply === 'omitted' || reply === 'rejected') return 'done';
  if (reply === 'batch-rejected') return isWorthSending(facts) ? 'send' : 'done';
  return afterLoss(facts, progress);
}

function isLostOrThrottled({ reply }: Facts): boolean {
  return reply !== 'omitted' && reply !== 'rejected' && reply !== 'batch-rejected';
}

/** Whether the store certainly does not have what was sent, and a repeat undoes nothing. */
function isUnwritten({ kind, now, isSuperseded }: Facts): boolean {
  if (isSuperseded) return false;
  if (kind === 'create' || kind === 'create-if-new') return now === 'absent';
  if (kind === 'upsert') return now === 'absent' || now === 'differs';
  return now === 'differs';
}

/**
 * After a rejection that names others. An update that is there without anything to tell since when is sent again: then
 * it is true that the store did it.
 */
function isWorthSending(facts: Facts): boolean {
  const { kind, now, age, isSuperseded } = facts;
  return isUnwritten(facts) || (kind === 'update' && now === 'holds' && age === 'unknown' && !isSuperseded);
}

function afterLoss(facts: Facts, { retry, canRepeat, isOver }: Progress): Step {
  const { reply, now } = facts;
  if (now === 'hidden') return isOver ? 'done' : 'wait';
  if (!isUnwritten(facts)) return isLookalike(facts) && !isOver ? 'wait' : 'done';
  // The store turned it away, so there is nothing to wait for.
  if (reply === 'throttled') return canRepeat ? 'send' : 'done';
  if (retry === 'never') return isOver ? 'done' : 'wait';
  if (retry === 'if-absent' && !isOver) return 'wait';
  if (canRepeat) return 'send';
  return isOver ? 'done' : 'wait';
}

function isLookalike({ kind, now, age }: Facts): boolean {
  return kind === 'create' && now === 'differs' && age !== 'older';
}
