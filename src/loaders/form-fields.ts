import type { FormFieldValue, FormFieldValueFilter } from '../rest/form-fields.ts';
import type { Rest } from '../rest/index.ts';
import type { PageRequest, StorePage } from '../rest/page.ts';
import { createReadsLoader, NO_PARTS, type OnShared } from './batch.ts';

/** Loads pages of the store's form field values. */
export interface FormFieldLoader {
  page(request: PageRequest, filter: FormFieldValueFilter): Promise<StorePage<FormFieldValue>>;
}

export function createFormFieldLoader(
  { formFields }: Pick<Rest, 'formFields'>,
  onShared?: OnShared,
): FormFieldLoader {
  const pages = createReadsLoader<
    { request: PageRequest; filter: FormFieldValueFilter },
    never,
    StorePage<FormFieldValue>
  >(({ request, filter }) => formFields.page(request, filter), onShared);
  return { page: (request, filter) => pages({ request, filter }, NO_PARTS) };
}
