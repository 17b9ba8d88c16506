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
  /** Items of the mutation that it writes. */
  readonly items?: number;
}

/** What a read is, before it is known how many calls it takes. */
export type Read = Omit<PlannedRead, 'calls' | 'note'> & { readonly note?: string };

/** What an operation has ordered so far. The same thing ordered twice is paid once. */
export interface Tab {
  /** A read that is the same for everyone who orders it under this key. */
  once(key: string, read: Read, calls: number): void;
  /** A read of its own for each name. */
  each(key: string, read: Read, names: readonly string[]): void;
  /** A read that takes many names in one call, in as many calls as `callsFor` says of all of them. */
  batch(key: string, read: Read, names: readonly string[], callsFor: CallsFor): void;
  /** A total over all who order, for what depends on how many there are. */
  sum(): { readonly calls: number; readonly plan: readonly PlannedRead[] };
}

type CallsFor = (names: readonly string[]) => number;

interface Order {
  readonly read: Read;
  readonly names: Set<string>;
  readonly callsFor: CallsFor;
}

export function createTab(): Tab {
  const orders = new Map<string, Order>();

  function batch(key: string, read: Read, names: readonly string[], callsFor: CallsFor): void {
    const order = orders.get(key) ?? { read, names: new Set(), callsFor };
    orders.set(key, order);
    for (const name of names) order.names.add(name);
  }

  return {
    once: (key, read, calls) => batch(key, read, [], () => calls),
    each: (key, read, names) => batch(key, read, names, ({ length }) => length),
    batch,
    sum() {
      const plan = [...orders.values()].map(({ read, names, callsFor }) => ({
        ...read,
        calls: callsFor([...names]),
        note: read.note ?? null,
      }));
      const paid = plan.filter(({ calls }) => calls > 0);
      return { calls: paid.reduce((sum, { calls }) => sum + calls, 0), plan: paid };
    },
  };
}
