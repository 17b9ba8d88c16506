import type { Context } from '../../context.ts';
import { badInput, GatewayError } from '../../errors.ts';
import type { WriteOperation } from '../../rest/operations.ts';
import type { WriteReply } from '../../rest/writes/reply.ts';
import { type MatchRules, matchRecords } from './match.ts';
import {
  CANCELLED,
  createPayload,
  failed,
  type ItemError,
  type ItemResult,
  notAttempted,
  notSent,
  OUTCOME_UNKNOWN,
  succeeded,
  type WriteOutcome,
  type WritePayload,
  type WriteResult,
} from './results.ts';

/** State of an item according to a read-back. */
export type ReadBack<R> =
  /** The store has the written values. */
  | { readonly state: 'written'; readonly record: R }
  /** The store does not have them. A write whose response was lost can still take effect. */
  | { readonly state: 'absent' }
  /** The record to write to does not exist. */
  | { readonly state: 'gone' }
  /** No read can show it. */
  | { readonly state: 'unclear' };

/** Outcome of a successful write. */
export type SuccessOutcome = Extract<WriteOutcome, 'CREATED' | 'UPDATED' | 'DELETED'>;

/** How one kind of write works. `I` is an input item, `R` the record that it writes. */
export interface WriteSpec<I extends object, R> {
  /** Name of the list in the input, for error paths. */
  readonly list: string;
  readonly operation: Pick<WriteOperation, 'maxItems' | 'retry'>;
  /** Outcome of a successful write. For an upsert it depends on the record and its previous state. */
  readonly outcome: SuccessOutcome | ((record: R, since: Date, item: I) => SuccessOutcome);
  /** Validates an item before anything is sent. */
  readonly check: (item: I) => readonly ItemError[];
  /** Identifies the record of an item. Two items with the same key are duplicates. */
  readonly keyOf: (item: I) => string;
  /**
   * Result of a duplicate, from the result of the first item with its key.
   * @default INVALID, with the first item's index
   */
  readonly onDuplicate?: (first: ItemResult<R>) => ItemResult<R>;
  readonly send: (items: readonly I[]) => Promise<WriteReply<R>>;
  /** Splits the items into calls. @default as many items per call as the operation allows */
  readonly batches?: (items: readonly I[]) => readonly (readonly I[])[];
  /** Results that are known before anything is sent, for example NOT_FOUND. These items are not sent. */
  readonly precheck?: (items: readonly I[]) => Promise<ReadonlyMap<I, ItemResult<R>>>;
  readonly match: MatchRules<I, R>;
  /**
   * Reads the current state of each item. Items that could not be read are left out. `since` is a time, by the store's
   * clock, before the first call was sent.
   */
  readonly readBack: (items: readonly I[], since: Date) => Promise<ReadonlyMap<I, ReadBack<R>>>;
  /** Results of items that the store accepted and left out of its response. @default what a read-back shows */
  readonly explainMissing?: (items: readonly I[]) => Promise<ReadonlyMap<I, ItemResult<R>>>;
  /** Whether this item can be sent again. @default as the operation says */
  readonly mayRetry?: (item: I) => boolean;
}

const MAX_ATTEMPTS = 6;
/** Enough to settle every item if one call in five fails. */
const MAX_READ_ATTEMPTS = 8;
/** Maximum number of calls to bisect a batch that the store rejects without naming an item. */
const MAX_BISECT_CALLS = 24;

/** What a write needs of the request's context. */
export type RunContext = Pick<Context, 'writes' | 'loaders'>;

/**
 * Runs a write of any length up to `maxItems`. Every item gets a result, in the order of the input. Afterwards nothing
 * that the request has read before counts as known.
 * @throws GatewayError BAD_USER_INPUT if the list is empty or too long
 */
export async function runWrites<I extends object, R>(
  { writes: run, loaders }: RunContext,
  spec: WriteSpec<I, R>,
  input: readonly I[],
): Promise<WritePayload<R>> {
  checkLength(input, run, spec.list);
  // The same object can occur twice in a list. Copies give each position its own result.
  const items = input.map((item) => ({ ...item }));
  const results = new Map<I, ItemResult<R>>();
  const valid = items.filter((item) => {
    const errors = spec.check(item);
    if (errors.length > 0) results.set(item, failed(...errors));
    return errors.length === 0;
  });
  const { firsts, repeats } = separateDuplicates(valid, spec);
  const batches = spec.batches?.(firsts) ?? splitIntoBatches(firsts, spec.operation.maxItems);
  // An unexpected error in one batch does not prevent the others from being settled.
  const ends = await run.waitUntil(
    Promise.allSettled(batches.map((batch) => writeBatch(run, spec, batch, results))),
  );
  loaders.clear();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  for (const [item, first] of repeats) {
    const firstResult = results.get(first) ?? OUTCOME_UNKNOWN;
    results.set(item, spec.onDuplicate?.(firstResult) ?? failed(duplicateError(items.indexOf(first))));
  }
  return createPayload(
    spec.list,
    items.map((item) => results.get(item) ?? OUTCOME_UNKNOWN),
  );
}

/** Runs a write of one record. Its error paths have no list name and index. */
export async function runWrite<I extends object, R>(
  ctx: RunContext,
  spec: Omit<WriteSpec<I, R>, 'list' | 'keyOf'>,
  input: I,
): Promise<Pick<WriteResult<R>, 'outcome' | 'errors' | 'record'>> {
  const { results } = await runWrites(ctx, { ...spec, list: 'input', keyOf: () => '' }, [input]);
  const [{ outcome, errors, record }] = results as [WriteResult<R>];
  return { outcome, record, errors: errors.map((error) => ({ ...error, path: error.path.slice(2) })) };
}

function checkLength(
  items: readonly unknown[],
  { maxItems }: Pick<Context['writes'], 'maxItems'>,
  list: string,
): void {
  if (items.length === 0) throw badInput(`input.${list}`, 'is empty.');
  if (items.length > maxItems)
    throw badInput(`input.${list}`, `contains ${items.length} items; at most ${maxItems} are allowed.`);
}

function splitIntoBatches<I>(items: readonly I[], size: number): readonly (readonly I[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

function separateDuplicates<I extends object, R>(items: readonly I[], { keyOf }: WriteSpec<I, R>) {
  const byKey = new Map<string, I>();
  const repeats = new Map<I, I>();
  for (const item of items) {
    const first = byKey.get(keyOf(item));
    if (first === undefined) byKey.set(keyOf(item), item);
    else repeats.set(item, first);
  }
  return { firsts: [...byKey.values()], repeats };
}

function duplicateError(index: number): ItemError {
  return {
    code: 'INVALID',
    message: `The item at index ${index} refers to the same record; only that item was sent.`,
    field: null,
  };
}

/** Writes one batch. It ends when every item has a result. */
async function writeBatch<I extends object, R>(
  run: Context['writes'],
  spec: WriteSpec<I, R>,
  batch: readonly I[],
  results: Map<I, ItemResult<R>>,
): Promise<void> {
  const begunAt = run.now();
  let callsToDivide = MAX_BISECT_CALLS;
  /** Until when an earlier attempt can still take effect, although a read-back shows its values already. */
  let landsUntil = begunAt;
  await write(await worthSending(batch), 1);
  // A late attempt would overwrite the caller's next write, so nothing is reported until none can take effect.
  await nothingLands();

  /** Time before the first call, by the store's clock. Its estimate improves with every response. */
  function since(): Date {
    const begun = run.storeNow() - (run.now() - begunAt) - MAX_CLOCK_SKEW_MS;
    // The store's timestamps have a resolution of one second.
    return new Date(Math.floor(begun / 1000) * 1000);
  }

  function settle(items: readonly I[], result: ItemResult<R>): void {
    for (const item of items) results.set(item, result);
  }

  function succeed(item: I, record: R): void {
    const outcome = typeof spec.outcome === 'string' ? spec.outcome : spec.outcome(record, since(), item);
    results.set(item, succeeded(outcome, record));
  }

  async function worthSending(items: readonly I[]): Promise<readonly I[]> {
    if (!spec.precheck || run.signal.aborted) return items;
    try {
      const known = await spec.precheck(items);
      for (const [item, result] of known) results.set(item, result);
      return items.filter((item) => !known.has(item));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      settle(items, notSent(error));
      return [];
    }
  }

  async function write(items: readonly I[], attempt: number): Promise<void> {
    if (items.length === 0) return;
    if (run.signal.aborted && attempt === 1) return settle(items, notAttempted(CANCELLED));
    const reply = await spec.send(items);
    switch (reply.outcome) {
      case 'accepted':
        return done(items, reply.records, attempt);
      case 'rejected':
        return refused(items, reply, attempt);
      case 'not-sent':
        // An earlier attempt may have arrived.
        if (attempt > 1) return unsettled(items, attempt);
        return settle(items, run.signal.aborted ? notAttempted(CANCELLED) : notSent(reply.error));
      case 'unknown':
        return unsettled(items, attempt);
    }
  }

  async function done(items: readonly I[], records: readonly (R | null)[], attempt: number): Promise<void> {
    const { matched, missing, ambiguous } = matchRecords(items, records, spec.match);
    for (const [item, record] of matched) succeed(item, record);
    const { explainMissing } = spec;
    // Items that are missing in a later response may have been written by an earlier attempt.
    const isCertain = explainMissing !== undefined && attempt === 1;
    const { open } = await look(isCertain ? ambiguous : [...missing, ...ambiguous]);
    settle(open, OUTCOME_UNKNOWN);
    if (!explainMissing) return;
    const unexplained = isCertain ? missing : open.filter((item) => missing.includes(item));
    settle(unexplained, OUTCOME_UNKNOWN);
    for (const [item, result] of await untilRead(unexplained, explainMissing)) {
      // A record that was not found can be the one that an earlier attempt wrote.
      if (isCertain || result.record !== null) results.set(item, result);
    }
  }

  async function refused(
    items: readonly I[],
    { records, rejection }: Extract<WriteReply<R>, { readonly outcome: 'rejected' }>,
    attempt: number,
  ): Promise<void> {
    const whole = rejection.callReason;
    // The store did not process this attempt, but may have processed an earlier one.
    if (whole && attempt > 1) return unsettled(items, attempt);
    if (whole) return settle(items, failed(whole));
    const { matched } = matchRecords(items, records, spec.match);
    for (const [item, record] of matched) succeed(item, record);
    const left = items.filter((item) => !matched.has(item));
    if (left.length === 0) return;
    if (rejection.isBatchTooLarge && left.length > 1) return inHalves(left, attempt);
    const reasons = rejection.reasonsFor(left.map((item) => items.indexOf(item)));
    const errors = new Map([...reasons].map(([index, reason]) => [items[index], reason]));
    const named = left.filter((item) => errors.has(item));
    // After a lost response, the error may be caused by the success of the first attempt.
    const notWritten = attempt === 1 ? named : await absentOf(named);
    for (const item of notWritten) results.set(item, failed(errors.get(item) ?? BATCH_REJECTED));
    const others = left.filter((item) => !errors.has(item));
    if (others.length === 0) return;
    // The store can write part of a batch that it rejects, so a read-back comes before the next attempt.
    const unwritten = await absentOf(others);
    if (named.length > 0 || matched.size > 0) return write(unwritten, attempt);
    if (callsToDivide <= 0) return settle(unwritten, failed(BATCH_REJECTED));
    callsToDivide -= 2;
    return inHalves(unwritten, attempt);
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
    const { retry } = spec.operation;
    const isSafe = retry === 'last-write-wins' || retry === 'idempotent';
    // A created or deleted record stays so. An updated one may have been updated again by another writer.
    const isLasting = retry === 'if-absent' || retry === 'idempotent';
    const mayRetry = (item: I) => spec.mayRetry?.(item) ?? retry !== 'never';
    const overAt = run.now() + run.lateWriteMs;
    // The store may have had the values before, or from another writer, so finding them does not prove that this write
    // has arrived.
    if (retry === 'last-write-wins') landsUntil = Math.max(landsUntil, overAt);
    let remaining = items;
    let unwritten: readonly I[] = [];
    let isOver = false;
    for (
      let wait = INITIAL_DELAY_MS;
      remaining.length > 0 && !isOver;
      wait = Math.min(wait * 2, MAX_DELAY_MS)
    ) {
      await run.sleep(wait);
      isOver = run.now() >= overAt;
      const { open, absent } = await look(remaining);
      // If a repeat is safe, it is sent immediately. Otherwise the item must still be absent after the settle time.
      const ready = isSafe ? open : isOver ? absent : [];
      const mayGoOn = attempt < MAX_ATTEMPTS && !run.signal.aborted;
      const again = mayGoOn ? ready.filter(mayRetry) : [];
      remaining = open.filter((item) => !again.includes(item));
      unwritten = isOver && isLasting ? remaining.filter((item) => absent.includes(item)) : [];
      await write(again, attempt + 1);
    }
    settle(remaining, OUTCOME_UNKNOWN);
    settle(unwritten, failed(NOT_WRITTEN));
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
      if (state?.state === 'gone') results.set(item, failed(NOT_FOUND));
      else if (state?.state === 'written') succeed(item, state.record);
      return state?.state !== 'gone' && state?.state !== 'written';
    });
    return { open, absent: open.filter((item) => found.get(item)?.state === 'absent') };
  }

  function readBack(items: readonly I[]): Promise<ReadonlyMap<I, ReadBack<R>>> {
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
      for (const [item, value] of await emptyOnError(read(missing))) known.set(item, value);
      if (known.size === items.length || tries === MAX_READ_ATTEMPTS) return known;
      await run.sleep(Math.min(INITIAL_DELAY_MS * 2 ** tries, MAX_DELAY_MS));
    }
  }
}

async function emptyOnError<I, T>(read: Promise<ReadonlyMap<I, T>>): Promise<ReadonlyMap<I, T>> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof GatewayError) return new Map();
    throw error;
  }
}

const INITIAL_DELAY_MS = 100;
const MAX_DELAY_MS = 2_000;
/** Maximum clock skew between the store's machines. */
const MAX_CLOCK_SKEW_MS = 2_000;

const NOT_WRITTEN: ItemError = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: "The store's response was lost, and a read-back shows that nothing was written.",
  field: null,
};
const NOT_FOUND: ItemError = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null };
const BATCH_REJECTED: ItemError = {
  code: 'BATCH_REJECTED',
  message: 'The store rejected this item together with others, without naming the invalid ones.',
  field: null,
};
