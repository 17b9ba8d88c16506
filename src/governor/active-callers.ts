/** Data about the callers of the last one to two periods. Others are forgotten. */
export interface ActiveCallers<T> {
  /** The data of a caller, which is active from now on. */
  get(caller: string): T;
  count(): number;
}

/**
 * @param create data of a new caller
 * @param now monotonic clock, in milliseconds
 * @param periodMs after this time without a call, in milliseconds, a caller is forgotten at the end of the next period
 */
export function createActiveCallers<T>(
  create: () => T,
  now: () => number,
  periodMs: () => number,
): ActiveCallers<T> {
  let current = new Map<string, T>();
  let previous = new Map<string, T>();
  let startedAt = now();

  function startPeriod(): void {
    const passedMs = now() - startedAt;
    if (passedMs < periodMs()) return;
    previous = passedMs < 2 * periodMs() ? current : new Map();
    current = new Map();
    startedAt = now();
  }

  return {
    get(caller) {
      startPeriod();
      const known = current.get(caller);
      if (known !== undefined) return known;
      const data = previous.get(caller) ?? create();
      previous.delete(caller);
      current.set(caller, data);
      return data;
    },
    count() {
      startPeriod();
      return current.size + previous.size;
    },
  };
}
