import type { Rest } from '../rest/index.ts';
import type { CustomerConsent } from '../rest/records/consent.ts';
import { type BatchingOptions, createSingleLoader } from './fieldset-loader.ts';

/** Loads consent with one call per customer: the API has no batch read. */
export interface ConsentLoader {
  /** Null if there is no such customer. */
  ofCustomer(customerEntityId: number): Promise<CustomerConsent | null>;
}

export function createConsentLoader(
  { consent }: Pick<Rest, 'consent'>,
  batching?: BatchingOptions,
): ConsentLoader {
  return { ofCustomer: createSingleLoader(consent.ofCustomer, batching) };
}
