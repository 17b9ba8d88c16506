import { GatewayError } from '../errors.ts';
import type { RequestClient } from './client/request-client.ts';
import { readOrNull } from './errors.ts';
import { readInstrument, type StoredInstrument } from './records/instruments.ts';
import { isObject } from './wire/decode.ts';

/** Reads of `/customers/{id}/stored-instruments`, which require a separate OAuth scope. */
export interface InstrumentsRest {
  /** Null if there is no such customer. */
  ofCustomer(customerId: number): Promise<readonly StoredInstrument[] | null>;
}

export function createInstruments(client: RequestClient): InstrumentsRest {
  return {
    ofCustomer(customerId) {
      const answer = client.get('getCustomerStoredInstruments', { ids: [customerId] });
      return readOrNull(404, answer, (body) =>
        itemsOf(body).map((item) => readInstrument(item, client.onUnexpectedField)),
      );
    },
  };
}

function itemsOf(body: unknown): readonly unknown[] {
  const items = isObject(body) ? body.data : body;
  if (Array.isArray(items)) return items;
  throw new GatewayError(
    'UPSTREAM_BAD_RESPONSE',
    'The store answered stored instruments without a `data` array.',
  );
}
