import type { RateHeaders } from './rate-headers.ts';

/** A request of ours, until it is certain which word of the store's takes it into account. */
export interface Sending {
  readonly sentAt: number;
  /** Null while it is in flight. */
  doneAt: number | null;
  /** Whether an answer came, so that the store certainly counted it. */
  answered: boolean;
}

/** How the store counts: in windows that end, or always back by a window's length. Its answers show which. */
export type WindowKind = 'unknown' | 'fixed' | 'sliding';

/** What is known of the store's quota, from its answers alone. Errs to the safe side wherever they leave room. */
export interface QuotaPicture {
  /** Requests that the store would take now, but for what foreign apps send meanwhile. Infinity: it sets no limit. */
  left(): number;
  /** Requests that may be sent all the same where what is known is out of date, to learn what is left. */
  opening(): number;
  /** Takes note of a request that is sent now. */
  send(): Sending;
  /** Takes note of its end. `said` is null where nothing was said of a quota, `answered` false where no answer came. */
  land(sending: Sending, said: RateHeaders | null, answered: boolean): void;
  /** Takes note of an answer that refuses for want of quota: nothing is left, whatever else it says. */
  exhaust(sending: Sending, said: RateHeaders): void;
  /** Requests granted in a window; null where none is known of. */
  quota(): number | null;
  /** Requests that were left when the store last spoke of it; all of them once that window is over. */
  lastLeft(): number;
  kind(): WindowKind;
  windowMs(): number;
  /** Milliseconds until the window ends or, where it slides, its first request leaves it; 0 once that is over. */
  resetMs(): number;
  /** Requests that foreign apps are expected to send until the window ends. */
  foreign(): number;
  /** Windows that have ended so far. */
  windowsEnded(): number;
}

/** What may be sent before the store has answered anything. */
const COLD = 32;
/** Answers in a row without a word of a quota after which a store that spoke of one is taken to set none. */
const FALLEN_SILENT_ANSWERS = 30;
/** Of the quota, what may be in flight in a new window before an answer tells what foreign apps have left of it. */
const FIRST_SHARE = 0.25;
/** Parts of a window after which the word of an answer is out of date. */
const OUT_OF_DATE = 0.05;
/** How far the clocks of the store's machines may be apart, in parts of a window, and at the least. */
const CLOCKS_APART = 0.01;
const LEAST_APART_MS = 20;
/** The weight of the last window where foreign apps are judged, in parts of a window. */
const LAST_WINDOW = 0.2;
/** By how much foreign apps may exceed what they did before. */
const MARGIN = 1.2;
/** What a refusal holds up at the least, whatever it says; twice as long for each that follows. */
const LEAST_PAUSE_MS = 250;

interface Base {
  readonly left: number;
  /** When the answer came that said so. */
  readonly at: number;
}

/** @param now milliseconds that only grow */
export function createQuotaPicture(now: () => number): QuotaPicture {
  let quota: number | null = null;
  let windowMs = 30_000;
  let kind: WindowKind = 'unknown';
  let windowsEnded = 0;
  let base: Base | null = null;
  // Between these two moments the window ends: an answer's word is older than its arrival by an unknown part of its way.
  let end = { earliest: 0, latest: 0 };
  /** By how much answers contradicted each other on when a window ends. */
  let skew = 0;
  let silent = 0;
  let refusals = 0;
  let pausedUntil = 0;
  /** Sent, and not certainly part of what the base tells of. */
  const loose = new Set<Sending>();
  /** Part of what the base tells of, for as long as a sliding window could still hold them. */
  let counted: Sending[] = [];
  let foreignSeen = 0;
  let foreignRate = 0;
  let foreignBefore = 0;

  const isOver = () => now() >= end.latest + skew;

  function left(): number {
    if (now() < pausedUntil) return 0;
    if (base === null) return silent > 0 ? Number.POSITIVE_INFINITY : COLD - inFlight();
    const known = base.left - loose.size - foreignSince(base);
    return kind === 'fixed' || (kind === 'unknown' && !isOver()) ? known : known + released(base);
  }

  /** What foreign apps have probably sent since an answer. */
  function foreignSince({ at }: Base): number {
    const perWindow = kind === 'sliding' ? foreignSeen : foreignRate;
    return (perWindow * MARGIN * (now() - at)) / windowMs;
  }

  function opening(): number {
    if (base === null) return left();
    if (now() < pausedUntil || !isOver()) return 0;
    // Foreign apps may have been faster, whatever ours have left.
    const isFresh = now() - Math.max(base.at, end.latest) < windowMs * OUT_OF_DATE;
    if (kind === 'fixed') {
      // The store may be a little late with its new window.
      const first = isFresh ? 1 : Math.max(1, Math.floor((quota ?? 1) * FIRST_SHARE));
      return first - inFlight();
    }
    // Of a window that slides only one request has left at first, and whoever is faster takes its place.
    return isFresh ? 0 : 1 - inFlight();
  }

  function inFlight(): number {
    let count = 0;
    for (const { doneAt } of loose) if (doneAt === null) count += 1;
    return count;
  }

  /** Of those that the base tells of, how many a sliding window has certainly let go since. */
  function released({ at }: Base): number {
    const horizon = now() - windowMs;
    return counted.filter(({ sentAt, doneAt }) => sentAt > at - windowMs && (doneAt ?? sentAt) <= horizon)
      .length;
  }

  function count(sending: Sending): void {
    loose.delete(sending);
    counted.push(sending);
  }

  /** Takes an answer as the newest word: all that was done before its request was sent is in it. */
  function believe(sending: Sending, leftNow: number): void {
    base = { left: leftNow, at: now() };
    for (const other of loose) {
      if (other === sending || (other.doneAt !== null && other.doneAt <= sending.sentAt)) count(other);
    }
    const horizon = now() - windowMs;
    counted = counted.filter(({ doneAt }) => (doneAt ?? 0) > horizon);
    const opened = kind === 'sliding' ? horizon : end.earliest - windowMs;
    const ours = counted.filter(({ sentAt }) => sentAt >= opened).length;
    foreignSeen = Math.max(0, (quota ?? 0) - leftNow - ours - loose.size);
    // What they would send in a whole window, by what they do in this one and, at its beginning, did in the last.
    const passed = Math.min(1, Math.max(0, 1 - (end.latest - now()) / windowMs));
    foreignRate = (foreignBefore * LAST_WINDOW + foreignSeen) / (LAST_WINDOW + passed);
  }

  function turnOver(ends: typeof end): void {
    windowsEnded += 1;
    end = ends;
    if (kind === 'sliding') return;
    foreignBefore = foreignRate;
  }

  function learnKind(leftNow: number, ends: typeof end): void {
    const horizon = now() - windowMs;
    const younger = counted.filter(({ sentAt, answered }) => answered && sentAt > horizon).length;
    // The store has forgotten requests that a sliding window would still hold.
    if (quota !== null && quota - leftNow <= younger) kind = 'fixed';
    // Windows that follow one another end at least their length apart.
    else if (ends.latest < end.earliest + windowMs * 0.9) kind = 'sliding';
  }

  function hear(sending: Sending, leftNow: number, resetMs: number): void {
    const ends = { earliest: sending.sentAt + resetMs, latest: now() + resetMs };
    if (base === null) {
      end = ends;
      believe(sending, leftNow);
      return;
    }
    const apart = Math.max(windowMs * CLOCKS_APART, LEAST_APART_MS);
    if (ends.earliest > end.latest + apart) {
      learnKind(leftNow, ends);
      turnOver(ends);
      believe(sending, leftNow);
      return;
    }
    // An answer that comes late speaks of a window that is over.
    if (ends.latest < end.earliest - apart) {
      count(sending);
      return;
    }
    skew = Math.max(skew, ends.earliest - end.latest, end.earliest - ends.latest);
    if (ends.earliest <= end.latest && ends.latest >= end.earliest) {
      end = {
        earliest: Math.max(end.earliest, ends.earliest),
        latest: Math.min(end.latest, ends.latest),
      };
    }
    // Else the store saw it before the one that is believed.
    if (sending.sentAt >= base.at || leftNow < base.left) believe(sending, leftNow);
    else count(sending);
  }

  /** An answer that says nothing of a quota. */
  function hearNothing(sending: Sending): void {
    silent += 1;
    if (base === null || !isOver()) {
      if (base === null) loose.delete(sending);
      return;
    }
    if (silent >= FALLEN_SILENT_ANSWERS) {
      base = null;
      loose.clear();
    } else if (kind === 'fixed' && quota !== null && sending.sentAt >= end.latest) {
      // It opened a window, or found one open: a window later that one is over.
      turnOver({ earliest: sending.sentAt, latest: now() + windowMs });
      believe(sending, Math.max(1, quota - loose.size - Math.ceil(foreignBefore * MARGIN)));
    }
  }

  return Object.freeze({
    left,
    opening,
    send() {
      const sending: Sending = { sentAt: now(), doneAt: null, answered: false };
      loose.add(sending);
      return sending;
    },
    land(sending: Sending, said: RateHeaders | null, answered: boolean) {
      sending.doneAt = now();
      sending.answered = answered;
      if (!answered) {
        // The store may have counted it all the same; where it sets no limit that is no matter.
        if (base === null) loose.delete(sending);
        return;
      }
      refusals = 0;
      if (said === null || said.quota === null || said.left === null || said.resetMs === null)
        return hearNothing(sending);
      silent = 0;
      ({ quota, windowMs } = { quota: said.quota, windowMs: said.windowMs });
      hear(sending, said.left, said.resetMs);
    },
    exhaust(sending: Sending, said: RateHeaders) {
      sending.doneAt = now();
      // Stores need not count what they refuse.
      sending.answered = false;
      const resetMs = said.resetMs ?? 0;
      pausedUntil = Math.max(
        pausedUntil,
        now() + Math.max(resetMs, Math.min(LEAST_PAUSE_MS * 2 ** refusals, windowMs)),
      );
      refusals += 1;
      if (said.quota === null || said.resetMs === null) {
        if (base === null) loose.delete(sending);
        return;
      }
      ({ quota, windowMs } = { quota: said.quota, windowMs: said.windowMs });
      hear(sending, 0, resetMs);
    },
    quota: () => (base === null ? null : quota),
    lastLeft: () => (base === null || isOver() ? (quota ?? 0) : base.left),
    kind: () => kind,
    windowMs: () => windowMs,
    resetMs: () => Math.max(0, (base === null ? 0 : end.latest + skew) - now(), pausedUntil - now()),
    foreign() {
      if (kind === 'sliding' || base === null || isOver()) return 0;
      // Now and then one call goes all the same, to learn whether they did send what they were expected to.
      if (now() - base.at > windowMs * OUT_OF_DATE && inFlight() === 0) return 0;
      const share = Math.min(1, (end.latest - now()) / windowMs);
      return Math.min(Math.max(0, foreignBefore - foreignSeen), foreignRate * share * MARGIN);
    },
    windowsEnded: () => windowsEnded,
  });
}
