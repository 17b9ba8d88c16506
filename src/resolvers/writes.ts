import type { WriteRun } from '../context.ts';
import { badInput, GatewayError } from '../errors.ts';
import type { Attempt } from '../rest/http.ts';
import type { WriteRule } from '../rest/write-rules.ts';
import { blameOf, isTooMany, type PlacesOf, type Refusal, wholeProblem } from './refusals.ts';
import {
  CANCELLED,
  failed,
  notAttempted,
  OUTCOME_UNKNOWN,
  type Problem,
  payloadOf,
  succeeded,
  unsent,
  type Verdict,
  type WriteOutcome,
  type WritePayload,
  type WriteResult,
} from './write-results.ts';

/** What reading back tells of an item. */
export type Found<R> =
  /** The store holds what was asked for. */
  | { readonly state: 'written'; readonly record: R }
  /** It does not; where the answer was lost, it does not yet. */
  | { readonly state: 'absent' }
  /** There is nothing (any more) that could be written to. */
  | { readonly state: 'gone' }
  /** Nothing that can be read shows it. */
  | { readonly state: 'unclear' };

/** What a write comes to that went well. */
export type Success = Extract<WriteOutcome, 'CREATED' | 'UPDATED' | 'DELETED'>;

/** One kind of write. `I` is an item as it came in, `R` the record that it is about. */
export interface WriteSpec<I extends object, R> {
  /** What the list is called in the input, for the paths of errors. */
  readonly list: string;
  readonly rule: WriteRule;
  /** What the write comes to where the store did it; for an upsert the record tells, and what was there before. */
  readonly outcome: Success | ((record: R, since: Date, item: I) => Success);
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
  /** The records in an answer, whatever its shape; `items` are those that were sent. Null where it is no answer. */
  readonly recordsIn: (body: unknown, items: readonly I[]) => readonly R[] | null;
  /** Whether a record of the answer is this item's: by what it says, never by where it stands. */
  readonly isRecordOf: (record: R, item: I) => boolean;
  /** Whether a refusal's text speaks of this item. */
  readonly mentions?: (item: I, text: string) => boolean;
  /** Which items the keys of a refusal stand for; by default `3.email` is a field of the fourth. */
  readonly placesOf?: PlacesOf<I>;
  /**
   * What the store holds now, item by item; an item that is left out could not be read. `since` is the store's clock
   * before anything was sent.
   */
  readonly readBack: (items: readonly I[], since: Date) => Promise<ReadonlyMap<I, Found<R>>>;
  /** What became of items that an answer leaves out; by default what reading back shows. */
  readonly leftOut?: (items: readonly I[]) => Promise<ReadonlyMap<I, Verdict<R>>>;
  /** Whether this item may be sent again; by default its rule decides. */
  readonly mayRepeat?: (item: I) => boolean;
}

const ATTEMPTS = 6;
/** As many as it takes that one bad call in five leaves nothing open. */
const READ_TRIES = 8;
/** Calls that may be spent on a batch which the store refuses without naming whom. */
const CALLS_TO_DIVIDE = 24;

/** Runs a write of any length: every item gets a verdict, in the order in which they came in. */
export async function runWrites<I extends object, R>(
  run: WriteRun,
  spec: WriteSpec<I, R>,
  input: readonly I[],
): Promise<WritePayload<R>> {
  checkLength(input, run, spec.list);
  // One variable may stand twice in a list, and each place wants a verdict of its own.
  const items = input.map((item) => ({ ...item }));
  const verdicts = new Map<I, Verdict<R>>();
  const valid = items.filter((item) => {
    const problems = spec.check(item);
    if (problems.length > 0) verdicts.set(item, failed(...problems));
    return problems.length === 0;
  });
  const { firsts, repeats } = withoutRepeats(valid, spec);
  const batches = spec.batches?.(firsts) ?? inBatches(firsts, spec.rule.items);
  // A bug that one batch runs into must not keep the others from being settled.
  const ends = await run.hold(
    Promise.allSettled(batches.map((batch) => writeBatch(run, spec, batch, verdicts))),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  for (const [item, first] of repeats) {
    const verdict = verdicts.get(first) ?? OUTCOME_UNKNOWN;
    verdicts.set(item, spec.repeated?.(verdict) ?? failed(sameAs(items.indexOf(first))));
  }
  return payloadOf(
    spec.list,
    items.map((item) => verdicts.get(item) ?? OUTCOME_UNKNOWN),
  );
}

/** Runs a write of one record that is no list: its errors' paths lead into the input itself. */
export async function runWrite<I extends object, R>(
  run: WriteRun,
  spec: Omit<WriteSpec<I, R>, 'list' | 'keyOf'>,
  input: I,
): Promise<Pick<WriteResult<R>, 'outcome' | 'errors' | 'record'>> {
  const { results } = await runWrites(run, { ...spec, list: 'input', keyOf: () => '' }, [input]);
  const [{ outcome, errors, record }] = results as [WriteResult<R>];
  return { outcome, record, errors: errors.map((error) => ({ ...error, path: error.path.slice(2) })) };
}

/** Refuses a list that is empty or too long, as the caller's mistake in the operation. */
function checkLength(
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

function withoutRepeats<I extends object, R>(items: readonly I[], { keyOf }: WriteSpec<I, R>) {
  const byKey = new Map<string, I>();
  const repeats = new Map<I, I>();
  for (const item of items) {
    const first = byKey.get(keyOf(item));
    if (first === undefined) byKey.set(keyOf(item), item);
    else repeats.set(item, first);
  }
  return { firsts: [...byKey.values()], repeats };
}

function sameAs(index: number): Problem {
  return {
    code: 'INVALID',
    message: `The item at index ${index} is about the same record; only that one was sent.`,
    field: null,
  };
}

/** Writes one batch, until every item of it has a verdict. */
async function writeBatch<I extends object, R>(
  run: WriteRun,
  spec: WriteSpec<I, R>,
  batch: readonly I[],
  verdicts: Map<I, Verdict<R>>,
): Promise<void> {
  const begunAt = run.now();
  let callsToDivide = CALLS_TO_DIVIDE;
  /** Until when an attempt may still land, although the store holds what it was to write. */
  let landsUntil = begunAt;
  await write(await worthSending(batch), 1);
  // What lands late would undo what is written next, so that nobody is told before it cannot.
  await nothingLands();

  /** The store's clock before anything was sent. Its answers tell it the better, the more there were of them. */
  function since(): Date {
    const begun = run.storeNow() - (run.now() - begunAt) - CLOCKS_APART_MS;
    // The store dates its records to the second.
    return new Date(Math.floor(begun / 1000) * 1000);
  }

  function settle(items: readonly I[], verdict: Verdict<R>): void {
    for (const item of items) verdicts.set(item, verdict);
  }

  function succeed(item: I, record: R): void {
    const outcome = typeof spec.outcome === 'string' ? spec.outcome : spec.outcome(record, since(), item);
    verdicts.set(item, succeeded(outcome, record));
  }

  async function worthSending(items: readonly I[]): Promise<readonly I[]> {
    if (!spec.learn || run.signal.aborted) return items;
    try {
      const known = await spec.learn(items);
      for (const [item, verdict] of known) verdicts.set(item, verdict);
      return items.filter((item) => !known.has(item));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      settle(items, unsent(error));
      return [];
    }
  }

  async function write(items: readonly I[], attempt: number): Promise<void> {
    if (items.length === 0) return;
    if (run.signal.aborted && attempt === 1) return settle(items, notAttempted(CANCELLED));
    const result = await spec.send(items);
    switch (result.ended) {
      case 'done':
        return done(items, result.body, attempt);
      case 'refused':
        return refused(items, result, attempt);
      case 'not-sent':
        // What was sent before may have arrived, whatever became of this attempt.
        if (attempt > 1) return unsettled(items, attempt);
        return settle(items, run.signal.aborted ? notAttempted(CANCELLED) : unsent(result.error));
      case 'unknown':
        return unsettled(items, attempt);
    }
  }

  async function done(items: readonly I[], body: unknown, attempt: number): Promise<void> {
    const records = spec.recordsIn(body, items);
    if (records === null) return unsettled(items, attempt);
    const { matched, left } = match(items, records, spec);
    for (const [item, record] of matched) succeed(item, record);
    if (left.length === 0) return;
    const { leftOut } = spec;
    // What this attempt leaves out may be what an earlier one made.
    const open = leftOut && attempt === 1 ? left : (await look(left)).open;
    const told = leftOut ? await untilRead(open, leftOut) : new Map<I, Verdict<R>>();
    for (const item of open) verdicts.set(item, told.get(item) ?? OUTCOME_UNKNOWN);
  }

  async function refused(items: readonly I[], refusal: Refusal, attempt: number): Promise<void> {
    const whole = wholeProblem(refusal);
    // This attempt was turned away at the door; the one before may have been let in.
    if (whole && attempt > 1) return unsettled(items, attempt);
    if (whole) return settle(items, failed(whole));
    // Some writes succeed in part and are answered as a refusal all the same.
    const { matched, left } = match(items, partOf(refusal.body, items), spec);
    for (const [item, record] of matched) succeed(item, record);
    if (left.length === 0) return;
    if (isTooMany(refusal) && left.length > 1) return inHalves(left, attempt);
    const blame = blameOf(refusal, { items, left, mentions: spec.mentions, placesOf: spec.placesOf });
    const blamed = left.filter((item) => blame.has(item));
    // After a lost answer a refusal may be about what the store did the first time.
    const guilty = attempt === 1 ? blamed : await absentOf(blamed);
    for (const item of guilty) verdicts.set(item, failed(blame.get(item) ?? UNDECIDED));
    const others = left.filter((item) => !blame.has(item));
    if (others.length === 0) return;
    // The store may have written some of a batch that it refuses: nothing is sent again before that is known.
    const unwritten = await absentOf(others);
    if (blamed.length > 0 || matched.size > 0) return write(unwritten, attempt);
    if (callsToDivide <= 0) return settle(unwritten, failed(UNDECIDED));
    callsToDivide -= 2;
    return inHalves(unwritten, attempt);
  }

  function partOf(body: unknown, items: readonly I[]): readonly R[] {
    return typeof body === 'object' && body !== null && 'data' in body
      ? (spec.recordsIn(body, items) ?? [])
      : [];
  }

  async function inHalves(items: readonly I[], attempt: number): Promise<void> {
    const middle = Math.ceil(items.length / 2);
    // One after the other: what the second half does may depend on the first.
    await write(items.slice(0, middle), attempt);
    await write(items.slice(middle), attempt);
  }

  /** Those of the items that the store certainly does not hold; the others get their verdicts. */
  async function absentOf(items: readonly I[]): Promise<readonly I[]> {
    await nothingLands();
    const { absent, open } = await look(items);
    settle(
      open.filter((item) => !absent.includes(item)),
      OUTCOME_UNKNOWN,
    );
    return absent;
  }

  /** Reads items back until they are found, sends again what may be, and says of the rest that nobody knows. */
  async function unsettled(items: readonly I[], attempt: number): Promise<void> {
    const { repeat } = spec.rule;
    const isSafe = repeat === 'safe' || repeat === 'harmless';
    // What was made or deleted stays so; what was set may have been set to something else since.
    const isLasting = repeat === 'when-absent' || repeat === 'harmless';
    const mayRepeat = (item: I) => spec.mayRepeat?.(item) ?? repeat !== 'never';
    const overAt = run.now() + run.settleMs;
    // What the store is found to hold it may have held before: the write itself may still land. Not even one that was
    // absent before is told of sooner, since another writer may have sent the same meanwhile.
    if (repeat === 'safe') landsUntil = Math.max(landsUntil, overAt);
    let remaining = items;
    let unwritten: readonly I[] = [];
    let isOver = false;
    for (
      let wait = FIRST_WAIT_MS;
      remaining.length > 0 && !isOver;
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    ) {
      await run.sleep(wait);
      isOver = run.now() >= overAt;
      const { open, absent } = await look(remaining);
      // What is safe need not be waited for; what is not must be known to be absent when the time is over.
      const ready = isSafe ? open : isOver ? absent : [];
      const mayGoOn = attempt < ATTEMPTS && !run.signal.aborted;
      const again = mayGoOn ? ready.filter(mayRepeat) : [];
      remaining = open.filter((item) => !again.includes(item));
      unwritten = isOver && isLasting ? remaining.filter((item) => absent.includes(item)) : [];
      await write(again, attempt + 1);
    }
    settle(remaining, OUTCOME_UNKNOWN);
    settle(unwritten, failed(NEVER_ARRIVED));
  }

  async function nothingLands(): Promise<void> {
    const ms = landsUntil - run.now();
    if (ms > 0) await run.sleep(ms);
  }

  /** Those that reading back does not show as written, and which of them it shows as absent; the others get their verdicts. */
  async function look(items: readonly I[]): Promise<{ open: readonly I[]; absent: readonly I[] }> {
    const found = await readBack(items);
    const open = items.filter((item) => {
      const state = found.get(item);
      if (state?.state === 'gone') verdicts.set(item, failed(NOT_FOUND));
      else if (state?.state === 'written') succeed(item, state.record);
      return state?.state !== 'gone' && state?.state !== 'written';
    });
    return { open, absent: open.filter((item) => found.get(item)?.state === 'absent') };
  }

  function readBack(items: readonly I[]): Promise<ReadonlyMap<I, Found<R>>> {
    return untilRead(items, (some) => spec.readBack(some, since()));
  }

  /** Reads until every item is told of, or the tries are used up: what cannot be read cannot be settled. */
  async function untilRead<T>(
    items: readonly I[],
    read: (items: readonly I[]) => Promise<ReadonlyMap<I, T>>,
  ): Promise<ReadonlyMap<I, T>> {
    const known = new Map<I, T>();
    for (let tries = 1; ; tries += 1) {
      const missing = items.filter((item) => !known.has(item));
      if (missing.length === 0) return known;
      for (const [item, told] of await orNothing(read(missing))) known.set(item, told);
      if (known.size === items.length || tries === READ_TRIES) return known;
      await run.sleep(Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS));
    }
  }
}

async function orNothing<I, T>(read: Promise<ReadonlyMap<I, T>>): Promise<ReadonlyMap<I, T>> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof GatewayError) return new Map();
    throw error;
  }
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** How far apart the clocks of the store's machines may be. */
const CLOCKS_APART_MS = 2_000;

const NEVER_ARRIVED: Problem = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: "The store's answer was lost, and reading back shows that nothing was written.",
  field: null,
};
const NOT_FOUND: Problem = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null };
const UNDECIDED: Problem = {
  code: 'BATCH_REJECTED',
  message: 'It was refused together with another item, and the store does not say which of them is at fault.',
  field: null,
};

/** Finds each item's record in an answer: exact matches first, and the last of each belong together. */
function match<I extends object, R>(
  items: readonly I[],
  records: readonly R[],
  { isRecordOf }: WriteSpec<I, R>,
) {
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
