import { orNull } from './failure.ts';
import type { Upstream } from './upstream.ts';
import { dateTime, listOf, type OnIrregular, unwrapped, word } from './wire.ts';

export type ConsentCategory = 'ESSENTIAL' | 'FUNCTIONAL' | 'ANALYTICS' | 'TARGETING';

/** The kinds of tracking that a customer allows and denies. */
export interface CustomerConsent {
  readonly allow: readonly ConsentCategory[];
  readonly deny: readonly ConsentCategory[];
  /** In a read, the time of the call: the store does not report the last change. */
  readonly updatedAt: Date | null;
}

/** Reads of `/customers/{id}/consent`. The API has no batch read. */
export interface ConsentRest {
  /** Null if there is no such customer. */
  ofCustomer(customerId: number): Promise<CustomerConsent | null>;
}

export function createConsent(client: Upstream): ConsentRest {
  return {
    async ofCustomer(customerId) {
      const body = await orNull(404, client.get('getCustomerConsent', `/customers/${customerId}/consent`));
      return body === null ? null : readConsent(body, client.onIrregular);
    },
  };
}

const CATEGORIES = {
  essential: 'ESSENTIAL',
  functional: 'FUNCTIONAL',
  analytics: 'ANALYTICS',
  targeting: 'TARGETING',
} as const;

export function readConsent(body: unknown, onIrregular: OnIrregular): CustomerConsent {
  const wire = unwrapped(body);
  return {
    allow: readCategories(wire.allow, 'consent.allow', onIrregular),
    deny: readCategories(wire.deny, 'consent.deny', onIrregular),
    updatedAt: dateTime(wire.updated_at, 'consent.updated_at', onIrregular),
  };
}

function readCategories(value: unknown, field: string, onIrregular: OnIrregular): readonly ConsentCategory[] {
  const categories = listOf(value, (item) => word(item, CATEGORIES, field, () => {}), field, onIrregular);
  if (categories === null) onIrregular(field);
  return categories ?? [];
}
