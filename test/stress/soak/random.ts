/** Draws an integer, uniform in [0, below). */
export type RandomInteger = (below: number) => number;

// A linear congruential generator: reproducible from the seed, which matters more than quality here.
export function createRandom(seed: number): RandomInteger {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
