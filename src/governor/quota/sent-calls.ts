import { RenewedSet } from '../../renewed-collections.ts';

/** A call that this gateway sent. */
export interface SentCall {
  readonly sentAt: number;
  /** Null while it is in flight. */
  completedAt: number | null;
  /** Whether a response came, which proves that the store counted the call. */
  answered: boolean;
}

/**
 * The calls of this gateway, as far as the store's quota depends on them. A call is uncounted until a response certainly
 * includes it. After that it is counted, for as long as a sliding window may still contain it.
 */
export interface SentCalls {
  /** Records a call that starts now. */
  start(): SentCall;
  /** Records the end of a call. @param answered whether a response came */
  complete(call: SentCall, answered: boolean): void;
  inFlight(): number;
  uncounted(): number;
  /** Counts a call. */
  count(call: SentCall): void;
  /** Counts a call and every other one that was complete before it was sent. */
  countUntil(call: SentCall): void;
  /** Removes a call that the quota does not depend on. */
  forget(call: SentCall): void;
  forgetUncounted(): void;
  /** Removes the counted calls that were complete at a time. */
  expire(time: number): void;
  /** Number of counted calls sent at or after a time. */
  countedSince(time: number): number;
  /** Number of counted calls with a response, sent after a time. */
  answeredSince(time: number): number;
  /** Number of counted calls sent after `from` that were complete at `until`. */
  countedBetween(from: number, until: number): number;
}

/** @param now monotonic clock, in milliseconds */
export function createSentCalls(now: () => number): SentCalls {
  const uncounted = new RenewedSet<SentCall>();
  const counted = createCountedCalls();
  let inFlight = 0;

  function count(call: SentCall): void {
    if (uncounted.delete(call)) counted.insert(call);
  }

  return {
    start() {
      const call: SentCall = { sentAt: now(), completedAt: null, answered: false };
      uncounted.add(call);
      inFlight += 1;
      return call;
    },
    complete(call, answered) {
      if (call.completedAt === null) inFlight -= 1;
      call.completedAt = now();
      call.answered = answered;
    },
    inFlight: () => inFlight,
    uncounted: () => uncounted.size,
    count,
    countUntil(call) {
      for (const other of uncounted) {
        if (other === call || (other.completedAt !== null && other.completedAt <= call.sentAt)) count(other);
      }
    },
    forget: (call) => uncounted.delete(call),
    forgetUncounted: () => uncounted.clear(),
    expire: counted.expire,
    countedSince: counted.since,
    answeredSince: counted.answeredSince,
    countedBetween: counted.between,
  };
}

/** Calls in the order of sending. Queries continue where the last one ended, so each call is passed once. */
function createCountedCalls() {
  let calls: SentCall[] = [];
  /** The calls before this index have expired. */
  let first = 0;
  let since = { time: Number.NEGATIVE_INFINITY, index: 0 };
  let between = { from: Number.NEGATIVE_INFINITY, start: 0, end: 0 };

  function restart(): void {
    since = { time: Number.NEGATIVE_INFINITY, index: first };
    between = { from: Number.NEGATIVE_INFINITY, start: first, end: first };
  }

  return {
    insert(call: SentCall): void {
      let index = calls.length;
      for (let before = calls[index - 1]; before && before.sentAt > call.sentAt; before = calls[index - 1])
        index -= 1;
      calls.splice(index, 0, call);
      if (index < Math.max(since.index, between.end)) restart();
    },
    expire(time: number): void {
      for (let call = calls[first]; call && (call.completedAt ?? time) <= time; call = calls[first])
        first += 1;
      if (first < 64 || first < calls.length / 2) return;
      calls = calls.slice(first);
      first = 0;
      restart();
    },
    since(time: number): number {
      let index = Math.max(first, time >= since.time ? since.index : first);
      for (let call = calls[index]; call && call.sentAt < time; call = calls[index]) index += 1;
      since = { time, index };
      return calls.length - index;
    },
    answeredSince(time: number): number {
      let count = 0;
      for (let index = calls.length - 1; index >= first; index -= 1) {
        const call = calls[index];
        if (call === undefined || call.sentAt <= time) break;
        if (call.answered) count += 1;
      }
      return count;
    },
    between(from: number, until: number): number {
      let { start, end } = between.from === from ? between : { start: first, end: first };
      if (between.from !== from) {
        for (let call = calls[start]; call && call.sentAt <= from; call = calls[start]) start += 1;
        end = start;
      }
      for (let call = calls[end]; call && (call.completedAt ?? call.sentAt) <= until; call = calls[end])
        end += 1;
      between = { from, start, end };
      return end - start;
    },
  };
}
