import type { z } from 'zod';
import { type Answer, envelope, Refusal } from '../answers.ts';
import { eachItem } from '../batch.ts';
import type { Call } from '../call.ts';
import type { Filter, Filters } from '../filters.ts';
import { pageOf } from '../paging.ts';
import { decode, parseChoice, parseInteger } from '../query.ts';
import { formFieldInputs, id, parseItems } from '../rules.ts';
import type { Store } from '../store.ts';
import { type FormOwner, fieldsOf, ownerOf, sessionOf, setFormFields, type ValueRow } from './forms.ts';

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

const fieldsWhere = (condition: string) => `field_id IN (SELECT id FROM form_fields WHERE ${condition})`;

const filters: Filters = {
  customer_id: sessionIs('customer'),
  address_id: sessionIs('address'),
  field_name: (_name, raw) => ({ sql: fieldsWhere('name = ?'), params: [decode(raw)] }),
  field_type: (name, raw) => ({
    sql: fieldsWhere('type = ?'),
    params: [parseChoice(name, decode(raw), fieldTypes)],
  }),
};

const failure = 'Update form field values failed.';

const valueItem = formFieldInputs.element.extend({ customer_id: id.optional(), address_id: id.optional() });

export function getCustomersFormFieldValues(call: Call): Answer {
  const { rows, meta } = pageOf<ValueRow>(call, {
    table: 'form_field_values',
    filters,
    order: ['session_id', 'field_id'],
    cursors: true,
  });
  const names = new Map(fieldsOf(call.store).map((field) => [field.id, field.name]));
  const data = rows.map((row) => {
    const owner = ownerOf(row.session_id);
    return {
      name: names.get(row.field_id) ?? '',
      value: JSON.parse(row.value),
      [`${owner.kind}_id`]: owner.id,
    };
  });
  return envelope(data, meta);
}

export function updateCustomerFormFieldValues(call: Call): Answer {
  const items = parseItems(call.body, valueItem, { failure, limit: call.limits.itemsPerOtherCall });
  const data = eachItem(call, items, (item, index) => {
    const owner = ownerIn(item, index);
    if (!ownerExists(call.store, owner)) {
      throw new Refusal(422, failure, { [`${index}.${owner.kind}_id`]: `invalid ${owner.kind} ID` });
    }
    setFormFields(call, owner, [item], { failure, path: String(index) });
    return { name: item.name, value: item.value, [`${owner.kind}_id`]: owner.id };
  });
  return envelope(data);
}

function sessionIs(kind: FormOwner['kind']): Filter {
  return (name, raw) => ({
    sql: 'session_id = ?',
    params: [sessionOf({ kind, id: parseInteger(name, decode(raw)) })],
  });
}

function ownerIn(item: z.output<typeof valueItem>, index: number): FormOwner {
  const { customer_id: customerId, address_id: addressId } = item;
  if (customerId !== undefined && addressId === undefined) return { kind: 'customer', id: customerId };
  if (addressId !== undefined && customerId === undefined) return { kind: 'address', id: addressId };
  throw new Refusal(422, failure, {
    [`${index}.customer_id`]: 'exactly one of customer_id and address_id is required',
  });
}

function ownerExists(store: Store, { kind, id }: FormOwner): boolean {
  const table = kind === 'customer' ? 'customers' : 'addresses';
  return store.first(`SELECT 1 FROM ${table} WHERE id = ?`, id) !== null;
}
