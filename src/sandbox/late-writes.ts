/** Writes that are committed after their call has failed. */
export interface LateWrites {
  schedule(delayMs: number, write: () => void): void;
  /** Resolves when none is pending. */
  settled(): Promise<void>;
  /** Cancels all pending writes, because their records no longer exist. */
  cancelAll(): void;
}

export function createLateWrites(sleep: (milliseconds: number) => Promise<void>): LateWrites {
  let pending = new Set<Promise<void>>();
  let generation = 0;
  return Object.freeze({
    schedule(delayMs: number, write: () => void) {
      const scheduledIn = generation;
      const task = sleep(delayMs).then(() => {
        pending.delete(task);
        if (scheduledIn === generation) write();
      });
      pending.add(task);
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
    cancelAll() {
      generation += 1;
      pending = new Set();
    },
  });
}
