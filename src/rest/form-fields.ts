import { readTogether } from './batching/read-together.ts';
import type { RequestClient } from './client/request-client.ts';
import { readOrNull } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';
import {
  type FormFieldDefinition,
  type FormFieldType,
  type FormFieldValue,
  readFormFieldKey,
  readOwnedFormField,
} from './records/form-fields.ts';
import { type PageRequest, pageParameters, readPage, type StorePage } from './wire/page.ts';
import { type Parameter, parameter } from './wire/query.ts';

/** All types of form fields, in the order of the API documentation. */
const TYPES: readonly FormFieldType[] = [
  'CHECKBOXES',
  'DATE',
  'MULTILINE',
  'NUMBERS',
  'PASSWORD',
  'RADIOBUTTONS',
  'TEXT',
  'PICKLIST',
];

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
  /**
   * The form fields that appear among the first 250 values of each type, by owner and name. The API does not list form fields,
   * and a value does not tell its type, but values can be filtered by type: one call for each.
   */
  definitions(): Promise<readonly FormFieldDefinition[]>;
}

export function createFormFields(client: RequestClient): FormFieldsRest {
  const get = (request: PageRequest, filter: FormFieldValueFilter) =>
    client.get('getCustomersFormFieldValues', {
      parameters: [...filterParameters(filter), ...pageParameters(request)],
    });

  async function definitionsOfType(type: FormFieldType): Promise<readonly FormFieldDefinition[]> {
    // A store that rejects a type has no fields of it.
    const answer = get({ page: 1, limit: PAGE_SIZE }, { fieldType: type });
    const page = await readOrNull(422, answer, (body) =>
      readPage(body, (item) => readFormFieldKey(item, client.onUnexpectedField)),
    );
    return (page?.items ?? []).flatMap((key) => (key === null ? [] : { ...key, type }));
  }

  return {
    async page(request, filter) {
      const body = await get(request, filter);
      return readPage(body, (item) => readOwnedFormField(item, client.onUnexpectedField));
    },
    async definitions() {
      return mergeDefinitions((await readTogether(TYPES.map(definitionsOfType))).flat());
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

/** One definition for each owner and name, in their order. Its type is null if two fields of that name differ in it. */
function mergeDefinitions(all: readonly FormFieldDefinition[]): readonly FormFieldDefinition[] {
  const byField = Map.groupBy(all, ({ owner, name }) => JSON.stringify([owner, name]));
  return [...byField.keys()].toSorted().flatMap((key) => {
    const [first, ...others] = byField.get(key) ?? [];
    if (first === undefined) return [];
    return { ...first, type: others.every(({ type }) => type === first.type) ? first.type : null };
  });
}
