import type { Call } from './call.ts';
import { parseIntegers, rejectUnknownParameters } from './query.ts';
import { ApiError } from './responses.ts';

/** Processes the items of a bulk write in order. Each item is atomic. The first rejected item stops the batch. */
export function processItems<Item, Result>(
  { store, changes }: Call,
  items: readonly Item[],
  work: (item: Item, index: number) => Result,
): Result[] {
  return items.map((item, index) => changes.savepoint(() => store.savepoint(() => work(item, index))));
}

/**
 * The distinct ids in the query of a DELETE. A DELETE without ids succeeds and does nothing. This is known for
 * customers; for other resources it is not documented.
 */
export function parseIdsToDelete(
  { query, switches }: Call,
  { allowEmpty = false }: { readonly allowEmpty?: boolean } = {},
): number[] {
  rejectUnknownParameters(query, ['id:in']);
  const raw = query.get('id:in') ?? '';
  if (raw !== '') return [...new Set(parseIntegers('id:in', raw))];
  if (allowEmpty || !switches.deleteRefusesEmptyList) return [];
  throw new ApiError(422, 'The query parameter "id:in" is required.');
}

/** The defined properties. An update leaves the others unchanged. */
export function omitUndefined<Value>(
  properties: Readonly<Record<string, Value | undefined>>,
): Record<string, Value> {
  const entries = Object.entries(properties).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
