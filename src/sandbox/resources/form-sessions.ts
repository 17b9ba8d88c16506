import type { z } from 'zod';
import type { Call } from '../call.ts';
import { ApiError } from '../responses.ts';
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
      value: values.get(`${toSessionId({ kind, id })}/${fieldId}`) ?? (type === 'checkboxes' ? [] : ''),
    }));
}

/** Writes form field values of an owner. Throws a 422 if a field does not exist or a value has the wrong type. */
export function setFormFields(
  call: Call,
  owner: FormOwner,
  inputs: readonly FormFieldInput[],
  { failure, path }: { readonly failure: string; readonly path: string },
): void {
  const fields = listFormFields(call.store, owner.kind);
  const sessionId = toSessionId(owner);
  for (const { name, value } of inputs) {
    const field = fields.find((known) => known.name === name);
    if (!field) throw new ApiError(422, failure, { [`${path}.name`]: `form field "${name}" does not exist` });
    if (valueType(value) !== expectedType(field.type)) {
      throw new ApiError(422, failure, { [`${path}.value`]: `must be a ${expectedType(field.type)}` });
    }
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
  }
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

function valueType(value: FormFieldInput['value']): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

function expectedType(fieldType: string): string {
  if (fieldType === 'checkboxes') return 'list';
  return fieldType === 'numbers' ? 'number' : 'string';
}
