import type { Rest } from '../rest/index.ts';
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

/** The loaders of one GraphQL request. They batch its reads and never read the same record twice. */
export interface Loaders extends ReturnType<typeof createLoaderSet> {
  /** Clears the caches of all loaders. Call it after a write. */
  clear(): void;
}

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

export function createLoaders(options: LoadersOptions): Loaders {
  const loaders = {
    ...createLoaderSet(options),
    clear: () => void Object.assign(loaders, createLoaderSet(options)),
  };
  return loaders;
}

function createLoaderSet({ rest, definitions, shortcuts, onCached, onCoalesced }: LoadersOptions) {
  return {
    customers: createCustomerLoader(rest, onCoalesced),
    addresses: createAddressLoader(rest, onCoalesced),
    attributes: createAttributeLoader({ rest, cache: definitions, onCached, onCoalesced }),
    formFields: createFormFieldLoader(rest, onCoalesced),
    consent: createConsentLoader(rest, onCoalesced),
    instruments: createInstrumentLoader(rest, onCoalesced),
    metafields: createMetafieldLoader(rest, shortcuts, onCoalesced),
    settings: createSettingsLoader(rest, onCoalesced),
  };
}
