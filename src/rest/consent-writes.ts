import type { ConsentCategory } from './consent.ts';
import { orNull } from './failure.ts';
import type { Attempt } from './http.ts';
import type { Upstream } from './upstream.ts';
import { unwrapped } from './wire.ts';
import { WRITE_RULES } from './write-rules.ts';

/** Both lists with the store's own category names. Categories unknown to the gateway must be kept. */
export interface StoredConsent {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Writes of `/customers/{id}/consent`, and the read before a partial update. */
export interface ConsentWrites {
  /** Null if there is no such customer. */
  stored(customerId: number): Promise<StoredConsent | null>;
  /** Replaces both lists. The store requires both. */
  update(customerId: number, consent: StoredConsent): Promise<Attempt>;
}

export function createConsentWrites(client: Upstream): ConsentWrites {
  return {
    async stored(customerId) {
      const body = await orNull(404, client.get('getCustomerConsent', pathOf(customerId)));
      if (body === null) return null;
      const { allow, deny } = unwrapped(body);
      return { allow: words(allow), deny: words(deny) };
    },
    update: (customerId, { allow, deny }) =>
      client.write(WRITE_RULES.updateConsent, pathOf(customerId), { allow, deny }),
  };
}

/** Converts categories to the store's names, without duplicates. */
export function categoriesToWire(categories: readonly ConsentCategory[]): readonly string[] {
  return [...new Set(categories)].map((category) => category.toLowerCase());
}

function pathOf(customerId: number): string {
  return `/customers/${customerId}/consent`;
}

function words(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
