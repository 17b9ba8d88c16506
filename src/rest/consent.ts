import type { RequestClient } from './client/request-client.ts';
import { readOrNull } from './errors.ts';
import { type CustomerConsent, readConsent } from './records/consent.ts';

/** Reads of `/customers/{id}/consent`. The API has no batch read. */
export interface ConsentRest {
  /** Null if there is no such customer. */
  ofCustomer(customerId: number): Promise<CustomerConsent | null>;
}

export function createConsent(client: RequestClient): ConsentRest {
  return {
    ofCustomer(customerId) {
      const answer = client.get('getCustomerConsent', { ids: [customerId] });
      return readOrNull(404, answer, (body) => readConsent(body, customerId, client.onUnexpectedField));
    },
  };
}
