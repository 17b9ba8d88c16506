import type { CustomerConsent } from '../rest/consent.ts';
import type { Rest } from '../rest/index.ts';
import { createEachLoader, type OnShared } from './batch.ts';

/** Loads consent with one call per customer: the API has no batch read. */
export interface ConsentLoader {
  /** Null if there is no such customer. */
  ofCustomer(customerEntityId: number): Promise<CustomerConsent | null>;
}

export function createConsentLoader({ consent }: Pick<Rest, 'consent'>, onShared?: OnShared): ConsentLoader {
  return { ofCustomer: createEachLoader(consent.ofCustomer, onShared) };
}
