import { GatewayError } from '../../errors.ts';
import type { FormFieldInput } from '../../rest/wire/form-fields.ts';
import { createAddresses } from '../writes/addresses.ts';
import { formFieldsMatch, textIsStored } from '../writes/answers.ts';
import { upsertFormFields } from '../writes/form-fields.ts';
import type { ItemError } from '../writes/results.ts';
import { createPart, type Draft, openParts, type Part, settledAs, UNCHANGED } from './draft.ts';
import { addressBookOf } from './same-address.ts';
import { ownerOf, type PartContext, settle } from './settle-parts.ts';

/** Adds the addresses that their customers do not have, and sets the form fields of the others as far as they differ. */
export async function writeAddresses(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  const missing: Part<'ADDRESS'>[] = [];
  const withOtherFields: (readonly [Part<'ADDRESS'>, readonly FormFieldInput[]])[] = [];
  for (const draft of drafts) {
    const held = draft.found?.addresses ?? [];
    const parts = openParts(draft, 'ADDRESS');
    if (!Array.isArray(held)) {
      for (const part of parts) part.settled = settledAs(ctx, 'NOT_ATTEMPTED', held as ItemError);
      continue;
    }
    const book = addressBookOf(held);
    for (const part of parts) {
      const record = book.take(part.input);
      if (record === undefined) {
        missing.push(part);
        continue;
      }
      part.recordId = record.entityId;
      const { formFields } = record;
      const sent = part.input.formFields ?? [];
      const isSame = !(formFields instanceof GatewayError) && formFieldsMatch(formFields, sent, textIsStored);
      if (isSame) part.settled = UNCHANGED;
      else withOtherFields.push([part, sent]);
    }
  }
  await Promise.all([
    settle(
      ctx,
      missing,
      (part) => ({ ...part.input, customerEntityId: ownerOf(part) }),
      (inputs) => createAddresses(ctx, inputs),
      ({ entityId }) => entityId,
    ),
    writeFieldsOfAddresses(ctx, withOtherFields),
  ]);
}

/** Sets the form fields of addresses that the store has. The outcome of an address is the worst of its fields. */
async function writeFieldsOfAddresses(
  ctx: PartContext,
  changes: readonly (readonly [Part<'ADDRESS'>, readonly FormFieldInput[]])[],
): Promise<void> {
  const fields = changes.map(([address, inputs]) => ({
    address,
    parts: inputs.map((input, index) => createPart(address.draft, 'FORM_FIELD', input, index)),
  }));
  const owners = new Map(
    fields.flatMap(({ address, parts }) => parts.map((part) => [part, address] as const)),
  );
  await settle(
    ctx,
    [...owners.keys()],
    (part) => ({ ...part.input, owner: { addressEntityId: owners.get(part)?.recordId ?? 0 } }),
    (inputs) => upsertFormFields(ctx, inputs),
    () => null,
  );
  for (const { address, parts } of fields) {
    const outcomes = parts.flatMap(({ settled }) => settled?.outcome ?? []);
    address.settled = {
      outcome: outcomes.find((outcome) => outcome !== 'UPDATED') ?? 'UPDATED',
      errors: parts.flatMap(({ settled, index }) =>
        (settled?.errors ?? []).map((error) => ({
          ...error,
          path: ['formFields', String(index), ...error.path],
        })),
      ),
    };
  }
}
