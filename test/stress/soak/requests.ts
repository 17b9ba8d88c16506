import type { Caller } from '../../../src/access/caller.ts';
import { toGlobalId } from '../../../src/resolvers/inputs/ids.ts';
import { keyWith, shopper } from '../../support/callers.ts';
import type { RandomInteger } from './random.ts';

/** A request, and the customers whose marks its response may contain. */
export interface SoakRequest {
  readonly kind: string;
  readonly caller: Caller;
  readonly query: string;
  readonly variables: object;
  readonly allowedMarks: ReadonlySet<number>;
}

/** Customers, each with the ids of their addresses. */
export type AddressIds = ReadonlyMap<number, readonly number[]>;

/** The string that marks the records of a customer. */
export function markOf(customer: number): string {
  return `mark-${customer}-`;
}

/** The customers whose marks a string contains. */
export function marksIn(text: string): ReadonlySet<number> {
  return new Set([...text.matchAll(/mark-(\d+)-/g)].map(([, customer]) => Number(customer)));
}

const SHOPPERS = 40;
const KEYS = 10;

/** Forty shoppers and ten backends. */
export function createCallers(people: AddressIds): readonly Caller[] {
  const shoppers = [...people.keys()].slice(0, SHOPPERS).map((customer) => shopper(customer));
  const keys = Array.from({ length: KEYS }, (_, i) => ({
    ...keyWith('customers:read', 'customers:write'),
    name: `key ${i}`,
  }));
  return [...shoppers, ...keys];
}

const PROFILE = 'entityId company formFields { ... on TextFormFieldValue { text } }';
const ADDRESSES = 'addresses(first: 20) { nodes { address1 address2 customer { company } } }';

/** Draws the next request of a caller. A shopper requests own and foreign records, a backend any. */
export function generateRequest(draw: RandomInteger, people: AddressIds, caller: Caller): SoakRequest {
  const ids = [...people.keys()];
  const one = <T>(all: readonly T[]): T => all[draw(all.length)] as T;
  const own = caller.customerEntityId;
  // Half of the requests of shoppers are for foreign records.
  const customer = own !== null && draw(2) === 0 ? own : one(ids);
  const address = one(people.get(customer) ?? []);
  const some = [customer, one(ids), one(ids)];
  const about = (customers: readonly number[]) => new Set(own === null ? customers : [own]);

  const kinds: Readonly<Record<string, () => Omit<SoakRequest, 'kind' | 'caller'>>> = {
    viewer: () => ({
      query: `{ viewer { customer { ${PROFILE} ${ADDRESSES} } } }`,
      variables: {},
      allowedMarks: about([]),
    }),
    customer: () => ({
      query: `query ($id: Int!) { customer(by: { entityId: $id }) { ${PROFILE} ${ADDRESSES} } }`,
      variables: { id: customer },
      allowedMarks: about([customer]),
    }),
    customers: () => ({
      query: `query ($ids: [Int!]) { customers(filter: { entityIds: $ids }) { nodes { ${PROFILE} } } }`,
      variables: { ids: some },
      allowedMarks: about(some),
    }),
    address: () => ({
      query: 'query ($id: Int!) { customerAddress(entityId: $id) { address1 customer { company } } }',
      variables: { id: address },
      allowedMarks: about([customer]),
    }),
    nodes: () => ({
      query: `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { ${PROFILE} } ... on CustomerAddress { address1 } } }`,
      variables: {
        ids: [toGlobalId('CustomerAddress', address), ...some.map((id) => toGlobalId('Customer', id))],
      },
      allowedMarks: about(some),
    }),
    write: () => ({
      query: `mutation ($change: UpdateCustomerAddressInput!) {
        updateCustomerAddresses(input: { addresses: [$change] }) {
          results { outcome errors { message } address { address1 address2 } } } }`,
      variables: { change: { entityId: address, address2: markOf(own ?? customer) } },
      allowedMarks: about([customer]),
    }),
  };
  const kind = draw(20) === 0 ? 'write' : one(['viewer', 'customer', 'customers', 'address', 'nodes']);
  return { kind, caller, ...(kinds[kind] as () => Omit<SoakRequest, 'kind' | 'caller'>)() };
}
