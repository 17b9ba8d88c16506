import type { CustomerConsent } from '../rest/consent.ts';
import type { Rest } from '../rest/index.ts';
import { createEachLoader, type OnShared } from './batch.ts';

/** Consent, one call a customer: the store has no batch. */
export interface ConsentLoader {
  ofCustomer(customerEntityId: number): Promise<CustomerConsent | null>;
}

export function createConsentLoader({ consent }: Pick<Rest, 'consent'>, onShared?: OnShared): ConsentLoader {
  return { ofCustomer: createEachLoader(consent.ofCustomer, onShared) };
}
