import type { Clock } from '../../src/client/index.ts';

/** A clock whose sleeps end at once, and move the time. */
export interface RecordingClock extends Clock {
  /** The sleeps so far, in milliseconds. */
  readonly slept: readonly number[];
  advance(ms: number): void;
}

/** @param onSleep called at each sleep */
export function createRecordingClock(onSleep: () => void | Promise<void> = () => {}): RecordingClock {
  let time = Date.UTC(2030, 0, 1);
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      time += ms;
      await onSleep();
      signal?.throwIfAborted();
    },
    advance(ms) {
      time += ms;
    },
  };
}
