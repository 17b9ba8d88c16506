import { GatewayError } from '../errors.ts';
import { type PageRequest, pageParameters, readPage, type StorePage } from './page.ts';
import { type Parameter, scalar } from './query.ts';
import type { Upstream } from './upstream.ts';
import { isObject, listOf, type OnIrregular, reference, text } from './wire.ts';

/** Owner of a form field value: a customer or an address. Exactly one of the two is set. */
export interface FormFieldOwner {
  readonly customerEntityId: number | null;
  readonly addressEntityId: number | null;
}

/** A form field's value. The store returns the value without the type of its field. */
export type FormFieldValue = FormFieldOwner & { readonly name: string } & (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'number'; readonly number: number }
    | { readonly kind: 'choices'; readonly choices: readonly string[] }
  );

export type FormFieldType =
  | 'CHECKBOXES'
  | 'DATE'
  | 'MULTILINE'
  | 'NUMBERS'
  | 'PASSWORD'
  | 'RADIOBUTTONS'
  | 'TEXT'
  | 'PICKLIST';

/** Conditions on form field values, combined with AND. The API accepts one value each, no lists. */
export interface FormFieldValueFilter {
  readonly customerEntityId?: number | undefined;
  readonly addressEntityId?: number | undefined;
  readonly fieldName?: string | undefined;
  readonly fieldType?: FormFieldType | undefined;
}

/** Reads of `/customers/form-field-values`. */
export interface FormFieldsRest {
  page(request: PageRequest, filter: FormFieldValueFilter): Promise<StorePage<FormFieldValue>>;
}

export function createFormFields(client: Upstream): FormFieldsRest {
  return {
    async page(request, filter) {
      const parameters = [...filterParameters(filter), ...pageParameters(request)];
      const body = await client.get(
        'getCustomersFormFieldValues',
        '/customers/form-field-values',
        parameters,
      );
      return readPage(body, (item) => readOwnedFormField(item, client.onIrregular));
    },
  };
}

function filterParameters({
  customerEntityId,
  addressEntityId,
  fieldName,
  fieldType,
}: FormFieldValueFilter): Parameter[] {
  return [
    ...(customerEntityId === undefined ? [] : [scalar('customer_id', customerEntityId)]),
    ...(addressEntityId === undefined ? [] : [scalar('address_id', addressEntityId)]),
    ...(fieldName === undefined ? [] : [scalar('field_name', fieldName)]),
    ...(fieldType === undefined ? [] : [scalar('field_type', fieldType.toLowerCase())]),
  ];
}

export function readOwnedFormField(item: unknown, onIrregular: OnIrregular): FormFieldValue {
  const wire: FormFieldWire = isObject(item) ? item : {};
  const owner = {
    customerEntityId: reference(wire.customer_id, 'form_field.customer_id', onIrregular),
    addressEntityId: reference(wire.address_id, 'form_field.address_id', onIrregular),
  };
  const value = readFormField(wire, owner, onIrregular);
  if (value === null || (owner.customerEntityId === null) === (owner.addressEntityId === null)) {
    throw new GatewayError(
      'UPSTREAM_BAD_RESPONSE',
      'The store answered a form field value without a usable owner.',
    );
  }
  return value;
}

interface FormFieldWire {
  readonly customer_id?: unknown;
  readonly address_id?: unknown;
  readonly name?: unknown;
  readonly value?: unknown;
}

/** Decodes the `form_fields` of a customer or an address. Null if the store left them out. */
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
