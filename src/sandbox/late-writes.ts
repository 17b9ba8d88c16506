/** Writes that were given up towards their callers and land after all. */
export interface LateWrites {
  schedule(delayMs: number, write: () => void): void;
  /** Resolves when none is outstanding. */
  settled(): Promise<void>;
  /** Drops those that are outstanding: the records that they meant are gone. */
  drop(): void;
}

export function createLateWrites(sleep: (milliseconds: number) => Promise<void>): LateWrites {
  let outstanding = new Set<Promise<void>>();
  let generation = 0;
  return Object.freeze({
    schedule(delayMs: number, write: () => void) {
      const born = generation;
      const landing = sleep(delayMs).then(() => {
        outstanding.delete(landing);
        if (born === generation) write();
      });
      outstanding.add(landing);
    },
    async settled() {
      while (outstanding.size > 0) await Promise.all(outstanding);
    },
    drop() {
      generation += 1;
      outstanding = new Set();
    },
  });
}
