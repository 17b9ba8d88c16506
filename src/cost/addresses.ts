import { OPERATIONS } from '../rest/operations.ts';
import { ASSUMED_NAMESAKES, filteredPageCost } from './filters.ts';
import { keySpace, lookupCalls, lookupCallsForIds, lookupCallsForOwners } from './lookups.ts';
import type { CallCounts } from './plan.ts';
import { type FieldCost, includesOf, keysOf, type RuleInput } from './population.ts';
import { type NodeCost, nodesOf } from './reads.ts';
import { deleteCost, idLookupCalls, writeCost } from './writes.ts';

const OPERATION = 'getCustomersAddresses';

/**
 * Addresses of a customer on average, as far as estimates go. The store has no limit. Most customers have few, and a
 * customer record holds the first ten.
 */
export const ASSUMED_ADDRESSES = 50;

/** The address books of customers. */
export const ADDRESS_BOOK: FieldCost = {
  operations: ['getCustomers', OPERATION],
  summary:
    'none; it is loaded with the customer (`include=addresses`), which holds at most ten. Customers with more cost one REST call per 250 of their addresses',
  rule({ population, plan, path }) {
    const { key, size, unbatched } = population;
    const counts = unbatched
      ? { calls: size }
      : lookupCallsForOwners(size, ASSUMED_ADDRESSES, keySpace(plan));
    const note = `only if a customer has more than ten; assumes at most ${ASSUMED_ADDRESSES} per customer on average`;
    // The number of addresses has no limit. The limit on the reads of an operation is the only one.
    plan.once(
      `addresses of ${key}`,
      { operation: OPERATION, field: path, note, isRare: true },
      { ...counts, atMost: Number.POSITIVE_INFINITY },
    );
    return population;
  },
};

/** A page of the addresses of all customers. */
export const ADDRESS_PAGE: FieldCost = filteredPageCost(OPERATION, {
  entityIds: 1,
  customerEntityIds: ASSUMED_ADDRESSES,
  names: ASSUMED_NAMESAKES,
  companies: ASSUMED_NAMESAKES,
});

/** An address by id. */
export const ADDRESS_LOOKUP: FieldCost = {
  operations: [OPERATION],
  summary: 'one REST call per 250 ids, shared by all `customerAddress` fields of the operation',
  rule: (input) => ADDRESS_NODES.rule(input, [[Number(input.args.entityId)]]),
};

export const ADDRESS_NODES: NodeCost = {
  operations: [OPERATION],
  summary: 'one REST call per 250 addresses',
  rule(input, nodes) {
    const { plan, path, caller } = input;
    const space = keySpace(plan);
    const call = { operation: OPERATION, field: path, includes: includesOf(input) } as const;
    const ids = nodes.map(([entityId]) => String(entityId));
    // A shopper's address is looked up among their own.
    if (caller.kind === 'shopper') plan.once('addresses of the shopper', call, ownAddressCalls(space));
    else plan.batched('addresses by id', call, ids, (keys) => lookupCalls(keys, space));
    return nodesOf('CustomerAddress', nodes, 'addresses by id');
  },
};

/** The calls that read the addresses of one customer. */
export function ownAddressCalls(space: number): CallCounts {
  return { ...lookupCallsForOwners(1, ASSUMED_ADDRESSES, space), atMost: Number.POSITIVE_INFINITY };
}

/** The form fields of an address. The response to a write lacks them. */
export const ADDRESS_FORM_FIELDS: FieldCost = {
  operations: ['getCustomers', OPERATION],
  summary:
    'none; they are loaded with the address (`include=formfields`). Those of written addresses cost one REST call per 250',
  rule({ population, plan, path }) {
    if (!population.isWritten || population.ofCustomers) return population;
    const space = keySpace(plan);
    plan.batched(
      `addresses ${population.after}`,
      { operation: OPERATION, field: path, includes: new Set(['formFields']) },
      keysOf(population),
      ({ length }) => lookupCallsForIds(length, space),
    );
    return population;
  },
};

/**
 * Creates of addresses. The first one in a process reads the highest id. If that fails, or if ids do not tell which addresses
 * are new, each batch reads the addresses of its customers.
 */
export const CREATE_ADDRESSES: FieldCost = writeCost({
  operation: 'createCustomersAddresses',
  list: 'addresses',
  others: [OPERATION],
  more: '. The first create in a process reads the highest address id, in at most two',
  planReads: (input, items) => planHighestAddressId(input, items.length),
});

/** Plans the reads that tell which addresses are new after this many creates. */
export function planHighestAddressId({ plan, path }: Pick<RuleInput, 'plan' | 'path'>, count: number): void {
  if (plan.addressIds === 'known') return;
  const batches = Math.ceil(count / OPERATIONS.createCustomersAddresses.maxItems);
  const call = { operation: OPERATION, field: path, isOfWrite: true } as const;
  if (plan.addressIds === 'distrusted') {
    plan.once(`addresses before ${path}`, call, { calls: batches });
    return;
  }
  const note = 'once per process';
  // Both reads are repeated once if they fail.
  plan.once('highest address id', { ...call, note }, { calls: 2, atMost: 4 + batches });
}

/** Updates of addresses. The store does not check the owner, so those of shoppers are looked up among their own. */
export const UPDATE_ADDRESSES: FieldCost = writeCost({
  operation: 'updateCustomersAddresses',
  list: 'addresses',
  others: [OPERATION],
  more: '. For shoppers also one per 250 of their addresses, to check the owner',
  planReads({ plan, path, caller }) {
    if (caller.kind !== 'shopper') return;
    const call = { operation: OPERATION, field: path, isOfWrite: true } as const;
    plan.once(`owner at ${path}`, call, ownAddressCalls(keySpace(plan)));
  },
});

export const DELETE_ADDRESSES: FieldCost = deleteCost({
  operation: 'deleteCustomersAddresses',
  lookup: OPERATION,
  lookupSummary: 'one per 250',
  countLookups: ({ plan, caller }, items) =>
    caller.kind === 'shopper' ? ownAddressCalls(keySpace(plan)) : idLookupCalls(plan, items),
});
