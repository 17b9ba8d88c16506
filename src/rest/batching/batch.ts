import { AsyncLocalStorage } from 'node:async_hooks';
import { GatewayError } from '../../errors.ts';
import { createSharedOrigin, type SharedOrigin } from '../../governor/shared-origin.ts';
import type { Key, KeyFilter, Layer, RestCall } from '../client/call.ts';
import { isSplittable } from '../errors.ts';
import { MAX_IN_VALUES, MAX_URL_LENGTH } from '../limits.ts';
import { LONGEST_PAGE_PARAMETERS, readPage } from '../wire/page.ts';
import { queryString } from '../wire/query.ts';
import { untilAborted } from './deduplicate.ts';
import type { SharingPeriod } from './sharing-period.ts';
import { type BatchSchedule, whenIdle } from './when-idle.ts';

export interface BatchOptions {
  readonly period: SharingPeriod;
  /** Length of a URL before the path of a call, in characters. */
  readonly urlPrefixLength: number;
  /** Decides when a batch is sent. @default when the event loop is idle */
  readonly schedule?: BatchSchedule;
}

type Lookup = RestCall & { readonly keys: KeyFilter };

/** A lookup that waits for the answer to its batch. */
interface Waiter {
  readonly lookup: Lookup;
  /** Runs a function on behalf of the lookup, so its call is attributed to the field that needs it. */
  readonly run: <T>(work: () => T) => T;
  readonly answer: PromiseWithResolvers<unknown>;
  /** Changes when the batch is sent, and when it is split. */
  batch: Batch;
}

/** Lookups that share one call. They differ only in their keys and includes. */
interface Batch {
  readonly name: string;
  readonly waiters: Set<Waiter>;
  readonly keys: Set<Key>;
  readonly include: Set<string>;
  /** Length of the URL, in characters. Counted while lookups are added. */
  urlLength: number;
  /** The period in which it was sent. */
  period: number;
  readonly controller: AbortController;
  /** The lane and deadline of the call: the best of its lookups. Null until it is queued. */
  origin: SharedOrigin | null;
}

/**
 * Makes one call of the lookups that arrive in the same turn of the event loop, or while the call waits in the queue, and
 * gives each its own records. A lookup that a batch in flight covers waits for that batch. A batch that the store rejects
 * is split among its lookups, so no lookup fails because of the keys or includes of another.
 */
export function batch(
  { period, urlPrefixLength, schedule = whenIdle }: BatchOptions,
  next: Layer<unknown>,
): Layer<unknown> {
  /** By name, the batch that lookups can still join. */
  const open = new Map<string, Batch>();
  const inFlight = new Map<string, Set<Batch>>();

  function createBatch(name: string, waiters: readonly Waiter[] = []): Batch {
    const created: Batch = {
      name,
      waiters: new Set(waiters),
      keys: new Set(waiters.flatMap(({ lookup }) => lookup.keys.values)),
      include: new Set(waiters.flatMap(({ lookup }) => lookup.include ?? [])),
      urlLength: 0,
      period: period.number,
      controller: new AbortController(),
      origin: null,
    };
    for (const waiter of waiters) waiter.batch = created;
    return created;
  }

  function openBatch(name: string, lookup: Lookup): Batch {
    const opened = createBatch(name);
    opened.urlLength = urlPrefixLength + emptyLength(lookup);
    open.set(name, opened);
    schedule(
      () => enqueue(opened),
      () => opened.waiters.size,
    );
    return opened;
  }

  /** The open batch if it has room for a lookup, else a new one. */
  function batchFor(name: string, lookup: Lookup): Batch {
    const current = open.get(name) ?? openBatch(name, lookup);
    const keys = lookup.keys.values.filter((key) => !current.keys.has(key));
    const include = (lookup.include ?? []).filter((part) => !current.include.has(part));
    const added = [...keys, ...include].reduce<number>((sum, each) => sum + encodedLength(each), 0);
    const fits =
      current.keys.size + keys.length <= MAX_IN_VALUES && current.urlLength + added <= MAX_URL_LENGTH;
    if (!fits && current.keys.size > 0) {
      open.delete(name);
      return batchFor(name, lookup);
    }
    for (const key of keys) current.keys.add(key);
    for (const part of include) current.include.add(part);
    current.urlLength += added;
    return current;
  }

  /** A batch in flight that asks for everything that a lookup asks for. */
  function covering(name: string, { keys, include = [] }: Lookup): Batch | undefined {
    for (const sent of inFlight.get(name) ?? []) {
      const covers =
        sent.period === period.number &&
        keys.values.every((key) => sent.keys.has(key)) &&
        include.every((part) => sent.include.has(part));
      if (covers) return sent;
    }
    return undefined;
  }

  function enqueue(sent: Batch): void {
    const waiters = [...sent.waiters];
    const host = waiters.find(({ lookup }) => lookup.requester.callLog.remainingReads() > 0) ?? waiters[0];
    if (host === undefined) {
      forget(sent);
      return;
    }
    const origin = createSharedOrigin(host.lookup.requester.origin);
    sent.origin = origin;
    for (const waiter of waiters) {
      if (waiter === host) continue;
      waiter.lookup.requester.callLog.countCoalesced(1);
      origin.join(waiter.lookup.requester.origin);
    }
    host
      .run(() => next(callOf(sent, host.lookup, origin, () => start(sent))))
      .then(
        (body) => {
          forget(sent);
          for (const { answer } of sent.waiters) answer.resolve(body);
        },
        (error: unknown) => {
          forget(sent);
          if (isOwnLimit(error)) failHost(sent, host, error);
          else fail(sent, error);
        },
      );
  }

  /** Closes a batch that leaves the queue. Drops the keys of those that have aborted. */
  function start(sent: Batch): void {
    const { name, waiters, keys, include } = sent;
    if (open.get(name) === sent) open.delete(name);
    const started = inFlight.get(name) ?? new Set();
    if (waiters.size === 0 || started.has(sent)) return;
    inFlight.set(name, started.add(sent));
    sent.period = period.number;
    keys.clear();
    include.clear();
    for (const { lookup } of waiters) {
      for (const key of lookup.keys.values) keys.add(key);
      for (const part of lookup.include ?? []) include.add(part);
    }
  }

  /** Ends an operation that has used up its calls. The others go on without it. */
  function failHost({ name, waiters }: Batch, host: Waiter, error: unknown): void {
    host.answer.reject(error);
    enqueue(
      createBatch(
        name,
        [...waiters].filter((waiter) => waiter !== host),
      ),
    );
  }

  /** Splits a rejected batch until those that asked for what was rejected are alone. */
  function fail(failed: Batch, error: unknown): void {
    const groups = isSplittable(error) ? groupByQuery(failed.waiters) : [];
    if (groups.length < 2) {
      for (const { answer } of failed.waiters) answer.reject(error);
      return;
    }
    const middle = Math.ceil(groups.length / 2);
    for (const half of [groups.slice(0, middle), groups.slice(middle)]) {
      const part = createBatch(failed.name, half.flat());
      // The store has just rejected this call.
      if (part.keys.size === failed.keys.size && part.include.size === failed.include.size) fail(part, error);
      else enqueue(part);
    }
  }

  function forget(sent: Batch): void {
    if (open.get(sent.name) === sent) open.delete(sent.name);
    const batches = inFlight.get(sent.name);
    batches?.delete(sent);
    if (batches?.size === 0) inFlight.delete(sent.name);
  }

  function leave(waiter: Waiter): void {
    const { batch: left, lookup } = waiter;
    left.waiters.delete(waiter);
    if (left.waiters.size > 0) return;
    forget(left);
    left.controller.abort(lookup.requester.signal?.reason);
  }

  return async (call) => {
    const { requester, keys } = call;
    const { signal, callLog } = requester;
    if (signal === undefined || !keys?.mergeable) return next(call);
    signal.throwIfAborted();
    const lookup: Lookup = { ...call, keys };
    const name = nameOf(lookup);
    const joined = covering(name, lookup) ?? batchFor(name, lookup);
    if (joined.origin !== null) {
      callLog.countCoalesced(1);
      joined.origin.join(requester.origin);
    }
    const waiter: Waiter = {
      lookup,
      run: AsyncLocalStorage.snapshot(),
      answer: Promise.withResolvers(),
      batch: joined,
    };
    joined.waiters.add(waiter);
    try {
      return ownRecords(await untilAborted(waiter.answer.promise, signal), keys);
    } finally {
      leave(waiter);
    }
  };
}

/** What lookups of one call have in common. */
function nameOf({ path, keys, parameters }: Lookup): string {
  return `${path} ${keys.name} ${queryString(parameters)}`;
}

/** Length of the URL of a lookup without its keys and includes. */
function emptyLength({ path, keys, parameters }: Lookup): number {
  const names: readonly (readonly [string, string])[] = [
    ['include', ''],
    [keys.name, ''],
  ];
  return path.length + 1 + queryString([...names, ...parameters, ...LONGEST_PAGE_PARAMETERS]).length;
}

function encodedLength(value: Key): number {
  return encodeURIComponent(value).length + 1;
}

/** @param start called when the call leaves the queue */
function callOf(
  sent: Batch,
  { keys, include, requester, ...call }: Lookup,
  origin: SharedOrigin,
  start: () => void,
): RestCall {
  const filter = () => ({ keys: { ...keys, values: [...sent.keys] }, include: [...sent.include] });
  return {
    ...call,
    ...filter(),
    requester: { ...requester, origin },
    ownPart: { keys, ...(include && { include }) },
    signal: sent.controller.signal,
    atStart() {
      start();
      return filter();
    },
  };
}

/** Groups the waiters that ask for the same, since they get the same answer. */
function groupByQuery(waiters: Iterable<Waiter>): Waiter[][] {
  const queryOf = ({ lookup }: Waiter) => JSON.stringify([lookup.keys.values, lookup.include]);
  return [...Map.groupBy(waiters, queryOf).values()];
}

function isOwnLimit(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'OPERATION_TOO_EXPENSIVE';
}

/** The records of some keys, and those that do not say their key, as a page. */
function ownRecords(body: unknown, { values, keyOf }: KeyFilter): { readonly data: readonly unknown[] } {
  const own = new Set<Key | null>([...values, null]);
  return { data: readPage(body, (record) => record).items.filter((record) => own.has(keyOf(record))) };
}
