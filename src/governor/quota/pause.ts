/** The pause that a 429 response causes. No call starts before it is over. */
export interface Pause {
  /**
   * Starts or extends the pause. Calls that were in flight when the pause started belong to the same round: however
   * many of them are rejected, the pause does not grow.
   *
   * @param sentAt when the rejected call was sent
   * @param resetMs how long the store asks to wait, in milliseconds; null or 0 if it does not say
   * @param maxMs upper limit of a pause whose length the store does not state, in milliseconds
   */
  start(sentAt: number, resetMs: number | null, maxMs: number): void;
  /** Records a call that the store did not reject. If it was sent after the pause, the next pause is a first round again. */
  recordSuccess(sentAt: number): void;
  /** Milliseconds until the pause is over; 0 if there is none. */
  remainingMs(): number;
}

/** Pause if the store states no time. Doubles with each consecutive round. */
const MIN_PAUSE_MS = 250;

/** @param now monotonic clock, in milliseconds */
export function createPause(now: () => number): Pause {
  let startedAt = Number.NEGATIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  let rounds = 0;

  return {
    start(sentAt, resetMs, maxMs) {
      const isNewRound = sentAt > startedAt;
      if (isNewRound) {
        startedAt = now();
        rounds += 1;
      }
      const backoffMs = Math.min(MIN_PAUSE_MS * 2 ** (rounds - 1), maxMs);
      const isStated = resetMs !== null && resetMs > 0;
      if (isStated || isNewRound) until = Math.max(until, now() + (isStated ? resetMs : backoffMs));
    },
    recordSuccess(sentAt) {
      if (sentAt > startedAt) rounds = 0;
    },
    remainingMs: () => Math.max(0, until - now()),
  };
}
