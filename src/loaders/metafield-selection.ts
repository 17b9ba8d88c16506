import { filterableNames, type MetafieldFilter } from '../rest/metafields.ts';

/** Selects metafields of a customer by namespace and key. Undefined selects all. */
export type MetafieldSelection = Pick<MetafieldFilter, 'namespaces' | 'keys'>;

/** The smallest selection that covers all of these. */
export function unionOf(selections: readonly MetafieldSelection[]): MetafieldSelection {
  const [first, ...others] = selections.map(normalize);
  return others.reduce<MetafieldSelection>(
    (wide, each) =>
      normalize({
        namespaces: unionOfLists(wide.namespaces, each.namespaces),
        keys: unionOfLists(wide.keys, each.keys),
      }),
    first ?? {},
  );
}

export function covers(wide: MetafieldSelection, narrow: MetafieldSelection): boolean {
  return includesAll(wide.namespaces, narrow.namespaces) && includesAll(wide.keys, narrow.keys);
}

function includesAll(wide: readonly string[] | undefined, narrow: readonly string[] | undefined): boolean {
  return wide === undefined || (narrow?.every((value) => wide.includes(value)) ?? false);
}

function unionOfLists(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  return one && other && [...one, ...other];
}

export function parseSelections(parts: ReadonlySet<string>): readonly MetafieldSelection[] {
  return [...parts].map((part) => JSON.parse(part) as MetafieldSelection);
}

export function selectionKey(selection: MetafieldSelection): string {
  return JSON.stringify(normalize(selection));
}

/** Widens a selection to one that the store can filter by, in a form in which equal selections have equal JSON. */
function normalize({ namespaces, keys }: MetafieldSelection): MetafieldSelection {
  return filterableNames({
    ...(namespaces && { namespaces: [...new Set(namespaces)].sort() }),
    ...(keys && { keys: [...new Set(keys)].sort() }),
  });
}
