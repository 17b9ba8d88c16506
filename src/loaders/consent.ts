import type { CustomerConsent } from '../rest/consent.ts';
import type { Rest } from '../rest/index.ts';
import { createEachLoader } from './batch.ts';

/** Consent, one call a customer: the store has no batch. */
export interface ConsentLoader {
  ofCustomer(customerEntityId: number): Promise<CustomerConsent | null>;
}

export function createConsentLoader({ consent }: Pick<Rest, 'consent'>): ConsentLoader {
  return { ofCustomer: createEachLoader(consent.ofCustomer) };
}
