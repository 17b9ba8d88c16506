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

/** State of an item according to a read-back. */
export type Found<R> =
  /** The store has the written values. */
  | { readonly state: 'written'; readonly record: R }
  /** The store does not have them. A write whose response was lost can still take effect. */
  | { readonly state: 'absent' }
  /** The record to write to does not exist. */
  | { readonly state: 'gone' }
  /** No read can show it. */
  | { readonly state: 'unclear' };

/** Outcome of a successful write. */
export type Success = Extract<WriteOutcome, 'CREATED' | 'UPDATED' | 'DELETED'>;

/** How one kind of write works. `I` is an input item, `R` the record that it writes. */
export interface WriteSpec<I extends object, R> {
  /** Name of the list in the input, for error paths. */
  readonly list: string;
  readonly rule: WriteRule;
  /** Outcome of a successful write. For an upsert it depends on the record and its previous state. */
  readonly outcome: Success | ((record: R, since: Date, item: I) => Success);
  /** Validates an item before anything is sent. */
  readonly check: (item: I) => readonly Problem[];
  /** Identifies the record of an item. Two items with the same key are duplicates. */
  readonly keyOf: (item: I) => string;
  /**
   * Result of a duplicate, from the result of the first item with its key.
   * @default INVALID, with the first item's index
   */
  readonly repeated?: (first: Verdict<R>) => Verdict<R>;
  readonly send: (items: readonly I[]) => Promise<Attempt>;
  /** Splits the items into calls. @default as many items per call as the rule allows */
  readonly batches?: (items: readonly I[]) => readonly (readonly I[])[];
  /** Results that are known before anything is sent, for example NOT_FOUND. These items are not sent. */
  readonly learn?: (items: readonly I[]) => Promise<ReadonlyMap<I, Verdict<R>>>;
  /** The records of a response to a call with `items`. Null if the response is unreadable. */
  readonly recordsIn: (body: unknown, items: readonly I[]) => readonly R[] | null;
  /** Whether a record of the response belongs to this item, by its contents. Positions are unreliable. */
  readonly isRecordOf: (record: R, item: I) => boolean;
  /** Whether the text of an error response refers to this item. */
  readonly mentions?: (item: I, text: string) => boolean;
  /** Maps the keys of an error response to items. @default by index: `3.email` is a field of the fourth item */
  readonly placesOf?: PlacesOf<I>;
  /**
   * Reads the current state of each item. Items that could not be read are left out. `since` is a time, by the store's
   * clock, before the first call was sent.
   */
  readonly readBack: (items: readonly I[], since: Date) => Promise<ReadonlyMap<I, Found<R>>>;
  /** Results of items that are missing in a response. @default what a read-back shows */
  readonly leftOut?: (items: readonly I[]) => Promise<ReadonlyMap<I, Verdict<R>>>;
  /** Whether this item can be sent again. @default as its rule says */
  readonly mayRepeat?: (item: I) => boolean;
}

const ATTEMPTS = 6;
/** Enough to settle every item if one call in five fails. */
const READ_TRIES = 8;
/** Maximum number of calls to bisect a batch that the store rejects without naming an item. */
const CALLS_TO_DIVIDE = 24;

/**
 * Runs a write of any length up to `maxItems`. Every item gets a result, in the order of the input.
 * @throws GatewayError BAD_USER_INPUT if the list is empty or too long
 */
export async function runWrites<I extends object, R>(
  run: WriteRun,
  spec: WriteSpec<I, R>,
  input: readonly I[],
): Promise<WritePayload<R>> {
  checkLength(input, run, spec.list);
  // The same object can occur twice in a list. Copies give each position its own result.
  const items = input.map((item) => ({ ...item }));
  const verdicts = new Map<I, Verdict<R>>();
  const valid = items.filter((item) => {
    const errors = spec.check(item);
    if (errors.length > 0) verdicts.set(item, failed(...errors));
    return errors.length === 0;
  });
  const { firsts, repeats } = withoutRepeats(valid, spec);
  const batches = spec.batches?.(firsts) ?? inBatches(firsts, spec.rule.items);
  // An unexpected error in one batch does not prevent the others from being settled.
  const ends = await run.hold(
    Promise.allSettled(batches.map((batch) => writeBatch(run, spec, batch, verdicts))),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  for (const [item, first] of repeats) {
    const firstResult = verdicts.get(first) ?? OUTCOME_UNKNOWN;
    verdicts.set(item, spec.repeated?.(firstResult) ?? failed(sameAs(items.indexOf(first))));
  }
  return payloadOf(
    spec.list,
    items.map((item) => verdicts.get(item) ?? OUTCOME_UNKNOWN),
  );
}

/** Runs a write of one record. Its error paths have no list name and index. */
export async function runWrite<I extends object, R>(
  run: WriteRun,
  spec: Omit<WriteSpec<I, R>, 'list' | 'keyOf'>,
  input: I,
): Promise<Pick<WriteResult<R>, 'outcome' | 'errors' | 'record'>> {
  const { results } = await runWrites(run, { ...spec, list: 'input', keyOf: () => '' }, [input]);
  const [{ outcome, errors, record }] = results as [WriteResult<R>];
  return { outcome, record, errors: errors.map((error) => ({ ...error, path: error.path.slice(2) })) };
}

function checkLength(
  items: readonly unknown[],
  { maxItems }: Pick<WriteRun, 'maxItems'>,
  list: string,
): void {
  if (items.length === 0) throw badInput(`input.${list}`, 'is empty.');
  if (items.length > maxItems)
    throw badInput(`input.${list}`, `contains ${items.length} items; at most ${maxItems} are allowed.`);
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
    message: `The item at index ${index} refers to the same record; only that item was sent.`,
    field: null,
  };
}

/** Writes one batch. It ends when every item has a result. */
async function writeBatch<I extends object, R>(
  run: WriteRun,
  spec: WriteSpec<I, R>,
  batch: readonly I[],
  verdicts: Map<I, Verdict<R>>,
): Promise<void> {
  const begunAt = run.now();
  let callsToDivide = CALLS_TO_DIVIDE;
  /** Until when an earlier attempt can still take effect, although a read-back shows its values already. */
  let landsUntil = begunAt;
  await write(await worthSending(batch), 1);
  // A late attempt would overwrite the caller's next write, so nothing is reported until none can take effect.
  await nothingLands();

  /** Time before the first call, by the store's clock. Its estimate improves with every response. */
  function since(): Date {
    const begun = run.storeNow() - (run.now() - begunAt) - CLOCKS_APART_MS;
    // The store's timestamps have a resolution of one second.
    return new Date(Math.floor(begun / 1000) * 1000);
  }

  function settle(items: readonly I[], result: Verdict<R>): void {
    for (const item of items) verdicts.set(item, result);
  }

  function succeed(item: I, record: R): void {
    const outcome = typeof spec.outcome === 'string' ? spec.outcome : spec.outcome(record, since(), item);
    verdicts.set(item, succeeded(outcome, record));
  }

  async function worthSending(items: readonly I[]): Promise<readonly I[]> {
    if (!spec.learn || run.signal.aborted) return items;
    try {
      const known = await spec.learn(items);
      for (const [item, result] of known) verdicts.set(item, result);
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
        // An earlier attempt may have arrived.
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
    // Items that are missing in this response may have been written by an earlier attempt.
    const open = leftOut && attempt === 1 ? left : (await look(left)).open;
    const explained = leftOut ? await untilRead(open, leftOut) : new Map<I, Verdict<R>>();
    for (const item of open) verdicts.set(item, explained.get(item) ?? OUTCOME_UNKNOWN);
  }

  async function refused(items: readonly I[], rejection: Refusal, attempt: number): Promise<void> {
    const whole = wholeProblem(rejection);
    // The store did not process this attempt, but may have processed an earlier one.
    if (whole && attempt > 1) return unsettled(items, attempt);
    if (whole) return settle(items, failed(whole));
    // Some error responses contain the records that were written.
    const { matched, left } = match(items, partOf(rejection.body, items), spec);
    for (const [item, record] of matched) succeed(item, record);
    if (left.length === 0) return;
    if (isTooMany(rejection) && left.length > 1) return inHalves(left, attempt);
    const errors = blameOf(rejection, { items, left, mentions: spec.mentions, placesOf: spec.placesOf });
    const named = left.filter((item) => errors.has(item));
    // After a lost response, the error may be caused by the success of the first attempt.
    const notWritten = attempt === 1 ? named : await absentOf(named);
    for (const item of notWritten) verdicts.set(item, failed(errors.get(item) ?? UNDECIDED));
    const others = left.filter((item) => !errors.has(item));
    if (others.length === 0) return;
    // The store can write part of a batch that it rejects, so a read-back comes before the next attempt.
    const unwritten = await absentOf(others);
    if (named.length > 0 || matched.size > 0) return write(unwritten, attempt);
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
    // In sequence, because the result of the second half can depend on the first.
    await write(items.slice(0, middle), attempt);
    await write(items.slice(middle), attempt);
  }

  /** The items that the store certainly does not have. The others get their results. */
  async function absentOf(items: readonly I[]): Promise<readonly I[]> {
    await nothingLands();
    const { absent, open } = await look(items);
    settle(
      open.filter((item) => !absent.includes(item)),
      OUTCOME_UNKNOWN,
    );
    return absent;
  }

  /**
   * Reads items back until they are found, and sends them again if that is allowed. The rest gets UNKNOWN or FAILED.
   */
  async function unsettled(items: readonly I[], attempt: number): Promise<void> {
    const { repeat } = spec.rule;
    const isSafe = repeat === 'safe' || repeat === 'harmless';
    // A created or deleted record stays so. An updated one may have been updated again by another writer.
    const isLasting = repeat === 'when-absent' || repeat === 'harmless';
    const mayRepeat = (item: I) => spec.mayRepeat?.(item) ?? repeat !== 'never';
    const overAt = run.now() + run.settleMs;
    // The store may have had the values before, or from another writer, so finding them does not prove that this write
    // has arrived.
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
      // If a repeat is safe, it is sent immediately. Otherwise the item must still be absent after the settle time.
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

  /**
   * Reads items back. Those that are written or gone get their results; `open` are the others, `absent` a part of them.
   */
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

  /** Reads until every item has been read, or the tries are used up. */
  async function untilRead<T>(
    items: readonly I[],
    read: (items: readonly I[]) => Promise<ReadonlyMap<I, T>>,
  ): Promise<ReadonlyMap<I, T>> {
    const known = new Map<I, T>();
    for (let tries = 1; ; tries += 1) {
      const missing = items.filter((item) => !known.has(item));
      if (missing.length === 0) return known;
      for (const [item, value] of await orNothing(read(missing))) known.set(item, value);
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
/** Maximum clock skew between the store's machines. */
const CLOCKS_APART_MS = 2_000;

const NEVER_ARRIVED: Problem = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: "The store's response was lost, and a read-back shows that nothing was written.",
  field: null,
};
const NOT_FOUND: Problem = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null };
const UNDECIDED: Problem = {
  code: 'BATCH_REJECTED',
  message: 'The store rejected this item together with others, without naming the invalid ones.',
  field: null,
};

/** Finds the record of each item in a response. One remaining item and one remaining record belong together. */
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
  // The store can normalise a value. With one item and one record left, the match is certain.
  if (left.length === 1 && unclaimed.size === 1 && items.length === records.length) {
    matched.set(lastItem as I, lastRecord as R);
    return { matched, left: [] };
  }
  return { matched, left };
}
