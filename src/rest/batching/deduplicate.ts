import { createSharedOrigin, type SharedOrigin } from '../../governor/shared-origin.ts';
import { type Layer, queryOf, type RestCall } from '../client/call.ts';
import type { SharingPeriod } from './sharing-period.ts';

interface ReadInFlight {
  readonly answer: Promise<unknown>;
  readonly controller: AbortController;
  /** The lane and deadline of the read: the best of its callers. */
  readonly origin: SharedOrigin;
  /** Number of callers that wait for the answer. */
  waiters: number;
}

/**
 * Makes one call of identical reads in flight (singleflight). A caller that aborts stops waiting; the read is aborted
 * when its last caller aborts. Mergeable lookups pass: the next layer shares them by key.
 */
export function deduplicate(period: SharingPeriod, next: Layer<unknown>): Layer<unknown> {
  const inFlight = new Map<string, ReadInFlight>();

  function startRead(key: string, call: RestCall): ReadInFlight {
    const controller = new AbortController();
    const origin = createSharedOrigin(call.requester.origin);
    const requester = { ...call.requester, origin };
    const answer = next({ ...call, requester, signal: controller.signal });
    const read = { answer, controller, origin, waiters: 0 };
    inFlight.set(key, read);
    const forget = () => inFlight.get(key) === read && inFlight.delete(key);
    read.answer.then(forget, forget);
    return read;
  }

  return async (call) => {
    const { signal, callLog } = call.requester;
    if (signal === undefined || call.keys?.mergeable) return next(call);
    signal.throwIfAborted();
    const { path, allPages = false, timeoutMs = 0 } = call;
    const key = `${period.number} ${allPages} ${timeoutMs} ${path}?${queryOf(call)}`;
    const known = inFlight.get(key);
    const read = known ?? startRead(key, call);
    if (known !== undefined) {
      callLog.countCoalesced(1);
      known.origin.join(call.requester.origin);
    }
    read.waiters += 1;
    try {
      return await untilAborted(read.answer, signal);
    } finally {
      read.waiters -= 1;
      // After an answer there is nothing to abort. Forgotten first, so no caller joins a read that is being aborted.
      if (read.waiters === 0 && signal.aborted) {
        if (inFlight.get(key) === read) inFlight.delete(key);
        read.controller.abort(signal.reason);
      }
    }
  };
}

/** Settles like `answer`, or rejects with the signal's reason if it is aborted first. */
export function untilAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
