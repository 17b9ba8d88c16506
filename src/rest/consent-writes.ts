import type { ConsentCategory } from './consent.ts';
import { orNull } from './failure.ts';
import type { Attempt } from './http.ts';
import type { Upstream } from './upstream.ts';
import { unwrapped } from './wire.ts';
import { WRITE_RULES } from './write-rules.ts';

/** Both lists as the store words them: it may know categories that this program does not, and they are to stay. */
export interface StoredConsent {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Writes of `/customers/{id}/consent`, and the read that they may need. */
export interface ConsentWrites {
  /** Null where the store knows no such customer. */
  stored(customerId: number): Promise<StoredConsent | null>;
  /** The store wants both lists. */
  update(customerId: number, consent: StoredConsent): Promise<Attempt>;
}

export function createConsentWrites(upstream: Upstream): ConsentWrites {
  return {
    async stored(customerId) {
      const body = await orNull(404, upstream.get('getCustomerConsent', pathOf(customerId)));
      if (body === null) return null;
      const { allow, deny } = unwrapped(body);
      return { allow: words(allow), deny: words(deny) };
    },
    update: (customerId, { allow, deny }) =>
      upstream.write(WRITE_RULES.updateConsent, pathOf(customerId), { allow, deny }),
  };
}

/** Categories as the store words them, each once. */
export function categoriesToWire(categories: readonly ConsentCategory[]): readonly string[] {
  return [...new Set(categories)].map((category) => category.toLowerCase());
}

function pathOf(customerId: number): string {
  return `/customers/${customerId}/consent`;
}

function words(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((word) => typeof word === 'string') : [];
}
