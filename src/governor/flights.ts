/** Reads in flight that several callers wait for. */
export interface Flights {
  /**
   * Joins the same read where it is in flight, else starts it. A caller who leaves stops waiting; the read itself ends
   * when nobody waits for it any more.
   *
   * @param key what makes two reads the same
   * @param start makes the read; its signal is aborted when the last caller has left
   * @returns the answer, and whether someone else's read gave it
   */
  join<T>(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<Landing<T>>;
  /** From now on nobody joins what is in flight: something was written, and those reads may show what was before. */
  close(): void;
}

export interface Landing<T> {
  readonly value: T;
  readonly shared: boolean;
}

interface Flight {
  readonly answer: Promise<unknown>;
  readonly abandon: AbortController;
  waiting: number;
}

export function createFlights(): Flights {
  const open = new Map<string, Flight>();

  function takeOff(key: string, start: (signal: AbortSignal) => Promise<unknown>): Flight {
    const abandon = new AbortController();
    const flight: Flight = { answer: start(abandon.signal), abandon, waiting: 0 };
    open.set(key, flight);
    const land = () => open.get(key) === flight && open.delete(key);
    flight.answer.then(land, land);
    return flight;
  }

  return {
    async join<T>(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>) {
      signal.throwIfAborted();
      const known = open.get(key);
      const flight = known ?? takeOff(key, start);
      flight.waiting += 1;
      const value = await untilGone(flight.answer, signal).finally(() => {
        flight.waiting -= 1;
        // Whoever was answered leaves nothing behind that could be given up.
        if (flight.waiting > 0 || !signal.aborted) return;
        // Nobody may join a read that is being given up.
        if (open.get(key) === flight) open.delete(key);
        flight.abandon.abort(signal.reason);
      });
      // The key names one read, and all who start it make the same.
      return { value: value as T, shared: known !== undefined };
    },
    close: () => open.clear(),
  };
}

/** The answer, or the caller's leaving, whichever comes first. */
export function untilGone<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
