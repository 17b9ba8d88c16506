import { deleteAddresses } from '../writes/addresses.ts';
import type { ItemError } from '../writes/results.ts';
import { createPart, type Draft, isDone, type Part, settledAs, UNCHANGED } from './draft.ts';
import { type PartContext, settle } from './settle-parts.ts';

/**
 * Deletes the addresses that an item replaces. Last, and only if the customer and all other parts are as they were asked
 * for: otherwise a customer could lose an address without getting the new one.
 */
export async function removeAddresses(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  const removals = drafts.flatMap(removalsOf);
  const safe = new Set(drafts.filter((draft) => isDone(draft) && draft.parts.every(isDone)));
  for (const removal of removals) {
    if (!safe.has(removal.draft)) removal.settled = settledAs(ctx, 'NOT_ATTEMPTED', PART_FAILED);
    else if (removal.draft.parts.some(isUnidentified))
      removal.settled = settledAs(ctx, 'NOT_ATTEMPTED', UNIDENTIFIED);
  }
  await settle(
    ctx,
    removals.filter(({ settled }) => settled === null),
    ({ input }) => input,
    (ids) => deleteAddresses(ctx, ids),
    (id) => id,
  );
  for (const removal of removals) {
    // Somebody else has deleted it meanwhile.
    if (removal.settled?.errors.some(({ code }) => code === 'NOT_FOUND')) removal.settled = UNCHANGED;
    removal.draft.parts.push(removal);
  }
}

const PART_FAILED: ItemError = {
  code: 'PREREQUISITE_FAILED',
  message: 'Not deleted, because the customer or another part of the item was not written.',
  field: null,
};
const UNIDENTIFIED: ItemError = {
  code: 'PREREQUISITE_FAILED',
  message: 'Not deleted, because it is not known which addresses of the customer are those of the item.',
  field: null,
};

function isUnidentified({ kind, recordId }: Part): boolean {
  return kind === 'ADDRESS' && recordId === null;
}

function removalsOf(draft: Draft): readonly Part<'ADDRESS_REMOVAL'>[] {
  const { item, found, parts } = draft;
  if (!item.replaceAddresses || found === null || !isList(found.addresses)) return [];
  const kept = new Set(parts.flatMap(({ kind, recordId }) => (kind === 'ADDRESS' ? recordId : null) ?? []));
  return found.addresses
    .filter(({ entityId }) => !kept.has(entityId))
    .map(({ entityId }) => {
      const removal = createPart(draft, 'ADDRESS_REMOVAL', entityId, null);
      removal.recordId = entityId;
      return removal;
    });
}

function isList<T>(list: readonly T[] | ItemError): list is readonly T[] {
  return Array.isArray(list);
}
