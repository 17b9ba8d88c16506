/** Counts what happens, and forgets it gradually: a steady rate reads as what happens in one period. */
export interface Meter {
  add(): void;
  read(): number;
  clear(): void;
}

/**
 * @param now milliseconds that only grow
 * @param periodMs after which a third of what was counted is left
 */
export function createMeter(now: () => number, periodMs: () => number): Meter {
  let value = 0;
  let at = now();

  function fade(): void {
    const time = now();
    if (time > at) value *= Math.exp((at - time) / periodMs());
    at = time;
  }

  return {
    add() {
      fade();
      value += 1;
    },
    read() {
      fade();
      return value;
    },
    clear() {
      value = 0;
    },
  };
}
