/** Lets so many at a time through each gate; the others wait in line. */
export interface Turns {
  take<T>(gate: string, work: () => Promise<T>): Promise<T>;
}

/** @param atOnce how many may be inside, by gate; a gate that is not named is open */
export function createTurns(atOnce: ReadonlyMap<string, number>): Turns {
  const inside = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  async function enter(gate: string, most: number): Promise<void> {
    const now = inside.get(gate) ?? 0;
    if (now < most) {
      inside.set(gate, now + 1);
      return;
    }
    await new Promise<void>((resolve) => {
      waiting.set(gate, [...(waiting.get(gate) ?? []), resolve]);
    });
  }

  function leave(gate: string): void {
    const [next, ...others] = waiting.get(gate) ?? [];
    waiting.set(gate, others);
    // Whoever is let in takes the place that becomes free.
    if (next) next();
    else inside.set(gate, (inside.get(gate) ?? 1) - 1);
  }

  return {
    async take(gate, work) {
      const most = atOnce.get(gate);
      if (most === undefined) return work();
      await enter(gate, most);
      try {
        return await work();
      } finally {
        leave(gate);
      }
    },
  };
}
