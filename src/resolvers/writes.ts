import type { WriteRun } from '../context.ts';
import { badInput, GatewayError } from '../errors.ts';
import type { Attempt } from '../rest/http.ts';
import type { WriteRule } from '../rest/write-rules.ts';
import { blameOf, isTooMany, type Refusal, wholeProblem } from './refusals.ts';
import {
  CANCELLED,
  failed,
  notAttempted,
  OUTCOME_UNKNOWN,
  type Problem,
  payloadOf,
  succeeded,
  unreachable,
  type Verdict,
  type WriteOutcome,
  type WritePayload,
} from './write-results.ts';

/** What reading back tells of an item. */
export type Found<R> =
  /** The store holds what was asked for. */
  | { readonly state: 'written'; readonly record: R }
  /** It does not; where the answer was lost, it does not yet. */
  | { readonly state: 'absent' }
  /** There is nothing (any more) that could be written to. */
  | { readonly state: 'gone' };

/** One kind of write. `I` is an item as it came in, `R` the record that it is about. */
export interface WriteSpec<I, R> {
  /** What the list is called in the input, for the paths of errors. */
  readonly list: string;
  readonly rule: WriteRule;
  readonly outcome: Extract<WriteOutcome, 'CREATED' | 'UPDATED' | 'DELETED'>;
  /** Everything that is wrong with an item, seen before the store sees it. */
  readonly check: (item: I) => readonly Problem[];
  /** What two items must not share. */
  readonly keyOf: (item: I) => string;
  /** What the second of two items with one key gets; by default it is INVALID and names the first. */
  readonly repeated?: (first: Verdict<R>) => Verdict<R>;
  readonly send: (items: readonly I[]) => Promise<Attempt>;
  /** What goes out in one call each; by default as many items as the rule allows. */
  readonly batches?: (items: readonly I[]) => readonly (readonly I[])[];
  /** What is certain of an item before anything is sent: that the store has no such record, say. */
  readonly learn?: (items: readonly I[]) => Promise<ReadonlyMap<I, Verdict<R>>>;
  /** The records in an answer, whatever its shape; `items` are those that were sent. */
  readonly recordsIn: (body: unknown, items: readonly I[]) => readonly R[];
  /** Whether a record of the answer is this item's: by what it says, never by where it stands. */
  readonly isRecordOf: (record: R, item: I) => boolean;
  /** Whether a refusal's text speaks of this item. */
  readonly mentions?: (item: I, text: string) => boolean;
  /** What the store holds now, item by item. `since` is the store's clock before anything was sent. */
  readonly readBack: (items: readonly I[], since: Date) => Promise<ReadonlyMap<I, Found<R>>>;
  /** What it means that an answer leaves out an item which the store turns out to hold. */
  readonly leftOut?: Problem;
  /** Whether this item may be sent again; by default its rule decides. */
  readonly mayRepeat?: (item: I) => boolean;
}

const ATTEMPTS = 6;
const READ_BACK_TRIES = 4;
/** Calls that may be spent on a batch which the store refuses without naming whom. */
const CALLS_TO_DIVIDE = 24;

/** Runs a write of any length: every item gets a verdict, in the order in which they came in. */
export async function runWrites<I, R>(
  run: WriteRun,
  spec: WriteSpec<I, R>,
  items: readonly I[],
): Promise<WritePayload<R>> {
  checkLength(items, run, spec.list);
  const verdicts = new Map<I, Verdict<R>>();
  const unique = withoutRepeats(items, spec);
  const valid = unique.firsts.filter((item) => {
    const problems = spec.check(item);
    if (problems.length > 0) verdicts.set(item, failed(...problems));
    return problems.length === 0;
  });
  const batches = spec.batches?.(valid) ?? inBatches(valid, spec.rule.items);
  await run.hold(Promise.all(batches.map((batch) => writeBatch(run, spec, batch, verdicts))));
  for (const [item, first] of unique.repeats) {
    const verdict = verdicts.get(first.item) ?? OUTCOME_UNKNOWN;
    verdicts.set(item, spec.repeated?.(verdict) ?? failed(sameAs(first.index)));
  }
  return payloadOf(
    spec.list,
    items.map((item) => verdicts.get(item) ?? OUTCOME_UNKNOWN),
  );
}

/** Refuses a list that is empty or too long, as the caller's mistake in the operation. */
export function checkLength(
  items: readonly unknown[],
  { maxItems }: Pick<WriteRun, 'maxItems'>,
  list: string,
): void {
  if (items.length === 0) throw badInput(`input.${list}`, 'is empty.');
  if (items.length > maxItems)
    throw badInput(`input.${list}`, `holds ${items.length} items; ${maxItems} can be written at once.`);
}

function inBatches<I>(items: readonly I[], size: number): readonly (readonly I[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

interface First<I> {
  readonly item: I;
  readonly index: number;
}

function withoutRepeats<I, R>(items: readonly I[], { keyOf }: WriteSpec<I, R>) {
  const byKey = new Map<string, First<I>>();
  const repeats = new Map<I, First<I>>();
  items.forEach((item, index) => {
    const first = byKey.get(keyOf(item));
    if (first === undefined) byKey.set(keyOf(item), { item, index });
    else repeats.set(item, first);
  });
  return { firsts: [...byKey.values()].map(({ item }) => item), repeats };
}

function sameAs(index: number): Problem {
  return {
    code: 'INVALID',
    message: `The item at index ${index} is about the same record; only that one was written.`,
    field: null,
  };
}

/** Writes one batch, until every item of it has a verdict. */
async function writeBatch<I, R>(
  run: WriteRun,
  spec: WriteSpec<I, R>,
  batch: readonly I[],
  verdicts: Map<I, Verdict<R>>,
): Promise<void> {
  const since = new Date(run.storeNow() - CLOCKS_APART_MS);
  let callsToDivide = CALLS_TO_DIVIDE;
  const settle = (items: readonly I[], verdict: Verdict<R>) => {
    for (const item of items) verdicts.set(item, verdict);
  };
  await write(await worthSending(batch), 1);

  async function worthSending(items: readonly I[]): Promise<readonly I[]> {
    if (!spec.learn || run.signal.aborted) return items;
    try {
      const known = await spec.learn(items);
      for (const [item, verdict] of known) verdicts.set(item, verdict);
      return items.filter((item) => !known.has(item));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      settle(items, unreachable(error));
      return [];
    }
  }

  async function write(items: readonly I[], attempt: number): Promise<void> {
    if (items.length === 0) return;
    if (run.signal.aborted) return settle(items, attempt === 1 ? notAttempted(CANCELLED) : OUTCOME_UNKNOWN);
    const result = await spec.send(items);
    switch (result.ended) {
      case 'done':
        return done(items, spec.recordsIn(result.body, items));
      case 'refused':
        return refused(items, result, attempt);
      case 'not-sent':
        return settle(items, unreachable(result.error));
      case 'unknown':
        return unknown(items, attempt);
    }
  }

  async function done(items: readonly I[], records: readonly R[]): Promise<void> {
    const { matched, left } = match(items, records, spec);
    for (const [item, record] of matched) verdicts.set(item, succeeded(spec.outcome, record));
    if (left.length === 0) return;
    const found = await readBack(left);
    for (const item of left) verdicts.set(item, leftOutVerdict(found.get(item)));
  }

  function leftOutVerdict(found: Found<R> | undefined): Verdict<R> {
    if (found?.state === 'gone') return failed(NOT_FOUND);
    if (found?.state !== 'written') return OUTCOME_UNKNOWN;
    if (!spec.leftOut) return succeeded(spec.outcome, found.record);
    return { outcome: 'UNCHANGED', problems: [spec.leftOut], record: found.record };
  }

  async function refused(items: readonly I[], refusal: Refusal, attempt: number): Promise<void> {
    const whole = wholeProblem(refusal);
    if (whole) return settle(items, failed(whole));
    // Some writes succeed in part and are answered as a refusal all the same.
    const { matched, left } = match(items, partOf(refusal.body, items), spec);
    for (const [item, record] of matched) verdicts.set(item, succeeded(spec.outcome, record));
    if (isTooMany(refusal) && left.length > 1) return inHalves(left, attempt);
    const mentions = (index: number, text: string) => spec.mentions?.(items[index] as I, text) ?? false;
    const blame = blameOf(refusal, mentions, items.length);
    const blamed = left.filter((item) => blame.has(items.indexOf(item)));
    // After a lost answer a refusal may be about what the store did the first time.
    const guilty = attempt === 1 ? blamed : await absentOf(blamed);
    for (const item of guilty) verdicts.set(item, failed(blame.get(items.indexOf(item)) ?? UNDECIDED));
    const others = left.filter((item) => !blamed.includes(item));
    if (others.length === 0) return;
    // The store may have written some of a batch that it refuses: nothing is sent again before that is known.
    const unwritten = await absentOf(others);
    if (blame.size > 0) return write(unwritten, attempt);
    if (callsToDivide <= 0) return settle(unwritten, failed(UNDECIDED));
    callsToDivide -= 2;
    return inHalves(unwritten, attempt);
  }

  function partOf(body: unknown, items: readonly I[]): readonly R[] {
    return typeof body === 'object' && body !== null && 'data' in body ? spec.recordsIn(body, items) : [];
  }

  async function inHalves(items: readonly I[], attempt: number): Promise<void> {
    const middle = Math.ceil(items.length / 2);
    // One after the other: what the second half does may depend on the first.
    await write(items.slice(0, middle), attempt);
    await write(items.slice(middle), attempt);
  }

  /** Those of the items that the store does not hold; the others get their verdicts. */
  async function absentOf(items: readonly I[]): Promise<readonly I[]> {
    const found = await readBack(items);
    return items.filter((item) => {
      const state = found.get(item);
      if (state === undefined) verdicts.set(item, OUTCOME_UNKNOWN);
      else if (state.state === 'gone') verdicts.set(item, failed(NOT_FOUND));
      else if (state.state === 'written') verdicts.set(item, succeeded(spec.outcome, state.record));
      return state?.state === 'absent';
    });
  }

  async function unknown(items: readonly I[], attempt: number): Promise<void> {
    const repeatable = items.filter((item) => spec.mayRepeat?.(item) ?? spec.rule.repeat !== 'never');
    const mayHurry = spec.rule.repeat === 'safe' && attempt < ATTEMPTS && !run.signal.aborted;
    const startedAt = run.now();
    let open = items;
    for (let wait = FIRST_WAIT_MS; open.length > 0; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      await run.sleep(wait);
      const isOver = run.now() - startedAt >= run.settleMs;
      open = await stillOpen(open);
      // What may be sent twice need not be waited for.
      const hurried = mayHurry ? open.filter((item) => repeatable.includes(item)) : [];
      if (hurried.length > 0) {
        await write(hurried, attempt + 1);
        open = open.filter((item) => !hurried.includes(item));
      }
      if (isOver) break;
    }
    const again = open.filter((item) => repeatable.includes(item));
    const mayTryAgain = attempt < ATTEMPTS && !run.signal.aborted;
    settle(
      open.filter((item) => !mayTryAgain || !again.includes(item)),
      OUTCOME_UNKNOWN,
    );
    if (mayTryAgain) await write(again, attempt + 1);
  }

  /** Those that reading back does not show as written; where it cannot be read, all of them. */
  async function stillOpen(items: readonly I[]): Promise<readonly I[]> {
    const found = await readBack(items);
    return items.filter((item) => {
      const state = found.get(item);
      if (state?.state === 'gone') verdicts.set(item, failed(NOT_FOUND));
      else if (state?.state === 'written') verdicts.set(item, succeeded(spec.outcome, state.record));
      return state === undefined || state.state === 'absent';
    });
  }

  async function readBack(items: readonly I[]): Promise<ReadonlyMap<I, Found<R>>> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await spec.readBack(items, since);
      } catch {
        // What cannot be read cannot be settled; that is said of each item, not thrown at the whole write.
        if (tries === READ_BACK_TRIES) return new Map();
        await run.sleep(FIRST_WAIT_MS * 2 ** tries);
      }
    }
  }
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** How far off our notion of the store's clock may be. */
const CLOCKS_APART_MS = 5_000;

const NOT_FOUND: Problem = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null };
const UNDECIDED: Problem = {
  code: 'BATCH_REJECTED',
  message: 'It was refused together with another item, and the store does not say which of them is at fault.',
  field: null,
};

/** Finds each item's record in an answer: exact matches first, and the last of each belong together. */
function match<I, R>(items: readonly I[], records: readonly R[], { isRecordOf }: WriteSpec<I, R>) {
  const matched = new Map<I, R>();
  const unclaimed = new Set(records);
  for (const item of items) {
    for (const record of unclaimed) {
      if (!isRecordOf(record, item)) continue;
      matched.set(item, record);
      unclaimed.delete(record);
      break;
    }
  }
  const left = items.filter((item) => !matched.has(item));
  const [lastItem] = left;
  const [lastRecord] = unclaimed;
  // The store may spell a value otherwise than it was sent; one item and one record cannot be mistaken.
  if (left.length === 1 && unclaimed.size === 1 && items.length === records.length) {
    matched.set(lastItem as I, lastRecord as R);
    return { matched, left: [] };
  }
  return { matched, left };
}
