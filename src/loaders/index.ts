import type { Rest } from '../rest/index.ts';
import { type AddressLoader, createAddressLoader } from './addresses.ts';
import { type AttributeLoader, createAttributeLoader, type DefinitionsCache } from './attributes.ts';
import type { OnShared } from './batch.ts';
import { type ConsentLoader, createConsentLoader } from './consent.ts';
import { type CustomerLoader, createCustomerLoader } from './customers.ts';
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
  forget(): void;
}

export interface LoadersOptions {
  readonly rest: Rest;
  /** The cache of attribute definitions, shared by all requests. */
  readonly definitions: DefinitionsCache;
  /** Called when a cached answer saved a call. */
  readonly onCached: () => void;
  readonly onShared: OnShared;
}

export function createLoaders(options: LoadersOptions): Loaders {
  let current = freshLoaders(options);
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
    forget() {
      current = freshLoaders(options);
    },
  };
}

function freshLoaders({ rest, definitions, onCached, onShared }: LoadersOptions): LoaderSet {
  return {
    customers: createCustomerLoader(rest, onShared),
    addresses: createAddressLoader(rest, onShared),
    attributes: createAttributeLoader({ rest, cache: definitions, onCached, onShared }),
    formFields: createFormFieldLoader(rest, onShared),
    consent: createConsentLoader(rest, onShared),
    instruments: createInstrumentLoader(rest, onShared),
    metafields: createMetafieldLoader(rest, onShared),
    settings: createSettingsLoader(rest, onShared),
  };
}
