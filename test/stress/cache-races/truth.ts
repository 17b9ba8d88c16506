/** A record of the store. */
export type EntityKey = `${'customer' | 'address'}:${number}`;

/** What was true when. */
export interface Truth {
  /** A record gets a value. Null: it does not exist. */
  set(key: EntityKey, value: string | null, at: number): void;
  /** Whether a record had a value at some time from `since` (not included) to `until`. */
  wasTrue(key: EntityKey, value: string | null, since: number, until: number): boolean;
  keys(): Iterable<EntityKey>;
  /** Forgets what ended before a time. */
  forget(before: number): void;
}

interface Period {
  readonly value: string | null;
  readonly from: number;
}

export function createTruth(): Truth {
  const periods = new Map<EntityKey, readonly Period[]>();
  const of = (key: EntityKey) => periods.get(key) ?? [{ value: null, from: Number.NEGATIVE_INFINITY }];

  return {
    set: (key, value, at) => void periods.set(key, [...of(key), { value, from: at }]),
    wasTrue(key, value, since, until) {
      const all = of(key);
      return all.some((period, i) => {
        const end = all[i + 1]?.from ?? Number.POSITIVE_INFINITY;
        return period.value === value && end > since && period.from <= until;
      });
    },
    keys: () => periods.keys(),
    forget(before) {
      for (const [key, all] of periods) {
        const kept = all.filter((_period, i) => (all[i + 1]?.from ?? Number.POSITIVE_INFINITY) >= before);
        const isGone = kept.length === 1 && kept[0]?.value === null && kept[0].from < before;
        if (isGone) periods.delete(key);
        else periods.set(key, kept);
      }
    },
  };
}
