import { GatewayError } from '../../errors.ts';
import type { FormFieldValue } from '../../rest/records/form-fields.ts';
import { formFieldMatches, textIsStored, textMatches } from '../writes/answers.ts';
import { upsertAttributeValues } from '../writes/attributes.ts';
import { updateConsent } from '../writes/consent.ts';
import { upsertFormFields } from '../writes/form-fields.ts';
import type { ItemError } from '../writes/results.ts';
import { type Draft, openParts, settledAs, UNCHANGED } from './draft.ts';
import { ownerOf, type PartContext, settle } from './settle-parts.ts';
import { writeAddresses } from './write-addresses.ts';
import { writeMetafields } from './write-metafields.ts';

/** Writes the parts of customers that the store has, as far as they differ. All items share the calls of each kind. */
export async function writeParts(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  for (const draft of drafts) closeOrphans(ctx, draft);
  await Promise.all([
    writeAddresses(ctx, drafts),
    writeAttributes(ctx, drafts),
    writeFormFields(ctx, drafts),
    writeConsent(ctx, drafts),
    writeMetafields(ctx, drafts),
  ]);
}

/** Settles the parts of a customer that the store does not have. */
function closeOrphans(ctx: PartContext, draft: Draft): void {
  if (draft.customer !== null) return;
  for (const part of draft.parts) part.settled ??= settledAs(ctx, 'NOT_ATTEMPTED', NO_CUSTOMER);
}

const NO_CUSTOMER: ItemError = {
  code: 'PREREQUISITE_FAILED',
  message: 'Not sent, because the customer to whom it belongs is not known to exist.',
  field: null,
};

async function writeAttributes(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  const changed = drafts.flatMap((draft) => {
    const held = draft.found?.attributes ?? [];
    const parts = openParts(draft, 'ATTRIBUTE');
    if (!Array.isArray(held)) {
      for (const part of parts) part.settled = settledAs(ctx, 'NOT_ATTEMPTED', held as ItemError);
      return [];
    }
    const byAttribute = new Map(held.map((value) => [value.attributeEntityId, value]));
    return parts.filter((part) => {
      const value = byAttribute.get(part.input.attributeEntityId);
      part.recordId = value?.entityId ?? null;
      const isSame = value !== undefined && textIsStored(value.value, part.input.value);
      if (isSame) part.settled = UNCHANGED;
      return !isSame;
    });
  });
  await settle(
    ctx,
    changed,
    (part) => ({
      customerEntityId: ownerOf(part),
      attributeEntityId: part.input.attributeEntityId,
      value: part.input.value,
    }),
    (inputs) => upsertAttributeValues(ctx, inputs),
    ({ entityId }) => entityId,
  );
}

async function writeFormFields(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  const changed = drafts.flatMap((draft) => {
    const held = draft.found?.customer.formFields;
    const fields: readonly FormFieldValue[] = held instanceof GatewayError ? [] : (held ?? []);
    return openParts(draft, 'FORM_FIELD').filter((part) => {
      const field = fields.find(({ name }) => textMatches(name, part.input.name));
      const isSame = field !== undefined && formFieldMatches(field, part.input.value, textIsStored);
      if (isSame) part.settled = UNCHANGED;
      return !isSame;
    });
  });
  await settle(
    ctx,
    changed,
    (part) => ({ ...part.input, owner: { customerEntityId: ownerOf(part) } }),
    (inputs) => upsertFormFields(ctx, inputs),
    () => null,
  );
}

async function writeConsent(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  await settle(
    ctx,
    drafts.flatMap((draft) => openParts(draft, 'CONSENT')),
    (part) => ({ ...part.input, customerEntityId: ownerOf(part) }),
    (inputs) => updateConsent(ctx, inputs, { comparesFirst: true }),
    () => null,
  );
}
