import type { Context } from '../context.ts';
import type { FormFieldUpsert } from '../rest/form-field-writes.ts';
import { type FormFieldValue, readOwnedFormField } from '../rest/form-fields.ts';
import { joined } from '../rest/portions.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { id, text } from './checks.ts';
import { isSet, recordsIn } from './write-answers.ts';
import type { WritePayload } from './write-results.ts';
import { type Found, runWrites } from './writes.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders'>;

/** Sets form field values of customers and addresses. The store does not report whether a value existed before. */
export async function upsertFormFields(
  ctx: MutationContext,
  values: readonly FormFieldUpsert[],
): Promise<WritePayload<FormFieldValue>> {
  const payload = await runWrites<FormFieldUpsert, FormFieldValue>(
    ctx.writes,
    {
      list: 'values',
      rule: WRITE_RULES.upsertFormFieldValues,
      outcome: 'UPDATED',
      check: ({ owner, name }) => [
        ...id('owner.customerEntityId', owner.customerEntityId),
        ...id('owner.addressEntityId', owner.addressEntityId),
        ...text('name', name, 1),
      ],
      keyOf: ({ owner, name }) =>
        JSON.stringify([owner.customerEntityId ?? null, owner.addressEntityId ?? null, name.trim()]),
      send: (items) => ctx.rest.formFieldWrites.upsert(items),
      recordsIn: (body) => recordsIn(body, (item) => readOwnedFormField(item, ctx.rest.onIrregular)),
      isRecordOf: isValueOf,
      readBack: (items) => readBack(ctx, items),
    },
    values,
  );
  ctx.loaders.forget();
  return payload;
}

function isValueOf(record: FormFieldValue, { owner, name }: FormFieldUpsert): boolean {
  return (
    record.name === name.trim() &&
    record.customerEntityId === (owner.customerEntityId ?? null) &&
    record.addressEntityId === (owner.addressEntityId ?? null)
  );
}

// The form field endpoint lists the values of one owner per call. Customers and addresses include theirs in batches.
async function readBack(
  { rest }: MutationContext,
  items: readonly FormFieldUpsert[],
): Promise<ReadonlyMap<FormFieldUpsert, Found<FormFieldValue>>> {
  const customerIds = items.flatMap(({ owner }) => owner.customerEntityId ?? []);
  const addressIds = items.flatMap(({ owner }) => owner.addressEntityId ?? []);
  const [customers, addresses] = await Promise.all([
    rest.customers.byIds([...new Set(customerIds)], { filter: {}, include: FORM_FIELDS }),
    rest.addresses.byIds([...new Set(addressIds)], FORM_FIELDS),
  ]);
  const fieldsOfCustomers = new Map(
    joined(customers).map(({ entityId, formFields }) => [entityId, formFields]),
  );
  const fieldsOfAddresses = new Map(
    joined(addresses).map(({ entityId, formFields }) => [entityId, formFields]),
  );
  return new Map(
    items.map((item): [FormFieldUpsert, Found<FormFieldValue>] => {
      const { customerEntityId, addressEntityId } = item.owner;
      const fields = customerEntityId
        ? fieldsOfCustomers.get(customerEntityId)
        : fieldsOfAddresses.get(addressEntityId ?? 0);
      if (fields === undefined) return [item, { state: 'gone' }];
      const record = fields?.find((field) => isValueOf(field, item));
      const isWritten = record !== undefined && isSet(record, item.value);
      return [item, isWritten ? { state: 'written', record } : { state: 'absent' }];
    }),
  );
}

const FORM_FIELDS: ReadonlySet<'formFields'> = new Set(['formFields']);
