import type { Store } from '../store.ts';

/** Who filled in a form: a customer, or one of a customer's addresses. */
export interface FormOwner {
  readonly kind: 'customer' | 'address';
  readonly id: number;
}

interface FieldRow {
  readonly id: number;
  readonly owner: FormOwner['kind'];
  readonly name: string;
  readonly type: string;
}

interface ValueRow {
  readonly session_id: number;
  readonly field_id: number;
  readonly value: string;
}

/**
 * The platform keeps what one owner filled in as a session, and its cursors name sessions. Ours are even for
 * customers and odd for addresses, so that both kinds share one sequence.
 */
export function sessionOf({ kind, id }: FormOwner): number {
  return id * 2 + (kind === 'address' ? 1 : 0);
}

export function ownerOf(sessionId: number): FormOwner {
  return { kind: sessionId % 2 === 1 ? 'address' : 'customer', id: Math.floor(sessionId / 2) };
}

/** Every field of the owners' form, with its value or an empty one, as `include=formfields` shows it. */
export function formFieldsOf(store: Store, kind: FormOwner['kind'], ids: readonly number[]) {
  const fields = store.all<FieldRow>('SELECT * FROM form_fields WHERE owner = ? ORDER BY id', kind);
  const sessions = ids.map((id) => sessionOf({ kind, id }));
  const values = new Map<string, unknown>();
  const sql = 'SELECT * FROM form_field_values WHERE session_id IN (SELECT value FROM json_each(?))';
  for (const row of store.all<ValueRow>(sql, JSON.stringify(sessions))) {
    values.set(`${row.session_id}/${row.field_id}`, JSON.parse(row.value));
  }
  return (id: number) =>
    fields.map(({ id: fieldId, name, type }) => ({
      [`${kind}_id`]: id,
      name,
      value: values.get(`${sessionOf({ kind, id })}/${fieldId}`) ?? emptyValue(type),
    }));
}

function emptyValue(type: string): string | readonly string[] {
  return type === 'checkboxes' ? [] : '';
}
