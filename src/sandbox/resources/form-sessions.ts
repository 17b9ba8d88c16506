import type { z } from 'zod';
import type { Call } from '../call.ts';
import { ApiError, type ErrorLocation } from '../responses.ts';
import type { Store } from '../store.ts';
import type { formFieldsSchema } from '../validation.ts';

/** The owner of form field values: a customer or an address. */
export interface FormOwner {
  readonly kind: 'customer' | 'address';
  readonly id: number;
}

export type FormFieldInput = z.output<typeof formFieldsSchema>[number];

export interface FieldRow {
  readonly id: number;
  readonly owner: FormOwner['kind'];
  readonly name: string;
  readonly type: string;
}

export interface ValueRow {
  readonly session_id: number;
  readonly field_id: number;
  readonly value: string;
}

/**
 * The platform stores the values of an owner as a session, and its cursors contain session ids. Here session ids are
 * even for customers and odd for addresses, so both share one sequence.
 */
export function toSessionId({ kind, id }: FormOwner): number {
  return id * 2 + (kind === 'address' ? 1 : 0);
}

export function fromSessionId(sessionId: number): FormOwner {
  return { kind: sessionId % 2 === 1 ? 'address' : 'customer', id: Math.floor(sessionId / 2) };
}

/** The form fields of customers, of addresses, or of both. The API can neither list nor create them. */
export function listFormFields(store: Store, kind?: FormOwner['kind']): FieldRow[] {
  const fields = store.all<FieldRow>('SELECT * FROM form_fields ORDER BY id');
  return kind === undefined ? fields : fields.filter(({ owner }) => owner === kind);
}

/** All form fields of the owners as `include=formfields` returns them, with an empty value if none is set. */
export function readFormFields(store: Store, kind: FormOwner['kind'], ids: readonly number[]) {
  const fields = listFormFields(store, kind);
  const sessions = ids.map((id) => toSessionId({ kind, id }));
  const values = new Map<string, unknown>();
  const sql = 'SELECT * FROM form_field_values WHERE session_id IN (SELECT value FROM json_each(?))';
  for (const row of store.all<ValueRow>(sql, JSON.stringify(sessions))) {
    values.set(`${row.session_id}/${row.field_id}`, JSON.parse(row.value));
  }
  return (id: number) =>
    fields.map(({ id: fieldId, name, type }) => ({
      [`${kind}_id`]: id,
      name,
      value: values.get(`${toSessionId({ kind, id })}/${fieldId}`) ?? unsetValue(type),
    }));
}

/** Writes the `form_fields` of a customer or an address. Throws as setFormField. */
export function setFormFields(
  call: Call,
  owner: FormOwner,
  inputs: readonly FormFieldInput[] | undefined,
  { failure, path }: ErrorLocation,
): void {
  for (const [index, input] of (inputs ?? []).entries()) {
    setFormField(call, owner, input, { failure, path: `${path}.form_fields.${index}` });
  }
}

/**
 * Writes a form field value of an owner and returns it as it is stored. Throws a 422 if the field does not exist or the
 * value has the wrong type.
 */
export function setFormField(
  call: Call,
  owner: FormOwner,
  { name, value: given }: FormFieldInput,
  { failure, path }: ErrorLocation,
): FormFieldInput['value'] {
  const field = listFormFields(call.store, owner.kind).find((known) => known.name === name);
  if (!field) throw new ApiError(422, failure, { [`${path}.name`]: `form field "${name}" does not exist` });
  const clears = isEmpty(given) && call.switches.emptyClearsFormField;
  if (!clears && !hasType(given, field.type)) {
    const message = `must be a ${valueTypes[field.type] ?? 'string'}`;
    throw new ApiError(422, failure, { [`${path}.value`]: message });
  }
  const value = clears ? unsetValue(field.type) : given;
  const sessionId = toSessionId(owner);
  const sql = 'SELECT * FROM form_field_values WHERE session_id = ? AND field_id = ?';
  const exists = call.store.first<ValueRow>(sql, sessionId, field.id);
  call.store.run(
    'INSERT OR REPLACE INTO form_field_values (session_id, field_id, value) VALUES (?, ?, ?)',
    sessionId,
    field.id,
    JSON.stringify(value),
  );
  call.changes.record({
    kind: 'form-field-value',
    id: owner.id,
    key: `${owner.kind}/${owner.id}/${name}`,
    change: exists ? 'updated' : 'created',
  });
  return value;
}

/** Deletes the form field values of a deleted owner. */
export function deleteFormFields({ store, changes }: Call, owner: FormOwner): void {
  const names = new Map(listFormFields(store).map((field) => [field.id, field.name]));
  const sql = 'DELETE FROM form_field_values WHERE session_id = ? RETURNING field_id';
  for (const row of store.all<Pick<ValueRow, 'field_id'>>(sql, toSessionId(owner))) {
    const key = `${owner.kind}/${owner.id}/${names.get(row.field_id)}`;
    changes.record({ kind: 'form-field-value', id: owner.id, key, change: 'deleted' });
  }
}

/** The value that a form field has before it is set and after it is cleared. */
function unsetValue(fieldType: string): '' | string[] {
  return fieldType === 'checkboxes' ? [] : '';
}

function isEmpty(value: FormFieldInput['value']): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

/** What a value must be, by type of field. @default a string */
const valueTypes: Readonly<Record<string, string>> = { checkboxes: 'list', numbers: 'number', date: 'date' };

function hasType(value: FormFieldInput['value'], fieldType: string): boolean {
  if (fieldType === 'checkboxes') return Array.isArray(value);
  if (fieldType === 'numbers') return typeof value === 'number';
  return typeof value === 'string' && (fieldType !== 'date' || value !== '');
}
