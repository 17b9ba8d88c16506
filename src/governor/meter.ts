/** A counter with exponential decay: at a steady rate it reads the number of events per period. */
export interface Meter {
  add(): void;
  read(): number;
  clear(): void;
}

/**
 * @param now monotonic clock, in milliseconds
 * @param periodMs time constant of the decay, in milliseconds: after one period 37 % of the count is left
 */
export function createMeter(now: () => number, periodMs: () => number): Meter {
  let value = 0;
  let updatedAt = now();

  function decay(): void {
    const time = now();
    if (time > updatedAt) value *= Math.exp((updatedAt - time) / periodMs());
    updatedAt = time;
  }

  return {
    add() {
      decay();
      value += 1;
    },
    read() {
      decay();
      return value;
    },
    clear() {
      value = 0;
    },
  };
}
