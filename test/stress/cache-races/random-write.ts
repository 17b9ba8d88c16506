import type { WriteCall } from '../../../src/rest/client/queue.ts';
import type { OperationId } from '../../../src/rest/operations.ts';
import { listParameter } from '../../../src/rest/wire/query.ts';
import type { Random } from '../../../src/sandbox/random.ts';
import { CUSTOMERS, type ModelStore } from './model-store.ts';

type RandomWrite = Pick<WriteCall, 'body' | 'parameters'> & {
  readonly operation: Extract<
    OperationId,
    | 'createCustomers'
    | 'updateCustomers'
    | 'deleteCustomers'
    | 'createCustomersAddresses'
    | 'updateCustomersAddresses'
    | 'deleteCustomersAddresses'
  >;
};

let last = 0;

/** A write of one record. No two have the same body. @param prefix begins the values that it sets */
export function randomWrite(random: Random, model: ModelStore, prefix: string): RandomWrite {
  last += 1;
  const value = `${prefix}${last}`;
  const customer = pickId(random, model.customerIds());
  const address = pickId(random, model.addressIds());
  const dice = random.next();
  const isFew = model.customerIds().length < CUSTOMERS;
  if (dice < 0.35)
    return { operation: 'updateCustomers', parameters: [], body: [{ id: customer, first_name: value }] };
  if (dice < 0.42 || isFew)
    return { operation: 'createCustomers', parameters: [], body: [{ first_name: value }] };
  if (dice < 0.47) return { operation: 'deleteCustomers', parameters: [listParameter('id:in', [customer])] };
  if (dice < 0.65)
    return {
      ...{ operation: 'createCustomersAddresses', parameters: [] },
      body: [{ customer_id: customer, city: value }],
    };
  if (dice < 0.85)
    return { operation: 'updateCustomersAddresses', parameters: [], body: [{ id: address, city: value }] };
  return { operation: 'deleteCustomersAddresses', parameters: [listParameter('id:in', [address])] };
}

/** One of some ids. The first ones are picked most, so that reads and writes of one record meet. */
export function pickId(random: Random, ids: readonly number[]): number {
  return ids[Math.floor(random.next() ** 3 * ids.length)] ?? 1;
}
