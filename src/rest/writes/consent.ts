import type { WriteAttempt } from '../client/http.ts';
import type { RequestClient } from '../client/request-client.ts';
import { nullOnStatus } from '../errors.ts';
import type { ConsentCategory } from '../records/consent.ts';
import { unwrapEnvelope } from '../wire/decode.ts';
import { WRITE_RULES } from '../write-rules.ts';

/** Both lists with the store's own category names. Categories unknown to the gateway must be kept. */
export interface RawConsent {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Writes of `/customers/{id}/consent`, and the read before a partial update. */
export interface ConsentWrites {
  /** Null if there is no such customer. */
  readRaw(customerId: number): Promise<RawConsent | null>;
  /** Replaces both lists. The store requires both. */
  update(customerId: number, consent: RawConsent): Promise<WriteAttempt>;
}

export function createConsentWrites(client: RequestClient): ConsentWrites {
  return {
    async readRaw(customerId) {
      const body = await nullOnStatus(404, client.get('getCustomerConsent', consentPath(customerId)));
      if (body === null) return null;
      const { allow, deny } = unwrapEnvelope(body);
      return { allow: stringsIn(allow), deny: stringsIn(deny) };
    },
    update: (customerId, { allow, deny }) =>
      client.write(WRITE_RULES.updateConsent, consentPath(customerId), { allow, deny }),
  };
}

/** Converts categories to the store's names, without duplicates. */
export function categoriesToWire(categories: readonly ConsentCategory[]): readonly string[] {
  return [...new Set(categories)].map((category) => category.toLowerCase());
}

function consentPath(customerId: number): string {
  return `/customers/${customerId}/consent`;
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
