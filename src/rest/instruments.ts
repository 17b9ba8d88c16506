import { GatewayError } from '../errors.ts';
import type { RequestClient } from './client/request-client.ts';
import { nullOnStatus } from './errors.ts';
import { readInstrument, type StoredInstrument } from './records/instruments.ts';
import { isObject } from './wire/decode.ts';

/** Reads of `/customers/{id}/stored-instruments`, which require a separate OAuth scope. */
export interface InstrumentsRest {
  /** Null if there is no such customer. */
  ofCustomer(customerId: number): Promise<readonly StoredInstrument[] | null>;
}

export function createInstruments(client: RequestClient): InstrumentsRest {
  return {
    async ofCustomer(customerId) {
      const body = await nullOnStatus(404, client.get('getCustomerStoredInstruments', { ids: [customerId] }));
      if (body === null) return null;
      const wire = isObject(body) ? body.data : body;
      if (!Array.isArray(wire)) {
        throw new GatewayError(
          'UPSTREAM_BAD_RESPONSE',
          'The store answered stored instruments without a `data` array.',
        );
      }
      return wire.map((item) => readInstrument(item, client.onUnexpectedField));
    },
  };
}
