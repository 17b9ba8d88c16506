/** What an item and its record have in common. */
export interface MatchKey<I, R> {
  readonly item: (item: I) => string;
  readonly record: (record: R) => string;
}

/** How the record of an item is recognised in a response, by its contents. Positions are unreliable. */
export interface MatchRules<I, R> {
  /** Keys of all that is known, the strictest first. Records with the same key are interchangeable. */
  readonly exact: readonly MatchKey<I, R>[];
  /**
   * Keys of what identifies a record although the store respelled the rest, the strictest first. They match if one item
   * and one record with the key are left.
   */
  readonly partial?: readonly MatchKey<I, R>[];
  /** Keys that many records share. They match as `partial` does, if there are as many records as items. */
  readonly elimination?: readonly MatchKey<I, R>[];
}

/** Which record of a response belongs to which item. */
export interface Matches<I, R> {
  readonly matched: ReadonlyMap<I, R>;
  /** Items without a record in the response. */
  readonly missing: readonly I[];
  /** Items that can have a record in the response, which is unreadable, or not recognised among several. */
  readonly ambiguous: readonly I[];
}

/** Finds the record of each item in a response. Null stands for a record that could not be read. */
export function matchRecords<I, R>(
  items: readonly I[],
  records: readonly (R | null)[],
  { exact, partial = [], elimination = [] }: MatchRules<I, R>,
): Matches<I, R> {
  const matched = new Map<I, R>();
  const unclaimed = new Set(records.filter((record) => record !== null));

  function matchBy(key: MatchKey<I, R>, isInterchangeable: boolean): void {
    const itemsByKey = Map.groupBy(
      items.filter((item) => !matched.has(item)),
      key.item,
    );
    const recordsByKey = Map.groupBy(unclaimed, key.record);
    for (const [value, some] of itemsByKey) {
      const candidates = recordsByKey.get(value) ?? [];
      if (!isInterchangeable && (some.length !== 1 || candidates.length !== 1)) continue;
      for (const [index, record] of candidates.slice(0, some.length).entries()) {
        matched.set(some[index] as I, record);
        unclaimed.delete(record);
      }
    }
  }

  for (const key of exact) matchBy(key, true);
  for (const key of partial) matchBy(key, false);
  if (items.length === records.length) for (const key of elimination) matchBy(key, false);

  const mayBePresent = isPossible(items, records, unclaimed, [...exact, ...partial, ...elimination].at(-1));
  const left = items.filter((item) => !matched.has(item));
  return {
    matched,
    missing: left.filter((item) => !mayBePresent(item)),
    ambiguous: left.filter(mayBePresent),
  };
}

/** Whether a record that no item claimed can be the item's: by the weakest key, or because it is no item's. */
function isPossible<I, R>(
  items: readonly I[],
  records: readonly (R | null)[],
  unclaimed: ReadonlySet<R>,
  weakest: MatchKey<I, R> | undefined,
): (item: I) => boolean {
  const known = new Set(weakest && items.map(weakest.item));
  const possible = new Set(weakest && [...unclaimed].map(weakest.record));
  // A response with records of other items than were sent shows nothing about those that it lacks.
  if (records.includes(null) || !possible.isSubsetOf(known)) return () => true;
  return (item) => weakest !== undefined && possible.has(weakest.item(item));
}

/** Matches records by their ids alone. A record with another id is never the item's. */
export const MATCH_BY_ID: MatchRules<{ readonly entityId: number }, { readonly entityId: number }> = {
  exact: [{ item: ({ entityId }) => String(entityId), record: ({ entityId }) => String(entityId) }],
};

/** Matches the record of a call that writes one item. */
export const MATCH_SINGLE: MatchRules<unknown, unknown> = { exact: [{ item: () => '', record: () => '' }] };
