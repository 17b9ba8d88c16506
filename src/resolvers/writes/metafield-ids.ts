import type { MetafieldReference } from '../../rest/writes/metafields.ts';
import { checkId } from '../inputs/validation.ts';
import type { ItemError } from './results.ts';

/** Ids of an input without a limit of 32 bits, in place of `entityId` and `customerEntityId`. */
export interface SafeIds {
  readonly metafieldId?: number | null | undefined;
  readonly resourceId?: number | null | undefined;
}

/** An item with the ids that its input means, and what is wrong with them. */
export type WithIds<I> = I & { readonly idErrors: readonly ItemError[] };

/** Decides between the ids of an input: `metafieldId` replaces `entityId`, `resourceId` replaces `customerEntityId`. */
export function withIds<I extends Partial<MetafieldReference>>(input: I & SafeIds): WithIds<I> {
  const { metafieldId, resourceId, ...item } = input;
  return {
    ...item,
    ...(input.entityId !== undefined && { entityId: metafieldId ?? input.entityId }),
    customerEntityId: resourceId ?? input.customerEntityId,
    idErrors: [
      ...checkIds('customerEntityId', input.customerEntityId, 'resourceId', resourceId),
      ...checkIds('entityId', input.entityId, 'metafieldId', metafieldId),
    ],
  } as unknown as WithIds<I>;
}

/** Requires one of two ids, or both if they are equal. 0 is the default of the first in the schema. */
function checkIds(
  name: string,
  id: number | undefined,
  safeName: string,
  safeId: number | null | undefined,
): ItemError[] {
  if (typeof safeId !== 'number') return checkId(name, id);
  if (id !== 0 && id !== safeId)
    return [{ code: 'INVALID', field: safeName, message: `${safeName} differs from ${name}.` }];
  return checkId(safeName, safeId);
}
