import type { FormFieldValueFilter } from '../rest/form-fields.ts';
import type { Rest } from '../rest/index.ts';
import type { FormFieldValue } from '../rest/records/form-fields.ts';
import type { PageRequest, StorePage } from '../rest/wire/page.ts';
import { type BatchingOptions, createQueryLoader, NO_PARTS } from './fieldset-loader.ts';

/** Loads pages of the store's form field values. */
export interface FormFieldLoader {
  page(request: PageRequest, filter: FormFieldValueFilter): Promise<StorePage<FormFieldValue>>;
}

export function createFormFieldLoader(
  { formFields }: Pick<Rest, 'formFields'>,
  batching?: BatchingOptions,
): FormFieldLoader {
  const pages = createQueryLoader<
    { request: PageRequest; filter: FormFieldValueFilter },
    never,
    StorePage<FormFieldValue>
  >(({ request, filter }) => formFields.page(request, filter), batching);
  return { page: (request, filter) => pages({ request, filter }, NO_PARTS) };
}
