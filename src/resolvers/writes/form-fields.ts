import type { Context } from '../../context.ts';
import { valueOrThrow } from '../../errors.ts';
import { itemsOrThrow } from '../../rest/batching/chunks.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { FormFieldOwner, FormFieldValue } from '../../rest/records/form-fields.ts';
import type { FormFieldUpsert } from '../../rest/writes/form-fields.ts';
import { checkFormField, checkId } from '../inputs/validation.ts';
import { formFieldMatches, readingOf, textMatches } from './answers.ts';
import type { MatchKey, MatchRules } from './match.ts';
import { foldText, normalizeText } from './normalize.ts';
import type { WritePayload } from './results.ts';
import { runWrites } from './run.ts';
import type { ReadBackContext, Reading } from './spec.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders'>;

/** Sets form field values of customers and addresses. The store does not report whether a value existed before. */
export async function upsertFormFields(
  ctx: MutationContext,
  values: readonly FormFieldUpsert[],
): Promise<WritePayload<FormFieldValue>> {
  return runWrites<FormFieldUpsert, FormFieldValue>(
    ctx,
    {
      list: 'values',
      operation: OPERATIONS.updateCustomerFormFieldValues,
      kind: 'update',
      entity: 'form-field',
      check: ({ owner, ...field }) => [
        ...checkId('owner.customerEntityId', owner.customerEntityId),
        ...checkId('owner.addressEntityId', owner.addressEntityId),
        ...checkFormField(field),
      ],
      keysOf: ({ owner: { customerEntityId, addressEntityId }, name }) => [
        customerEntityId
          ? formFieldKey('customer', customerEntityId, name)
          : formFieldKey('address', addressEntityId ?? 0, name),
      ],
      send: (items) => ctx.rest.formFieldWrites.upsert(items),
      match: MATCH_BY_OWNER_AND_NAME,
      readBack,
    },
    values,
  );
}

/** The key of a form field's value, over all kinds of writes that can set it. */
export function formFieldKey(owner: 'customer' | 'address', ownerId: number, name: string): string {
  return `form-field ${owner} ${ownerId} ${normalizeText(name)}`;
}

/** A form field value has no id. */
const MATCH_BY_OWNER_AND_NAME: MatchRules<FormFieldUpsert, FormFieldValue> = {
  exact: [ownedName((name) => name), ownedName(normalizeText)],
  partial: [ownedName(foldText), ownedName(() => '')],
};

/** @param spell what counts of the name */
function ownedName(spell: (name: string) => string): MatchKey<FormFieldUpsert, FormFieldValue> {
  const keyOf = (owner: FormFieldUpsert['owner'] | FormFieldOwner, name: string) =>
    JSON.stringify([owner.customerEntityId ?? null, owner.addressEntityId ?? null, spell(name)]);
  return { item: ({ owner, name }) => keyOf(owner, name), record: (field) => keyOf(field, field.name) };
}

// The form field endpoint lists the values of one owner per call. Customers and addresses include theirs in batches.
async function readBack(
  items: readonly FormFieldUpsert[],
  { rest }: ReadBackContext<FormFieldUpsert, FormFieldValue>,
): Promise<ReadonlyMap<FormFieldUpsert, Reading<FormFieldValue>>> {
  const customerIds = items.flatMap(({ owner }) => owner.customerEntityId ?? []);
  const addressIds = items.flatMap(({ owner }) => owner.addressEntityId ?? []);
  const [customers, addresses] = await Promise.all([
    rest.customers.byIds([...new Set(customerIds)], { filter: {}, include: FORM_FIELDS }),
    rest.addresses.byIds([...new Set(addressIds)], FORM_FIELDS),
  ]);
  const fieldsOfCustomers = new Map(
    itemsOrThrow(customers).map(({ entityId, formFields }) => [entityId, formFields]),
  );
  const fieldsOfAddresses = new Map(
    itemsOrThrow(addresses).map(({ entityId, formFields }) => [entityId, formFields]),
  );
  return new Map(
    items.map((item): [FormFieldUpsert, Reading<FormFieldValue>] => {
      const { customerEntityId, addressEntityId } = item.owner;
      const fields = customerEntityId
        ? fieldsOfCustomers.get(customerEntityId)
        : fieldsOfAddresses.get(addressEntityId ?? 0);
      if (fields === undefined) return [item, { state: 'gone' }];
      const record = valueOrThrow(fields)?.find((field) => textMatches(field.name, item.name));
      if (record === undefined) return [item, { state: 'differs', record: null }];
      return [item, readingOf(record, (field, isSame) => formFieldMatches(field, item.value, isSame))];
    }),
  );
}

const FORM_FIELDS: ReadonlySet<'formFields'> = new Set(['formFields']);
