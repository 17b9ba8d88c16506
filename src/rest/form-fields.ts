import type { RequestClient } from './client/request-client.ts';
import { type FormFieldValue, readOwnedFormField } from './records/form-fields.ts';
import { type PageRequest, pageParameters, readPage, type StorePage } from './wire/page.ts';
import { type Parameter, parameter } from './wire/query.ts';

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

export function createFormFields(client: RequestClient): FormFieldsRest {
  return {
    async page(request, filter) {
      const parameters = [...filterParameters(filter), ...pageParameters(request)];
      const body = await client.get('getCustomersFormFieldValues', { parameters });
      return readPage(body, (item) => readOwnedFormField(item, client.onUnexpectedField));
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
    ...(customerEntityId === undefined ? [] : [parameter('customer_id', customerEntityId)]),
    ...(addressEntityId === undefined ? [] : [parameter('address_id', addressEntityId)]),
    ...(fieldName === undefined ? [] : [parameter('field_name', fieldName)]),
    ...(fieldType === undefined ? [] : [parameter('field_type', fieldType.toLowerCase())]),
  ];
}
