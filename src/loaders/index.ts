import type { Rest } from '../rest/index.ts';
import { onFirstUse } from '../rest/on-first-use.ts';
import type { CustomerAttributeDefinition } from '../rest/records/attributes.ts';
import type { FormFieldDefinition } from '../rest/records/form-fields.ts';
import type { Shortcuts } from '../rest/shortcuts.ts';
import { createAddressLoader } from './addresses.ts';
import { createAttributeLoader } from './attributes.ts';
import { createConsentLoader } from './consent.ts';
import { createCustomerLoader } from './customers.ts';
import type { DefinitionsCache } from './definitions.ts';
import type { BatchingOptions } from './fieldset-loader.ts';
import { createFormFieldLoader } from './form-fields.ts';
import { createInstrumentLoader } from './instruments.ts';
import { createMetafieldLoader } from './metafields.ts';
import { createSettingsLoader } from './settings.ts';

export interface LoadersOptions {
  readonly rest: Rest;
  /** The cache of attribute definitions, shared by all requests. */
  readonly definitions: DefinitionsCache<CustomerAttributeDefinition>;
  /** The cache of form field definitions, shared by all requests. */
  readonly formFieldDefinitions: DefinitionsCache<FormFieldDefinition>;
  /** Maximum age of cached answers that the request accepts, in milliseconds. @default any */
  readonly maxAgeMs?: number | undefined;
  /** Shared by all requests. */
  readonly shortcuts: Shortcuts;
  /** Called when a cached answer saved a call. */
  readonly onCached: () => void;
  readonly batching: BatchingOptions;
}

/** Makes the loaders of one GraphQL request, each on first use. */
export const createLoaders = onFirstUse<LoadersOptions>()({
  customers: ({ rest, batching }) => createCustomerLoader(rest, batching),
  addresses: ({ rest, batching }) => createAddressLoader(rest, batching),
  attributes: ({ rest, definitions, maxAgeMs, onCached, batching }) =>
    createAttributeLoader({ rest, cache: definitions, maxAgeMs, onCached, batching }),
  formFields: ({ rest, formFieldDefinitions, maxAgeMs, onCached, batching }) =>
    createFormFieldLoader({ rest, cache: formFieldDefinitions, maxAgeMs, onCached, batching }),
  consent: ({ rest, batching }) => createConsentLoader(rest, batching),
  instruments: ({ rest, batching }) => createInstrumentLoader(rest, batching),
  metafields: ({ rest, shortcuts, batching }) => createMetafieldLoader(rest, shortcuts, batching),
  settings: ({ rest, batching }) => createSettingsLoader(rest, batching),
  /** Clears the caches of all loaders. Call it after a write. */
  clear: (_options, reset) => reset,
});

/** The loaders of one GraphQL request. They batch its reads and never read the same record twice. */
export type Loaders = ReturnType<typeof createLoaders>;
