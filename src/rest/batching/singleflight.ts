/** Coalesces identical reads in flight: concurrent callers share one call (singleflight). */
export interface Singleflight {
  /**
   * Joins the read with this key if one is in flight, else starts it. A caller that aborts stops waiting. The read is
   * aborted when its last caller aborts.
   *
   * @param key identical for reads that may share a result
   * @param start makes the read; its signal is aborted with the last caller's reason
   * @returns the result, and whether it came from a read that another caller started
   */
  run<T>(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<SharedResult<T>>;
  /** Makes later callers start new reads. After a write, those in flight may return the state before it. */
  forgetAll(): void;
}

export interface SharedResult<T> {
  readonly value: T;
  /** Whether another caller started the read. */
  readonly shared: boolean;
}

interface InFlightRead {
  readonly result: Promise<unknown>;
  readonly controller: AbortController;
  /** Number of callers that wait for the result. */
  waiterCount: number;
}

export function createSingleflight(): Singleflight {
  const inFlight = new Map<string, InFlightRead>();

  function startRead(key: string, start: (signal: AbortSignal) => Promise<unknown>): InFlightRead {
    const controller = new AbortController();
    const read: InFlightRead = { result: start(controller.signal), controller, waiterCount: 0 };
    inFlight.set(key, read);
    const forget = () => inFlight.get(key) === read && inFlight.delete(key);
    read.result.then(forget, forget);
    return read;
  }

  return {
    async run<T>(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>) {
      signal.throwIfAborted();
      const known = inFlight.get(key);
      const read = known ?? startRead(key, start);
      read.waiterCount += 1;
      const value = await untilAborted(read.result, signal).finally(() => {
        read.waiterCount -= 1;
        // After a result there is nothing to abort.
        if (read.waiterCount > 0 || !signal.aborted) return;
        // Forgotten first, so no caller joins a read that is being aborted.
        if (inFlight.get(key) === read) inFlight.delete(key);
        read.controller.abort(signal.reason);
      });
      // All reads with the same key have the same result type.
      return { value: value as T, shared: known !== undefined };
    },
    forgetAll: () => inFlight.clear(),
  };
}

/** Settles like `result`, or rejects with the signal's reason if it is aborted first. */
export function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
