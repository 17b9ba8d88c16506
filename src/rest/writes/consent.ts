import type { RequestClient } from '../client/request-client.ts';
import { readOrNull } from '../errors.ts';
import { OPERATIONS } from '../operations.ts';
import { type ConsentCategory, type CustomerConsent, readConsent } from '../records/consent.ts';
import { unwrapEnvelope } from '../wire/decode.ts';
import { oneOf, readReply, type WriteReply } from './reply.ts';

/** Both lists with the store's own category names. Categories unknown to the gateway must be kept. */
export interface RawConsent {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** New lists of categories. A list that is absent stays unchanged. */
export interface ConsentChange {
  readonly allow?: readonly ConsentCategory[] | null | undefined;
  readonly deny?: readonly ConsentCategory[] | null | undefined;
}

/** Writes of `/customers/{id}/consent`, and the read before a partial update. */
export interface ConsentWrites {
  /** Null if there is no such customer. */
  readRaw(customerId: number): Promise<RawConsent | null>;
  /** Replaces both lists. The store requires both. */
  update(customerId: number, consent: RawConsent): Promise<WriteReply<CustomerConsent>>;
}

export function createConsentWrites(client: RequestClient): ConsentWrites {
  return {
    readRaw(customerId) {
      const answer = client.get('getCustomerConsent', { ids: [customerId] });
      return readOrNull(404, answer, (body) => {
        const { allow, deny } = unwrapEnvelope(body);
        return { allow: stringsIn(allow), deny: stringsIn(deny) };
      });
    },
    async update(customerId, { allow, deny }) {
      const operation = OPERATIONS.updateCustomerConsent;
      const body = { allow, deny };
      const attempt = await client.write(operation, { ids: [customerId], body });
      return readReply(
        attempt,
        oneOf((wire) => readConsent(wire, customerId, client.onUnexpectedField), ['allow', 'deny']),
        { operation, items: [body] },
      );
    },
  };
}

/** Both lists after a change. A list that the change lacks is the one that the store has. */
export function mergeConsent(stored: RawConsent | undefined, { allow, deny }: ConsentChange): RawConsent {
  return {
    allow: allow ? categoriesToWire(allow) : (stored?.allow ?? []),
    deny: deny ? categoriesToWire(deny) : (stored?.deny ?? []),
  };
}

/** Converts categories to the store's names, without duplicates. */
function categoriesToWire(categories: readonly ConsentCategory[]): readonly string[] {
  return [...new Set(categories)].map((category) => category.toLowerCase());
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
