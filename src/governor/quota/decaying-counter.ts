/** A counter with exponential decay: at a steady rate it reads the number of events per period. */
export interface DecayingCounter {
  increment(): void;
  read(): number;
  reset(): void;
}

/**
 * @param now monotonic clock, in milliseconds
 * @param periodMs time constant of the decay, in milliseconds: after one period 37 % of the count is left
 */
export function createDecayingCounter(now: () => number, periodMs: () => number): DecayingCounter {
  let value = 0;
  let updatedAt = now();

  function decay(): void {
    const time = now();
    if (time > updatedAt) value *= Math.exp((updatedAt - time) / periodMs());
    updatedAt = time;
  }

  return {
    increment() {
      decay();
      value += 1;
    },
    read() {
      decay();
      return value;
    },
    reset() {
      value = 0;
    },
  };
}
