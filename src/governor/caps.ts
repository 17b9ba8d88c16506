/** How many calls of each operation may be in flight: as documented, and fewer once the store says that it is too many. */
export interface Caps {
  /** Whether one more may go now. */
  isOpen(operation: string): boolean;
  enter(operation: string): void;
  /** A call has ended; `ok` where the store took it without complaint. */
  leave(operation: string, ok: boolean): void;
  /** The store has too much of this at once: half as many from now on, after a pause that grows while it says so. */
  lower(operation: string): void;
  /** Milliseconds until a pause ends; 0 where none holds anything up. */
  pauseMs(): number;
  /** Calls in flight of all operations. */
  inFlight(): number;
}

interface Cap {
  inFlight: number;
  /** Null where nothing but the documented number holds. */
  lowered: number | null;
  complaints: number;
  pausedUntil: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

export interface CapsOptions {
  /** Calls in flight at the most, by operation, as documented. */
  readonly atOnce: ReadonlyMap<string, number>;
  /** The same for those that no document limits. */
  readonly otherwise: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
}

export function createCaps({ atOnce, otherwise, now, random }: CapsOptions): Caps {
  const caps = new Map<string, Cap>();
  let inFlight = 0;

  function capOf(operation: string): Cap {
    const known = caps.get(operation) ?? { inFlight: 0, lowered: null, complaints: 0, pausedUntil: 0 };
    caps.set(operation, known);
    return known;
  }

  const documented = (operation: string) => atOnce.get(operation) ?? otherwise;

  return {
    isOpen(operation) {
      const cap = capOf(operation);
      const most = Math.floor(cap.lowered ?? documented(operation));
      return cap.inFlight < most && now() >= cap.pausedUntil;
    },
    enter(operation) {
      capOf(operation).inFlight += 1;
      inFlight += 1;
    },
    leave(operation, ok) {
      const cap = capOf(operation);
      cap.inFlight -= 1;
      inFlight -= 1;
      if (!ok || cap.lowered === null) return;
      cap.complaints = 0;
      // One more for each round that went well.
      cap.lowered += 1 / cap.lowered;
      if (cap.lowered >= documented(operation)) cap.lowered = null;
    },
    lower(operation) {
      const cap = capOf(operation);
      // Several may be refused at once; together they are one complaint.
      if (now() < cap.pausedUntil) return;
      cap.lowered = Math.max(
        1,
        Math.floor((cap.lowered ?? Math.min(documented(operation), cap.inFlight + 1)) / 2),
      );
      const longest = Math.min(FIRST_PAUSE_MS * 2 ** cap.complaints, LONGEST_PAUSE_MS);
      cap.pausedUntil = now() + longest * (0.5 + random() / 2);
      cap.complaints += 1;
    },
    pauseMs() {
      const ends = [...caps.values()].map(({ pausedUntil }) => pausedUntil - now()).filter((ms) => ms > 0);
      return ends.length === 0 ? 0 : Math.min(...ends);
    },
    inFlight: () => inFlight,
  };
}
