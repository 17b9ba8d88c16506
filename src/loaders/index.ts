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

/** What one GraphQL request has asked the store so far, so that nothing is asked twice. */
export interface Loaders {
  readonly customers: CustomerLoader;
  readonly addresses: AddressLoader;
  readonly attributes: AttributeLoader;
  readonly formFields: FormFieldLoader;
  readonly consent: ConsentLoader;
  readonly instruments: InstrumentLoader;
  readonly metafields: MetafieldLoader;
  readonly settings: SettingsLoader;
  /** Forgets everything that was asked so far: after a write none of it is certain. */
  forget(): void;
}

export interface LoadersOptions {
  readonly rest: Rest;
  /** Shared by all requests. */
  readonly definitions: DefinitionsCache;
  /** Told of each answer that needed no call because it was kept. */
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

function freshLoaders({ rest, definitions, onCached, onShared }: LoadersOptions): Omit<Loaders, 'forget'> {
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
