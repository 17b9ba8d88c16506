import type { Rest } from '../rest/index.ts';
import { type AddressLoader, createAddressLoader } from './addresses.ts';
import { type AttributeLoader, createAttributeLoader, type DefinitionsCache } from './attributes.ts';
import { type ConsentLoader, createConsentLoader } from './consent.ts';
import { type CustomerLoader, createCustomerLoader } from './customers.ts';
import type { OnCoalesced } from './fieldset-loader.ts';
import { createFormFieldLoader, type FormFieldLoader } from './form-fields.ts';
import { createInstrumentLoader, type InstrumentLoader } from './instruments.ts';
import { createMetafieldLoader, type MetafieldLoader } from './metafields.ts';
import { createSettingsLoader, type SettingsLoader } from './settings.ts';

interface LoaderSet {
  readonly customers: CustomerLoader;
  readonly addresses: AddressLoader;
  readonly attributes: AttributeLoader;
  readonly formFields: FormFieldLoader;
  readonly consent: ConsentLoader;
  readonly instruments: InstrumentLoader;
  readonly metafields: MetafieldLoader;
  readonly settings: SettingsLoader;
}

/** The loaders of one GraphQL request. They batch its reads and never read the same record twice. */
export interface Loaders extends LoaderSet {
  /** Clears the caches of all loaders. Call it after a write. */
  clear(): void;
}

export interface LoadersOptions {
  readonly rest: Rest;
  /** The cache of attribute definitions, shared by all requests. */
  readonly definitions: DefinitionsCache;
  /** Called when a cached answer saved a call. */
  readonly onCached: () => void;
  readonly onCoalesced: OnCoalesced;
}

export function createLoaders(options: LoadersOptions): Loaders {
  let current = createLoaderSet(options);
  return {
    get customers() {
      return current.customers;
    },
    get addresses() {
      return current.addresses;
    },
    get attributes() {
      return current.attributes;
    },
    get formFields() {
      return current.formFields;
    },
    get consent() {
      return current.consent;
    },
    get instruments() {
      return current.instruments;
    },
    get metafields() {
      return current.metafields;
    },
    get settings() {
      return current.settings;
    },
    clear() {
      current = createLoaderSet(options);
    },
  };
}

function createLoaderSet({ rest, definitions, onCached, onCoalesced }: LoadersOptions): LoaderSet {
  return {
    customers: createCustomerLoader(rest, onCoalesced),
    addresses: createAddressLoader(rest, onCoalesced),
    attributes: createAttributeLoader({ rest, cache: definitions, onCached, onCoalesced }),
    formFields: createFormFieldLoader(rest, onCoalesced),
    consent: createConsentLoader(rest, onCoalesced),
    instruments: createInstrumentLoader(rest, onCoalesced),
    metafields: createMetafieldLoader(rest, onCoalesced),
    settings: createSettingsLoader(rest, onCoalesced),
  };
}
