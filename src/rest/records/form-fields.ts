import { GatewayError, type Readable } from '../../errors.ts';
import { isObject, type OnUnexpectedField, readItems, readList, readText } from '../wire/decode.ts';
import { readOptionalId } from '../wire/ids.ts';

export type FormFieldType =
  | 'CHECKBOXES'
  | 'DATE'
  | 'MULTILINE'
  | 'NUMBERS'
  | 'PASSWORD'
  | 'RADIOBUTTONS'
  | 'TEXT'
  | 'PICKLIST';

/** A form field of the store, as far as its values show it. */
export interface FormFieldDefinition {
  readonly owner: 'CUSTOMER' | 'ADDRESS';
  readonly name: string;
  /** Null if fields of several types have this name. */
  readonly type: FormFieldType | null;
}

/** Owner of a form field value: a customer or an address. One of the two is null. The other can be unreadable. */
export interface FormFieldOwner {
  readonly customerEntityId: Readable<number | null>;
  readonly addressEntityId: Readable<number | null>;
}

/** A form field's value. The store returns the value without the type of its field. */
export type FormFieldValue = FormFieldOwner & { readonly name: string } & (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'number'; readonly number: number }
    | { readonly kind: 'choices'; readonly choices: readonly string[] }
  );

export function readOwnedFormField(item: unknown, onUnexpectedField: OnUnexpectedField): FormFieldValue {
  const wire: FormFieldWire = isObject(item) ? item : {};
  const owner = {
    customerEntityId: readOptionalId(wire.customer_id, 'form_field.customer_id', onUnexpectedField),
    addressEntityId: readOptionalId(wire.address_id, 'form_field.address_id', onUnexpectedField),
  };
  const value = readFormField(wire, owner, onUnexpectedField);
  if (value === null || (owner.customerEntityId === null) === (owner.addressEntityId === null)) {
    throw new GatewayError(
      'UPSTREAM_BAD_RESPONSE',
      'The store answered a form field value without a usable owner.',
    );
  }
  return value;
}

/** The field to which a value belongs. Null if its owner or its name cannot be read. */
export function readFormFieldKey(
  item: unknown,
  onUnexpectedField: OnUnexpectedField,
): Pick<FormFieldDefinition, 'owner' | 'name'> | null {
  const wire: FormFieldWire = isObject(item) ? item : {};
  const name = readText(wire.name, 'form_field.name', onUnexpectedField);
  const isOf = (id: unknown) => id !== undefined && id !== null;
  if (name === '' || isOf(wire.customer_id) === isOf(wire.address_id)) return null;
  return { owner: isOf(wire.customer_id) ? 'CUSTOMER' : 'ADDRESS', name };
}

interface FormFieldWire {
  readonly customer_id?: unknown;
  readonly address_id?: unknown;
  readonly name?: unknown;
  readonly value?: unknown;
}

/** Decodes the `form_fields` of a customer or an address. Null if the store left them out, an error if one cannot be read. */
export function readFormFields(
  wire: unknown,
  owner: FormFieldOwner,
  onUnexpectedField: OnUnexpectedField,
): Readable<readonly FormFieldValue[] | null> {
  return readList(
    wire,
    (item) => readFormField(item, owner, onUnexpectedField),
    'form_fields',
    onUnexpectedField,
  );
}

function readFormField(
  wire: unknown,
  owner: FormFieldOwner,
  onUnexpectedField: OnUnexpectedField,
): FormFieldValue | null {
  if (!isObject(wire)) return null;
  const { name, value } = wire as FormFieldWire;
  const field = { ...owner, name: readText(name, 'form_field.name', onUnexpectedField) };
  if (typeof value === 'number') return { ...field, kind: 'number', number: value };
  if (Array.isArray(value)) {
    const choices = readItems(value, (choice) => (isObject(choice) || Array.isArray(choice) ? null : choice));
    return (
      choices && {
        ...field,
        kind: 'choices',
        choices: choices.map((choice) => readText(choice, 'form_field.value[]', onUnexpectedField)),
      }
    );
  }
  if (isObject(value)) return null;
  return { ...field, kind: 'text', text: readText(value, 'form_field.value', onUnexpectedField) };
}
