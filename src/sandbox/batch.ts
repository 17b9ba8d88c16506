import { Refusal } from './answers.ts';
import type { Call } from './call.ts';
import { parseIntegers, refuseUnknown } from './query.ts';

/** Works through the items of a bulk write. Each is done whole or not at all; the first that is refused ends it. */
export function eachItem<Item, Result>(
  { store, changes }: Call,
  items: readonly Item[],
  work: (item: Item, index: number) => Result,
): Result[] {
  return items.map((item, index) => changes.nested(() => store.nested(() => work(item, index))));
}

/**
 * The ids that a DELETE names, without repetition. Naming none is a success that does nothing, and a trap. Of
 * customers that is known; whether the other resources are kinder is not.
 */
export function idsToDelete(
  { query, switches }: Call,
  { emptyIsFine = false }: { readonly emptyIsFine?: boolean } = {},
): number[] {
  refuseUnknown(query, ['id:in']);
  const raw = query.get('id:in') ?? '';
  if (raw !== '') return [...new Set(parseIntegers('id:in', raw))];
  if (emptyIsFine || !switches.deleteRefusesEmptyList) return [];
  throw new Refusal(422, 'The query parameter "id:in" is required.');
}

/** The properties that were given, so that an update leaves the others alone. */
export function given<Value>(properties: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(properties).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
