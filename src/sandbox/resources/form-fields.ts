import type { z } from 'zod';
import { processItems } from '../batch.ts';
import type { Call } from '../call.ts';
import type { Filter, Filters } from '../filters.ts';
import { readPage } from '../paging.ts';
import { decodeFormValue, parseEnum, parseInteger } from '../query.ts';
import { ApiError, type ApiResponse, envelope } from '../responses.ts';
import type { Store } from '../store.ts';
import { formFieldsSchema, id, parseItems } from '../validation.ts';
import {
  type FormOwner,
  fromSessionId,
  listFormFields,
  setFormField,
  toSessionId,
  type ValueRow,
} from './form-sessions.ts';

const fieldTypes = [
  'checkboxes',
  'date',
  'multiline',
  'numbers',
  'password',
  'radiobuttons',
  'text',
  'picklist',
] as const;

const fieldCondition = (condition: string) => `field_id IN (SELECT id FROM form_fields WHERE ${condition})`;

const filters: Filters = {
  customer_id: sessionEquals('customer'),
  address_id: sessionEquals('address'),
  field_name: (_name, raw) => ({ sql: fieldCondition('name = ?'), params: [decodeFormValue(raw)] }),
  field_type: (name, raw) => ({
    sql: fieldCondition('type = ?'),
    params: [parseEnum(name, decodeFormValue(raw), fieldTypes)],
  }),
};

const failure = 'Update form field values failed.';

const valueItem = formFieldsSchema.element.extend({ customer_id: id.optional(), address_id: id.optional() });

export function getCustomersFormFieldValues(call: Call): ApiResponse {
  const { rows, meta } = readPage<ValueRow>(call, {
    table: 'form_field_values',
    filters,
    order: ['session_id', 'field_id'],
    cursors: true,
  });
  const names = new Map(listFormFields(call.store).map((field) => [field.id, field.name]));
  const data = rows.map((row) => {
    const owner = fromSessionId(row.session_id);
    return {
      name: names.get(row.field_id) ?? '',
      value: JSON.parse(row.value),
      [`${owner.kind}_id`]: owner.id,
    };
  });
  return envelope(data, meta);
}

export function updateCustomerFormFieldValues(call: Call): ApiResponse {
  const items = parseItems(call.body, valueItem, { failure, limit: call.limits.itemsPerOtherCall });
  const data = processItems(call, items, (item, index) => {
    const owner = parseOwner(item, index);
    if (!ownerExists(call.store, owner)) {
      throw new ApiError(422, failure, { [`${index}.${owner.kind}_id`]: `invalid ${owner.kind} ID` });
    }
    const value = setFormField(call, owner, item, { failure, path: String(index) });
    return { name: item.name, value, [`${owner.kind}_id`]: owner.id };
  });
  return envelope(data);
}

function sessionEquals(kind: FormOwner['kind']): Filter {
  return (name, raw) => ({
    sql: 'session_id = ?',
    params: [toSessionId({ kind, id: parseInteger(name, decodeFormValue(raw)) })],
  });
}

function parseOwner(item: z.output<typeof valueItem>, index: number): FormOwner {
  const { customer_id: customerId, address_id: addressId } = item;
  if (customerId !== undefined && addressId === undefined) return { kind: 'customer', id: customerId };
  if (addressId !== undefined && customerId === undefined) return { kind: 'address', id: addressId };
  throw new ApiError(422, failure, {
    [`${index}.customer_id`]: 'exactly one of customer_id and address_id is required',
  });
}

function ownerExists(store: Store, { kind, id }: FormOwner): boolean {
  const table = kind === 'customer' ? 'customers' : 'addresses';
  return store.first(`SELECT 1 FROM ${table} WHERE id = ?`, id) !== null;
}
