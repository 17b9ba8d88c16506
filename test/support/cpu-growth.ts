/** Below this CPU time, in microseconds, growth is not measurable: the input costs next to nothing. */
const NEGLIGIBLE_US = 10_000;

/** What `run` did with an input of a length, and how long that was, in microseconds of CPU time. */
function cpuOf(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * How many times the CPU time of an input twice as long is that of the input: the best of five measurements. 1 if even
 * the long input costs next to nothing.
 *
 * @param run processes an input of a length
 * @param length of the short input, in characters
 */
export function bestGrowth(run: (length: number) => unknown, length: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 && best > 2; i += 1) {
    const long = cpuOf(() => run(2 * length));
    if (long < NEGLIGIBLE_US) return 1;
    best = Math.min(
      best,
      long /
        Math.max(
          cpuOf(() => run(length)),
          1,
        ),
    );
  }
  return best;
}
