/** Which record of a response belongs to which item. */
export interface Matches<I, R> {
  readonly matched: ReadonlyMap<I, R>;
  /** Items without a record. */
  readonly left: readonly I[];
}

/** Finds the record of each item in a response. One remaining item and one remaining record belong together. */
export function matchRecords<I, R>(
  items: readonly I[],
  records: readonly R[],
  matches: (record: R, item: I) => boolean,
): Matches<I, R> {
  const matched = new Map<I, R>();
  const unclaimed = new Set(records);
  for (const item of items) {
    for (const record of unclaimed) {
      if (!matches(record, item)) continue;
      matched.set(item, record);
      unclaimed.delete(record);
      break;
    }
  }
  const left = items.filter((item) => !matched.has(item));
  const [lastItem] = left;
  const [lastRecord] = unclaimed;
  // The store can normalise a value. With one item and one record left, the match is certain.
  if (left.length === 1 && unclaimed.size === 1 && items.length === records.length) {
    matched.set(lastItem as I, lastRecord as R);
    return { matched, left: [] };
  }
  return { matched, left };
}
