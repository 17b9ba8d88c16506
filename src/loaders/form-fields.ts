import type { FormFieldValueFilter } from '../rest/form-fields.ts';
import type { Rest } from '../rest/index.ts';
import type { FormFieldDefinition, FormFieldValue } from '../rest/records/form-fields.ts';
import type { PageRequest, StorePage } from '../rest/wire/page.ts';
import { createDefinitionsLoader, type DefinitionsCache } from './definitions.ts';
import { type BatchingOptions, createQueryLoader, NO_PARTS } from './fieldset-loader.ts';

/** Loads pages of the store's form field values, and what they show of the form fields. */
export interface FormFieldLoader {
  page(request: PageRequest, filter: FormFieldValueFilter): Promise<StorePage<FormFieldValue>>;
  /** The form fields that have values. */
  definitions(): Promise<readonly FormFieldDefinition[]>;
}

export interface FormFieldLoaderOptions {
  readonly rest: Pick<Rest, 'formFields'>;
  readonly cache: DefinitionsCache<FormFieldDefinition>;
  /** Maximum age of cached definitions in milliseconds. @default that of the cache */
  readonly maxAgeMs?: number | undefined;
  /** Called when the cache saved calls. */
  readonly onCached: () => void;
  readonly batching?: BatchingOptions | undefined;
}

export function createFormFieldLoader(options: FormFieldLoaderOptions): FormFieldLoader {
  const { formFields } = options.rest;
  const pages = createQueryLoader<
    { request: PageRequest; filter: FormFieldValueFilter },
    never,
    StorePage<FormFieldValue>
  >(({ request, filter }) => formFields.page(request, filter), options.batching);
  return {
    page: (request, filter) => pages({ request, filter }, NO_PARTS),
    definitions: createDefinitionsLoader({ ...options, read: formFields.definitions }),
  };
}
