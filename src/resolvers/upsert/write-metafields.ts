import type { CustomerMetafield } from '../../rest/records/metafields.ts';
import { upsertMetafields } from '../writes/metafield-upserts.ts';
import { createMetafields } from '../writes/metafields.ts';
import { type Draft, openParts, type Part } from './draft.ts';
import { ownerOf, type PartContext, settle } from './settle-parts.ts';

/** Creates or changes metafields, as far as they differ. */
export async function writeMetafields(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  const parts = drafts.flatMap((draft) => openParts(draft, 'METAFIELD'));
  // A customer that was created a moment ago has none.
  const isOfNew = ({ draft }: Part) => draft.found === null;
  const inputOf = (part: Part<'METAFIELD'>) => ({ ...part.input, customerEntityId: ownerOf(part) });
  const idOf = ({ entityId }: CustomerMetafield) => entityId;
  await Promise.all([
    settle(
      ctx,
      parts.filter(isOfNew),
      (part) => ({ ...inputOf(part), permissionSet: part.input.permissionSet ?? 'APP_ONLY' }),
      (inputs) => createMetafields(ctx, inputs),
      idOf,
    ),
    settle(
      ctx,
      parts.filter((part) => !isOfNew(part)),
      inputOf,
      (inputs) => upsertMetafields(ctx, inputs),
      idOf,
    ),
  ]);
}
