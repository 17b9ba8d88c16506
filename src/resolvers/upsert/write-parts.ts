import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { FormFieldValue } from '../../rest/records/form-fields.ts';
import type { FormFieldInput } from '../../rest/wire/form-fields.ts';
import { createAddresses } from '../writes/addresses.ts';
import { formFieldMatches, formFieldsMatch, textIsStored, textMatches } from '../writes/answers.ts';
import { upsertAttributeValues } from '../writes/attributes.ts';
import { updateConsent } from '../writes/consent.ts';
import { upsertFormFields } from '../writes/form-fields.ts';
import type { ItemError, WritePayload, WriteResult } from '../writes/results.ts';
import {
  createPart,
  type Draft,
  openParts,
  type Part,
  type PartKind,
  settledAs,
  UNCHANGED,
} from './draft.ts';
import { addressBookOf } from './same-address.ts';

export type PartContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller' | 'definitions' | 'callLog'>;

/** Writes the parts of customers that the store has, as far as they differ. All items share the calls of each kind. */
export async function writeParts(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
  for (const draft of drafts) closeOrphans(ctx, draft);
  await Promise.all([
    writeAddresses(ctx, drafts),
    writeAttributes(ctx, drafts),
    writeFormFields(ctx, drafts),
    writeConsent(ctx, drafts),
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

function ownerOf({ draft }: Part): number {
  return draft.customer?.entityId ?? 0;
}

/**
 * Writes parts in one go, and settles them.
 * @param inputOf what the write takes of a part
 */
export async function settle<K extends PartKind, I, R>(
  { writes }: PartContext,
  parts: readonly Part<K>[],
  inputOf: (part: Part<K>) => I,
  write: (inputs: readonly I[]) => Promise<WritePayload<R>>,
  idOf: (record: R) => number | null,
): Promise<void> {
  const { maxItems } = writes;
  const slices = Array.from({ length: Math.ceil(parts.length / maxItems) }, (_, i) =>
    parts.slice(i * maxItems, (i + 1) * maxItems),
  );
  await Promise.all(
    slices.map(async (slice) => {
      const { results } = await write(slice.map(inputOf));
      for (const [place, part] of slice.entries()) {
        const result = results[place];
        if (result === undefined) throw new RangeError('a part has no result');
        part.settled = settledBy(result);
        if (result.record !== null) part.recordId = idOf(result.record);
      }
    }),
  );
}

/** The result of a write, with paths that start in the part. Whose part it is is no input. */
function settledBy({ outcome, errors }: WriteResult<unknown>): Part['settled'] {
  return {
    outcome,
    errors: errors.map((error) => {
      const path = error.path.slice(2);
      return { ...error, path: OWNER_FIELDS.has(path[0] ?? '') ? [] : path };
    }),
  };
}

const OWNER_FIELDS: ReadonlySet<string> = new Set(['customerEntityId', 'resourceId', 'owner', 'entityId']);

async function writeAddresses(ctx: PartContext, drafts: readonly Draft[]): Promise<void> {
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
