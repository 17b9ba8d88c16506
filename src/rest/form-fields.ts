import { isObject, listOf, type OnIrregular, text } from './wire.ts';

/** Whom a form field value belongs to: exactly one of the two is set. */
export interface FormFieldOwner {
  readonly customerEntityId: number | null;
  readonly addressEntityId: number | null;
}

/** A form field's value. The store does not say which type of field it came from, only what it holds. */
export type FormFieldValue = FormFieldOwner & { readonly name: string } & (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'number'; readonly number: number }
    | { readonly kind: 'choices'; readonly choices: readonly string[] }
  );

interface FormFieldWire {
  readonly name?: unknown;
  readonly value?: unknown;
}

/** The `form_fields` of a customer or an address. Null where the store left them out. */
export function readFormFields(
  wire: unknown,
  owner: FormFieldOwner,
  onIrregular: OnIrregular,
): readonly FormFieldValue[] | null {
  return listOf(wire, (item) => readFormField(item, owner, onIrregular), 'form_fields', onIrregular);
}

function readFormField(
  wire: unknown,
  owner: FormFieldOwner,
  onIrregular: OnIrregular,
): FormFieldValue | null {
  if (!isObject(wire)) return null;
  const { name, value } = wire as FormFieldWire;
  const field = { ...owner, name: text(name, 'form_field.name', onIrregular) };
  if (typeof value === 'number') return { ...field, kind: 'number', number: value };
  if (Array.isArray(value)) {
    const choices = value.filter((choice) => typeof choice === 'string');
    if (choices.length < value.length) onIrregular('form_field.value[]');
    return { ...field, kind: 'choices', choices };
  }
  return { ...field, kind: 'text', text: text(value, 'form_field.value', onIrregular) };
}
