/** The calls that this replica has leased, by what has become of them. */
export interface HeldCalls {
  /** Calls that are leased and not sent. */
  held(): number;
  inFlight(): number;
  /** Responses since the start of the process. */
  answered(): number;
  /** Milliseconds since leases were last added or used. */
  idleMs(): number;
  add(leases: number): void;
  /** Gives back what exceeds a number. */
  keep(most: number): void;
  start(): void;
  /** Records the end of a call. @param isShown whether a response showed it in the quota */
  end(isShown: boolean, windowNumber: number): void;
  /** Calls that count although no response has shown them: until the window is over in which they ended. */
  outstanding(windowNumber: number, windowMs: number): number;
  /** Whether calls were sent since this function was called last. */
  takeActivity(): boolean;
}

/** @param now monotonic clock, in milliseconds */
export function createHeldCalls(now: () => number): HeldCalls {
  let held = 0;
  let inFlight = 0;
  let answered = 0;
  let changedAt = now();
  let isActive = false;
  let unshown: { readonly at: number; readonly windowNumber: number }[] = [];

  return {
    held: () => held,
    inFlight: () => inFlight,
    answered: () => answered,
    idleMs: () => now() - changedAt,
    add(leases) {
      held += leases;
      if (leases > 0) changedAt = now();
    },
    keep(most) {
      held = Math.min(held, most);
    },
    start() {
      held = Math.max(0, held - 1);
      inFlight += 1;
      isActive = true;
      changedAt = now();
    },
    end(isShown, windowNumber) {
      inFlight -= 1;
      if (isShown) answered += 1;
      else unshown.push({ at: now(), windowNumber });
    },
    outstanding(windowNumber, windowMs) {
      const horizon = now() - windowMs;
      unshown = unshown.filter((call) => call.windowNumber === windowNumber && call.at >= horizon);
      return held + inFlight + unshown.length;
    },
    takeActivity() {
      const wasActive = isActive;
      isActive = false;
      return wasActive;
    },
  };
}
