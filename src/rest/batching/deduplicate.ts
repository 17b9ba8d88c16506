import { type Canceller, type CancelSignal, createCanceller } from '../../cancel-signal.ts';
import { createSharedOrigin, type SharedOrigin } from '../../governor/shared-origin.ts';
import { RenewedMap } from '../../renewed-collections.ts';
import { type Layer, queryOf, type RestCall } from '../client/call.ts';
import type { SharingPeriod } from './sharing-period.ts';

interface ReadInFlight {
  readonly answer: Promise<unknown>;
  readonly canceller: Canceller;
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
  const inFlight = new RenewedMap<string, ReadInFlight>();

  function startRead(key: string, call: RestCall): ReadInFlight {
    const canceller = createCanceller();
    const origin = createSharedOrigin(call.requester.origin);
    const requester = { ...call.requester, origin };
    const answer = next({ ...call, requester, signal: canceller.signal });
    const read = { answer, canceller, origin, waiters: 0 };
    inFlight.set(key, read);
    return read;
  }

  function joinRead(read: ReadInFlight, { callLog, origin }: RestCall['requester']): void {
    callLog.countCoalesced(1);
    read.origin.join(origin);
  }

  return (call) => {
    const { requester, keys } = call;
    const { signal } = requester;
    if (signal === undefined || keys?.mergeable) return next(call);
    if (signal.aborted) return Promise.reject(signal.reason);
    const { path, allPages = false, timeoutMs = 0 } = call;
    const key = `${period.number} ${allPages} ${timeoutMs} ${path}?${queryOf(call)}`;
    const known = inFlight.get(key);
    const read = known ?? startRead(key, call);
    if (known !== undefined) joinRead(known, requester);
    read.waiters += 1;
    return untilAborted(read.answer, signal, (isAborted) => {
      read.waiters -= 1;
      const isLast = read.waiters === 0;
      // Forgotten before it is aborted, so no caller joins a read that is being aborted.
      if ((!isAborted || isLast) && inFlight.get(key) === read) inFlight.delete(key);
      if (isAborted && isLast) read.canceller.abort(signal.reason);
    });
  };
}

/**
 * Settles like `answer`, or rejects with the signal's reason if it is aborted first.
 *
 * @param onEnd called before either of them
 */
export function untilAborted<T>(
  answer: Promise<T>,
  signal: CancelSignal,
  onEnd: (isAborted: boolean) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let hasEnded = false;
    function end(isAborted: boolean): void {
      hasEnded = true;
      signal.removeEventListener('abort', onAbort);
      onEnd(isAborted);
    }
    function onAbort(): void {
      end(true);
      reject(signal.reason);
    }
    signal.addEventListener('abort', onAbort);
    answer.then(
      (value) => {
        if (hasEnded) return;
        end(false);
        resolve(value);
      },
      (error: unknown) => {
        if (hasEnded) return;
        end(false);
        reject(error);
      },
    );
  });
}
