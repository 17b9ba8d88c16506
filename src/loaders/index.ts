import type { Rest } from '../rest/index.ts';
import { onFirstUse } from '../rest/on-first-use.ts';
import type { Shortcuts } from '../rest/shortcuts.ts';
import { createAddressLoader } from './addresses.ts';
import { createAttributeLoader, type DefinitionsCache } from './attributes.ts';
import { createConsentLoader } from './consent.ts';
import { createCustomerLoader } from './customers.ts';
import type { OnCoalesced } from './fieldset-loader.ts';
import { createFormFieldLoader } from './form-fields.ts';
import { createInstrumentLoader } from './instruments.ts';
import { createMetafieldLoader } from './metafields.ts';
import { createSettingsLoader } from './settings.ts';

export interface LoadersOptions {
  readonly rest: Rest;
  /** The cache of attribute definitions, shared by all requests. */
  readonly definitions: DefinitionsCache;
  /** Shared by all requests. */
  readonly shortcuts: Shortcuts;
  /** Called when a cached answer saved a call. */
  readonly onCached: () => void;
  readonly onCoalesced: OnCoalesced;
}

/** Makes the loaders of one GraphQL request, each on first use. */
export const createLoaders = onFirstUse<LoadersOptions>()({
  customers: ({ rest, onCoalesced }) => createCustomerLoader(rest, onCoalesced),
  addresses: ({ rest, onCoalesced }) => createAddressLoader(rest, onCoalesced),
  attributes: ({ rest, definitions, onCached, onCoalesced }) =>
    createAttributeLoader({ rest, cache: definitions, onCached, onCoalesced }),
  formFields: ({ rest, onCoalesced }) => createFormFieldLoader(rest, onCoalesced),
  consent: ({ rest, onCoalesced }) => createConsentLoader(rest, onCoalesced),
  instruments: ({ rest, onCoalesced }) => createInstrumentLoader(rest, onCoalesced),
  metafields: ({ rest, shortcuts, onCoalesced }) => createMetafieldLoader(rest, shortcuts, onCoalesced),
  settings: ({ rest, onCoalesced }) => createSettingsLoader(rest, onCoalesced),
  /** Clears the caches of all loaders. Call it after a write. */
  clear: (_options, reset) => reset,
});

/** The loaders of one GraphQL request. They batch its reads and never read the same record twice. */
export type Loaders = ReturnType<typeof createLoaders>;
