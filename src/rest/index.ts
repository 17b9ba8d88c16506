import { type AddressesRest, createAddresses } from './addresses.ts';
import { type CustomersRest, createCustomers } from './customers.ts';
import type { Http } from './http.ts';
import { createUpstream } from './upstream.ts';
import type { OnIrregular } from './wire.ts';

/** The store's resources, bound to one GraphQL request. */
export interface Rest {
  readonly customers: CustomersRest;
  readonly addresses: AddressesRest;
}

export function createRest(http: Http, signal: AbortSignal, onIrregular: OnIrregular): Rest {
  const upstream = createUpstream(http, signal, onIrregular);
  return { customers: createCustomers(upstream), addresses: createAddresses(upstream) };
}
