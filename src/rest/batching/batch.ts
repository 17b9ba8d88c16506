import { GatewayError } from '../../errors.ts';
import { createSharedOrigin, type SharedOrigin } from '../../governor/shared-origin.ts';
import type { Key, KeyFilter, Layer, RestCall } from '../client/call.ts';
import { isSplittable } from '../errors.ts';
import { readPage } from '../wire/page.ts';
import { untilAborted } from './deduplicate.ts';
import { createJoinableBatches, type JoinableBatches } from './joinable-batches.ts';
import {
  createLookupBatch,
  groupByQuery,
  type Lookup,
  type LookupBatch,
  type Waiter,
} from './lookup-batch.ts';
import { createSharedCallLog } from './shared-call-log.ts';
import type { SharingPeriod } from './sharing-period.ts';
import { type BatchSchedule, whenIdle } from './when-idle.ts';

export interface BatchOptions {
  readonly period: SharingPeriod;
  /** Length of a URL before the path of a call, in characters. */
  readonly urlPrefixLength: number;
  /** Decides when a batch is sent. @default when the event loop is idle */
  readonly schedule?: BatchSchedule;
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
  const batches = createJoinableBatches(period, urlPrefixLength, (opened) =>
    schedule(
      () => enqueue(opened),
      () => opened.waiters.size,
    ),
  );

  function enqueue(sent: LookupBatch): void {
    const host = chooseHost(sent);
    if (host === undefined) {
      batches.remove(sent);
      return;
    }
    const origin = shareOrigin(sent, host);
    const callLog = createSharedCallLog(host, sent.waiters);
    const requester = { ...host.lookup.requester, origin, callLog };
    host
      .run(() => next(callOf(sent, { ...host.lookup, requester }, () => batches.start(sent))))
      .then(
        (body) => {
          end(sent);
          callLog.settle(({ lookup }) => ownRecords(body, lookup.keys).data.length);
          for (const { answer } of sent.waiters) answer.resolve(body);
        },
        (error: unknown) => {
          end(sent);
          fail(sent, error, [...sent.rejected, callLog]);
        },
      );
  }

  function end(batch: LookupBatch): void {
    batch.hasEnded = true;
    batches.remove(batch);
  }

  /** Splits a rejected batch until those that asked for what was rejected, or for too many pages, are alone. */
  function fail(failed: LookupBatch, error: unknown, rejected: LookupBatch['rejected']): void {
    const groups = isSplittable(error) || isOwnLimit(error) ? groupByQuery(failed.waiters) : [];
    if (groups.length < 2) {
      for (const waiter of failed.waiters) {
        for (const log of rejected) log.blame(waiter);
        waiter.answer.reject(error);
      }
      return;
    }
    const middle = Math.ceil(groups.length / 2);
    for (const half of [groups.slice(0, middle), groups.slice(middle)]) {
      const part = createLookupBatch(failed.name, period.number, half.flat(), 0, rejected);
      // The store has just rejected this call.
      if (part.keys.size === failed.keys.size && part.include.size === failed.include.size)
        fail(part, error, rejected);
      else enqueue(part);
    }
  }

  return (call) => {
    const { requester, keys } = call;
    const { signal } = requester;
    if (signal === undefined || !keys?.mergeable) return next(call);
    if (signal.aborted) return Promise.reject(signal.reason);
    const lookup: Lookup = { ...call, keys };
    const waiter = join(batches.find(lookup), lookup);
    const body = untilAborted(waiter.answer.promise, signal, () => leave(waiter, batches));
    return body.then((records) => ownRecords(records, keys));
  };
}

/** Adds a lookup to the waiters of a batch, which may be in the queue or in flight. */
function join(joined: LookupBatch, lookup: Lookup): Waiter {
  const { origin, callLog } = lookup.requester;
  if (joined.origin !== null) {
    callLog.countCoalesced(1);
    joined.origin.join(origin);
  }
  const waiter: Waiter = { lookup, run: callLog.keepField(), answer: Promise.withResolvers(), batch: joined };
  joined.waiters.add(waiter);
  return waiter;
}

/** Removes a lookup from its batch. Aborts the call if no other one waits for it. */
function leave(waiter: Waiter, batches: JoinableBatches): void {
  const { batch: left, lookup } = waiter;
  left.waiters.delete(waiter);
  if (left.waiters.size > 0 || left.hasEnded) return;
  batches.remove(left);
  left.canceller.abort(lookup.requester.signal?.reason);
}

/** The lookup whose operation makes the call: the first one that may still make calls. */
function chooseHost({ waiters }: LookupBatch): Waiter | undefined {
  const mayCall = ({ lookup }: Waiter) => lookup.requester.callLog.remainingReads() > 0;
  return [...waiters].find(mayCall) ?? waiters.values().next().value;
}

/** Gives a batch the best lane and the latest deadline of its lookups. */
function shareOrigin(batch: LookupBatch, host: Waiter): SharedOrigin {
  const shared = createSharedOrigin(host.lookup.requester.origin);
  batch.origin = shared;
  for (const waiter of batch.waiters) {
    if (waiter === host) continue;
    const { callLog, origin } = waiter.lookup.requester;
    callLog.countCoalesced(1);
    shared.join(origin);
  }
  return shared;
}

/** @param start called when the call leaves the queue */
function callOf(sent: LookupBatch, { keys, include, ...call }: Lookup, start: () => void): RestCall {
  const filter = () => ({ keys: { ...keys, values: [...sent.keys] }, include: [...sent.include] });
  return {
    ...call,
    ...filter(),
    ownPart: { keys, ...(include && { include }) },
    signal: sent.canceller.signal,
    atStart() {
      start();
      return filter();
    },
  };
}

function isOwnLimit(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'OPERATION_TOO_EXPENSIVE';
}

/** The records of some keys, and those that do not say their key, as a page. */
function ownRecords(body: unknown, { values, keyOf }: KeyFilter): { readonly data: readonly unknown[] } {
  const own = new Set<Key | null>([...values, null]);
  return { data: readPage(body, (record) => record).items.filter((record) => own.has(keyOf(record))) };
}
