import type { RequestClient } from './client/request-client.ts';
import { nullOnStatus } from './errors.ts';
import { type CustomerConsent, readConsent } from './records/consent.ts';

/** Reads of `/customers/{id}/consent`. The API has no batch read. */
export interface ConsentRest {
  /** Null if there is no such customer. */
  ofCustomer(customerId: number): Promise<CustomerConsent | null>;
}

export function createConsent(client: RequestClient): ConsentRest {
  return {
    async ofCustomer(customerId) {
      const body = await nullOnStatus(404, client.get('getCustomerConsent', { ids: [customerId] }));
      return body === null ? null : readConsent(body, customerId, client.onUnexpectedField);
    },
  };
}
