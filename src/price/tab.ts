/** Reads of one kind that an operation may make. */
export interface PlannedRead {
  readonly operation: string;
  readonly path: string;
  /** REST calls at the most, where the note holds. */
  readonly calls: number;
  /** The field that needs it first. */
  readonly field: string;
  /** What the figure takes for granted, or when the calls are not made. */
  readonly note: string | null;
}

/** What a read is, before it is known how many calls it takes. */
export type Read = Omit<PlannedRead, 'calls' | 'note'> & { readonly note?: string };

/** What an operation has ordered so far. The same thing ordered twice is paid once. */
export interface Tab {
  /** A read that is the same for everyone who orders it under this key. */
  once(key: string, read: Read, calls: number): void;
  /** A read of its own for each name. */
  each(key: string, read: Read, names: readonly string[]): void;
  /** A read that takes many names in one call: by name where they are known, else only so many. */
  batch(
    key: string,
    read: Read,
    names: readonly string[] | number,
    callsFor: (count: number, names: readonly string[]) => number,
  ): void;
  /** A total over all who order, for what depends on how many there are. */
  sum(): { readonly calls: number; readonly plan: readonly PlannedRead[] };
}

interface Order {
  readonly read: Read;
  readonly names: Set<string>;
  unnamed: number;
  readonly callsFor: (count: number, names: readonly string[]) => number;
}

export function createTab(): Tab {
  const orders = new Map<string, Order>();

  function order(key: string, read: Read, callsFor: Order['callsFor']): Order {
    const known = orders.get(key) ?? { read, names: new Set(), unnamed: 0, callsFor };
    orders.set(key, known);
    return known;
  }

  return {
    once: (key, read, calls) => void order(key, read, () => calls),
    each(key, read, names) {
      const { names: all } = order(key, read, (count) => count);
      for (const name of names) all.add(name);
    },
    batch(key, read, names, callsFor) {
      const known = order(key, read, callsFor);
      if (typeof names === 'number') known.unnamed += names;
      else for (const name of names) known.names.add(name);
    },
    sum() {
      const plan = [...orders.values()].map(({ read, names, unnamed, callsFor }) => ({
        ...read,
        calls: callsFor(names.size + unnamed, [...names]),
        note: read.note ?? null,
      }));
      const paid = plan.filter(({ calls }) => calls > 0);
      return { calls: paid.reduce((sum, { calls }) => sum + calls, 0), plan: paid };
    },
  };
}
