import { describe, expect, test } from 'vitest';
import {
  type Age,
  type Before,
  type Decision,
  decideOutcome,
  type Facts,
  type ReadingState,
  type ReplyState,
  type WriteKind,
} from '../../../src/resolvers/writes/outcome.ts';

// A list that lacks a member of its type does not compile.
const all =
  <T extends string>() =>
  <const L extends readonly T[]>(...list: T extends L[number] ? L : never) =>
    list;

const KINDS = all<WriteKind>()('create', 'create-if-new', 'update', 'upsert', 'delete');
const BEFORE = all<Before>()('unknown', 'absent', 'present');
const REPLIES = all<ReplyState>()(
  'not-sent',
  'lost',
  'throttled',
  'accepted',
  'omitted',
  'rejected',
  'batch-rejected',
  'call-rejected',
);
const READINGS = all<ReadingState>()('unread', 'hidden', 'absent', 'gone', 'differs', 'duplicate', 'holds');
const AGES = all<Age>()('unknown', 'older', 'newer');
const BOTH = [false, true] as const;

/** Every combination of facts, 10,080 in all. */
const ALL_FACTS: readonly Facts[] = KINDS.flatMap((kind) =>
  BEFORE.flatMap((before) =>
    REPLIES.flatMap((reply) =>
      BOTH.flatMap((isRepeat) =>
        READINGS.flatMap((now) =>
          AGES.flatMap((age) =>
            BOTH.map((isSuperseded) => ({ kind, before, reply, isRepeat, now, age, isSuperseded })),
          ),
        ),
      ),
    ),
  ),
);

/** The store answered every attempt. */
const isAnswered = ({ reply, isRepeat }: Facts) => reply !== 'lost' && reply !== 'throttled' && !isRepeat;
const WRITTEN: readonly string[] = ['CREATED', 'UPDATED', 'DELETED'];

function expectOf(applies: (facts: Facts) => boolean, holds: (decision: Decision, facts: Facts) => boolean) {
  const some = ALL_FACTS.filter(applies);
  expect(some.length).toBeGreaterThan(0);
  expect(some.filter((facts) => !holds(decideOutcome(facts), facts))).toEqual([]);
}

describe('every combination of facts', () => {
  test('has an outcome', () => {
    expect(ALL_FACTS).toHaveLength(5 * 3 * 8 * 2 * 7 * 3 * 2);
    expectOf(
      () => true,
      ({ outcome, record }) => outcome !== undefined && record !== undefined,
    );
  });

  test('has a cause unless the item was simply written or left as it was', () => {
    expectOf(
      () => true,
      ({ outcome, cause }) =>
        (cause === null) === (WRITTEN.includes(outcome) || (outcome === 'UNCHANGED' && cause === null)),
    );
  });

  test('is a write only if the store accepted it, or a read shows it', () => {
    const isSeen = ({ kind, now }: Facts) =>
      kind === 'delete' ? now === 'absent' || now === 'gone' : now === 'holds';
    expectOf(
      (facts) => WRITTEN.includes(decideOutcome(facts).outcome),
      (_decision, facts) => facts.reply === 'accepted' || isSeen(facts),
    );
  });

  test('is CREATED only if nothing shows that the record is older than the write', () => {
    expectOf(
      (facts) => decideOutcome(facts).outcome === 'CREATED',
      (_decision, { reply, age, before, kind }) =>
        reply === 'accepted' || age !== 'older' || (kind === 'upsert' && before === 'absent'),
    );
  });

  test('of a create that drops equal records is CREATED only if something shows that the record is new', () => {
    expectOf(
      ({ kind, reply, now }) => kind === 'create-if-new' && reply !== 'accepted' && now === 'holds',
      ({ outcome }, { age }) => outcome !== 'CREATED' || age === 'newer',
    );
  });

  test('is the outcome of an accepted item, whatever happened before', () => {
    expectOf(
      ({ reply }) => reply === 'accepted',
      ({ outcome, record }) => WRITTEN.includes(outcome) && record === 'answered',
    );
  });

  test('is UNCHANGED only with evidence: an older record, an equal one, or a response that left it out', () => {
    expectOf(
      (facts) => decideOutcome(facts).outcome === 'UNCHANGED',
      (_decision, facts) =>
        facts.age === 'older' ||
        facts.now === 'duplicate' ||
        (facts.kind === 'create-if-new' && facts.reply === 'omitted' && isAnswered(facts)),
    );
  });

  test('is FAILED only if the store rejected it, or a read shows that it was not written', () => {
    expectOf(
      (facts) => decideOutcome(facts).outcome === 'FAILED',
      (_decision, facts) =>
        facts.reply === 'rejected' ||
        facts.reply === 'call-rejected' ||
        facts.now === 'absent' ||
        facts.now === 'gone' ||
        facts.now === 'differs' ||
        (facts.kind === 'create' && facts.now === 'holds' && facts.age === 'older'),
    );
  });

  test('is FAILED without a read only if the store answered every attempt', () => {
    expectOf(
      (facts) => facts.now === 'unread' && decideOutcome(facts).outcome === 'FAILED',
      (_decision, facts) => isAnswered(facts),
    );
  });

  test('is NOT_ATTEMPTED only if nothing was ever sent', () => {
    expectOf(
      (facts) => decideOutcome(facts).outcome === 'NOT_ATTEMPTED',
      (_decision, { reply, isRepeat }) => reply === 'not-sent' && !isRepeat,
    );
  });

  test('is no failure after an overwritten attempt: it is UNKNOWN with a conflict', () => {
    expectOf(
      ({ kind, reply, now, isSuperseded }) =>
        (kind === 'update' || kind === 'upsert') && reply === 'lost' && now === 'differs' && isSuperseded,
      ({ outcome, cause }) => outcome === 'UNKNOWN' && cause === 'conflict',
    );
  });

  test('never claims a lost response if the store answered every attempt', () => {
    expectOf(
      (facts) => isAnswered(facts) && facts.reply !== 'not-sent',
      ({ cause }) => cause !== 'lost' && cause !== 'not-written' && cause !== 'throttled',
    );
  });

  test('has a record only if one was answered or read', () => {
    expectOf(
      (facts) => decideOutcome(facts).record === 'found',
      (_decision, { kind, now }) => now === 'holds' || now === 'duplicate' || kind === 'delete',
    );
  });
});

describe('a delete', () => {
  const deleted = (facts: Facts) => facts.kind === 'delete' && facts.now === 'absent';

  test('of a record that never existed is NOT_FOUND, whatever the store answers', () => {
    expectOf(
      (facts) =>
        deleted(facts) &&
        isAnswered(facts) &&
        facts.before !== 'present' &&
        (facts.reply === 'omitted' || facts.reply === 'batch-rejected'),
      ({ outcome, cause }) => outcome === 'FAILED' && cause === 'not-found',
    );
  });

  test('whose response was lost is UNKNOWN if nothing shows that the record existed', () => {
    expectOf(
      (facts) => deleted(facts) && facts.reply === 'lost' && facts.before === 'unknown',
      ({ outcome, cause }) => outcome === 'UNKNOWN' && cause === 'unproven-delete',
    );
    expectOf(
      (facts) => deleted(facts) && facts.reply === 'lost' && facts.before === 'present',
      ({ outcome }) => outcome === 'DELETED',
    );
  });
});
