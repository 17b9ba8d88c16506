import type { Context } from '../../context.ts';
import type { CustomerAddress } from '../../rest/records/addresses.ts';
import type { CustomerAttributeValue } from '../../rest/records/attributes.ts';
import type { Customer } from '../../rest/records/customers.ts';
import type { FormFieldInput } from '../../rest/wire/form-fields.ts';
import type { AddressFields } from '../../rest/writes/addresses.ts';
import type { ConsentChange } from '../../rest/writes/consent.ts';
import type { CustomerCreation, CustomerFields } from '../../rest/writes/customers.ts';
import {
  type AttributeReference,
  type FoundAttribute,
  type WithAttribute,
  withAttribute,
} from '../writes/attribute-names.ts';
import type { NestedAttribute } from '../writes/customers.ts';
import type { MetafieldUpsert } from '../writes/metafield-upserts.ts';
import type { WriteOutcome } from '../writes/outcome.ts';
import type { ItemError, WriteError } from '../writes/results.ts';
import { shownError } from '../writes/run.ts';

/** By what a customer of the store is found. */
export type MatchBy = 'EMAIL' | 'ENTITY_ID';

/** An attribute value, with the id of its attribute. */
export type AttributeInput = WithAttribute<NestedAttribute>;

/** A metafield of a customer, which namespace and key identify. */
export type MetafieldInput = Omit<MetafieldUpsert, 'customerEntityId'>;

/** A customer with all that belongs to it. An absent part stays as it is. */
export interface CustomerUpsert
  extends CustomerFields,
    Pick<CustomerCreation, 'originChannelId' | 'triggerAccountCreatedNotification'> {
  readonly entityId?: number | null | undefined;
  readonly addresses?: readonly AddressFields[] | null | undefined;
  /** Whether the addresses that are not in the list are deleted. @default false */
  readonly replaceAddresses?: boolean | null | undefined;
  readonly attributes?: readonly NestedAttribute[] | null | undefined;
  readonly consent?: ConsentChange | null | undefined;
  readonly metafields?: readonly MetafieldInput[] | null | undefined;
}

/** What each kind of part takes. A removal is an address that replacing deletes, by its id. */
interface PartInputs {
  readonly ADDRESS: AddressFields;
  readonly ATTRIBUTE: AttributeInput;
  readonly FORM_FIELD: FormFieldInput;
  readonly CONSENT: ConsentChange;
  readonly METAFIELD: MetafieldInput;
  readonly ADDRESS_REMOVAL: number;
}

export type PartKind = keyof PartInputs;

/** What became of a customer or of a part. Paths start within it. */
export interface Settled {
  readonly outcome: WriteOutcome;
  readonly errors: readonly WriteError[];
}

/** A part of an item, on its way. */
export interface Part<K extends PartKind = PartKind> {
  readonly kind: K;
  /** Its place in the list of its kind. Null if it is in none. */
  readonly index: number | null;
  readonly input: PartInputs[K];
  readonly draft: Draft;
  /** Null until it is known. */
  settled: Settled | null;
  /** The id of the record, as far as it is known. */
  recordId: number | null;
  /** Whether it goes with the create of its customer. */
  isNested: boolean;
  /** The part of the same item that has the same contents, of which this one is a copy. */
  original: Part | null;
}

/** A customer of the store, and what the lists that it embeds lack. */
export interface Found {
  readonly customer: Customer;
  /** All addresses, or why they are not known. Empty if they are not needed. */
  readonly addresses: readonly CustomerAddress[] | ItemError;
  readonly attributes: readonly CustomerAttributeValue[] | ItemError;
}

/** An item on its way. */
export interface Draft {
  readonly index: number;
  readonly item: CustomerUpsert;
  readonly parts: Part[];
  /** The customer that the store has. Null if it has none. */
  found: Found | null;
  /** Null until it is known what became of the customer. */
  settled: Settled | null;
  /** The customer as the store has it now, as far as it is known. */
  customer: Customer | null;
}

/** @param find finds the attributes that the items name */
export function createDraft(
  item: CustomerUpsert,
  index: number,
  find: (reference: AttributeReference) => FoundAttribute,
): Draft {
  const draft: Draft = { index, item, parts: [], found: null, settled: null, customer: null };
  draft.parts.push(
    ...partsOf(draft, 'ADDRESS', item.addresses),
    ...partsOf(
      draft,
      'ATTRIBUTE',
      item.attributes?.map((attribute) => withAttribute(attribute, find)),
    ),
    ...partsOf(draft, 'FORM_FIELD', item.formFields),
    ...(item.consent ? [createPart(draft, 'CONSENT', item.consent, null)] : []),
    ...partsOf(draft, 'METAFIELD', item.metafields),
  );
  return draft;
}

function partsOf<K extends PartKind>(
  draft: Draft,
  kind: K,
  inputs: readonly PartInputs[K][] | null | undefined,
): readonly Part<K>[] {
  return (inputs ?? []).map((input, index) => createPart(draft, kind, input, index));
}

export function createPart<K extends PartKind>(
  draft: Draft,
  kind: K,
  input: PartInputs[K],
  index: number | null,
): Part<K> {
  return { kind, index, input, draft, settled: null, recordId: null, isNested: false, original: null };
}

export function isKind<K extends PartKind>(part: Part, kind: K): part is Part<K> {
  return part.kind === kind;
}

/** The parts of a kind whose outcome is not known yet, without copies. */
export function openParts<K extends PartKind>({ parts }: Pick<Draft, 'parts'>, kind: K): readonly Part<K>[] {
  return parts.filter(
    (part): part is Part<K> => part.kind === kind && part.settled === null && part.original === null,
  );
}

/** Whether a part or a customer is as it was asked for. */
export function isDone({ settled }: Pick<Draft, 'settled'>): boolean {
  return settled !== null && DONE.has(settled.outcome);
}

const DONE: ReadonlySet<WriteOutcome> = new Set(['CREATED', 'UPDATED', 'UNCHANGED', 'DELETED']);

/** Says what the caller may see of a failure. */
export interface SettleContext {
  readonly writes: Pick<Context['writes'], 'shownFailure'>;
}

/** A result that is known without a write. Paths start within the item or the part. */
export function settledAs(
  ctx: SettleContext,
  outcome: WriteOutcome,
  ...errors: readonly ItemError[]
): Settled {
  return {
    outcome,
    errors: errors
      .map((error) => shownError(error, ctx.writes))
      .map(({ code, message, field, retryAfterMs, upstreamStatus }) => ({
        code,
        message,
        path: field === null ? [] : field.split('.'),
        retryAfterMs: retryAfterMs ?? null,
        upstreamStatus: upstreamStatus ?? null,
      })),
  };
}

export const UNCHANGED: Settled = { outcome: 'UNCHANGED', errors: [] };
