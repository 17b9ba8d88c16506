/** The calls of one kind that an operation may make. */
export interface PlannedRead {
  readonly operation: string;
  readonly path: string;
  /** Maximum number of REST calls, if the condition in the note holds. */
  readonly calls: number;
  /** Response path of the first field that needs the calls. */
  readonly field: string;
  /** The assumption behind the number, or the condition under which the calls are made. */
  readonly note: string | null;
  /** Number of items that the mutation writes. */
  readonly items?: number;
}

/** A planned call whose number of calls is not yet known. */
export type Read = Omit<PlannedRead, 'calls' | 'note'> & { readonly note?: string };

/** The calls that an operation has planned so far. Calls that are planned twice under one key count once. */
export interface Tab {
  /** Plans calls that all fields with this key share. */
  once(key: string, read: Read, calls: number): void;
  /** Plans one call for each record key. */
  each(key: string, read: Read, keys: readonly string[]): void;
  /** Plans batched calls for these record keys. `callsFor` gets the keys of all fields and returns the number of calls. */
  batch(key: string, read: Read, keys: readonly string[], callsFor: CallsFor): void;
  /** Totals all planned calls; batch sizes are known only then. */
  sum(): { readonly calls: number; readonly plan: readonly PlannedRead[] };
}

type CallsFor = (keys: readonly string[]) => number;

interface Order {
  readonly read: Read;
  readonly keys: Set<string>;
  readonly callsFor: CallsFor;
}

export function createTab(): Tab {
  const entries = new Map<string, Order>();

  function batch(key: string, read: Read, keys: readonly string[], callsFor: CallsFor): void {
    const entry = entries.get(key) ?? { read, keys: new Set(), callsFor };
    entries.set(key, entry);
    for (const recordKey of keys) entry.keys.add(recordKey);
  }

  return {
    once: (key, read, calls) => batch(key, read, [], () => calls),
    each: (key, read, keys) => batch(key, read, keys, ({ length }) => length),
    batch,
    sum() {
      const plan = [...entries.values()].map(({ read, keys, callsFor }) => ({
        ...read,
        calls: callsFor([...keys]),
        note: read.note ?? null,
      }));
      const needed = plan.filter(({ calls }) => calls > 0);
      return { calls: needed.reduce((sum, { calls }) => sum + calls, 0), plan: needed };
    },
  };
}
