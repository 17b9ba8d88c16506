import type { Rest } from '../rest/index.ts';
import { type AddressLoader, createAddressLoader } from './addresses.ts';
import { type CustomerLoader, createCustomerLoader } from './customers.ts';

/** What one GraphQL request has asked the store so far, so that nothing is asked twice. */
export interface Loaders {
  readonly customers: CustomerLoader;
  readonly addresses: AddressLoader;
}

export function createLoaders(rest: Rest): Loaders {
  return { customers: createCustomerLoader(rest), addresses: createAddressLoader(rest) };
}
