import { MAX_DEFINITIONS, MAX_EMBEDDED } from '../rest/limits.ts';
import { filteredPageCost } from './filters.ts';
import { keySpace, lookupCallsForOwners } from './lookups.ts';
import type { CallCounts, CostPlan } from './plan.ts';
import { asObject, type FieldCost, type Population, type RuleInput } from './population.ts';
import { type NodeCost, nodesOf } from './reads.ts';
import { deleteCost, type Item, writeCost } from './writes.ts';

const VALUES = 'getCustomersAttributeValues';

/** All attribute definitions of the store. */
export const DEFINITIONS: FieldCost = {
  operations: ['getCustomersAttributes'],
  summary: 'one REST call for all definitions of the store, then none for 60 seconds',
  rule({ plan, path, population }) {
    if (plan.knowsDefinitions) return population;
    plan.once('definitions', { operation: 'getCustomersAttributes', field: path }, { calls: 1 });
    return population;
  },
};

/** A page of the attribute values of all customers. */
export const ATTRIBUTE_VALUE_PAGE: FieldCost = filteredPageCost(VALUES, {
  customerEntityIds: MAX_DEFINITIONS,
  attributeEntityIds: Number.POSITIVE_INFINITY,
});

const LOADED_VALUES =
  'none; they are loaded with the customer (`include=attributes`), which holds at most ten. Customers with more cost one REST call per 250 of their values';

/** The attribute values of customers. */
export const ATTRIBUTES: FieldCost = {
  operations: ['getCustomers', VALUES, 'getCustomersAttributes'],
  summary: `${LOADED_VALUES}. For shoppers also the definitions: ${DEFINITIONS.summary}`,
  rule: planValues,
};

/** One attribute value of a customer, by the id or the name of the attribute. */
export const ATTRIBUTE: FieldCost = {
  operations: ['getCustomers', VALUES, 'getCustomersAttributes'],
  summary: `${LOADED_VALUES}. By name, and for shoppers, also the definitions: ${DEFINITIONS.summary}`,
  rule(input) {
    if (typeof asObject(input.args.by).name === 'string') DEFINITIONS.rule(input);
    return planValues(input);
  },
};

export const VALUE_NODES: NodeCost = {
  operations: [VALUES],
  summary: 'one REST call per 250 attribute values that their customers have',
  rule(input, nodes) {
    const { plan, path } = input;
    planVisibility(input);
    const owners = nodes.map(([customerEntityId]) => String(customerEntityId));
    plan.batched('values by customer', { operation: VALUES, field: path }, owners, ({ length }) =>
      valueCalls(length, plan),
    );
    return nodesOf('CustomerAttributeValue', nodes, 'values by customer');
  },
};

function planValues(input: RuleInput): Population {
  const { population, plan, path } = input;
  const { key, size, unbatched } = population;
  planVisibility(input);
  // A customer has at most one value of each attribute. Ten may be all, or those that the record can hold.
  const isComplete = (plan.definitionCount ?? MAX_DEFINITIONS) < MAX_EMBEDDED;
  const counts = unbatched ? { calls: size } : valueCalls(size, plan);
  const note = isComplete
    ? 'only if a value in a customer cannot be read'
    : 'only if a customer has more than ten; one per 250 values that those customers have';
  plan.once(
    `values of ${key}`,
    { operation: VALUES, field: path, note, isRare: true },
    isComplete ? { calls: 0, atMost: counts.atMost ?? counts.calls } : counts,
  );
  return population;
}

/** The calls that read all values of these customers. */
function valueCalls(customers: number, plan: CostPlan): CallCounts {
  return lookupCallsForOwners(customers, plan.definitionCount ?? MAX_DEFINITIONS, keySpace(plan));
}

/** Which attributes a shopper can see depends on the names in their definitions. */
function planVisibility(input: RuleInput): void {
  if (input.caller.kind === 'shopper') DEFINITIONS.rule(input);
}

/** Creates of definitions. The existing ids are read first: afterwards they show which are new. */
export const CREATE_DEFINITIONS: FieldCost = clearingCache(
  writeCost({
    operation: 'createCustomersAttributes',
    list: 'definitions',
    noun: 'attributes',
    others: ['getCustomersAttributes'],
    more: '. One more reads the existing ids first',
    planReads({ plan, path }) {
      const call = { operation: 'getCustomersAttributes', field: path, isOfWrite: true } as const;
      plan.once(`ids at ${path}`, call, { calls: 1 });
    },
  }),
);

export const UPDATE_DEFINITIONS: FieldCost = clearingCache(
  writeCost({ operation: 'updateCustomersAttributes', list: 'definitions', noun: 'attributes' }),
);

export const DELETE_DEFINITIONS: FieldCost = clearingCache(
  deleteCost({
    operation: 'deleteCustomersAttributes',
    lookup: 'getCustomersAttributes',
    lookupSummary: 'one per 250',
    countLookups: () => ({ calls: 1 }),
  }),
);

/** A write of definitions clears their cache. */
function clearingCache(cost: FieldCost): FieldCost {
  return {
    ...cost,
    rule(input) {
      input.plan.forgetDefinitions();
      return cost.rule(input);
    },
  };
}

/** What a write that takes attributes by name can cost in addition. */
export const NAMED_ATTRIBUTES = {
  others: ['getCustomersAttributes'],
  more: `. If an attribute is given by name, also ${DEFINITIONS.summary} with names that are known`,
} as const;

/** Plans the read of the names of attributes. Cached ones are read again if a name is not among them. */
export function planAttributeNames({ plan, path }: RuleInput, attributes: readonly Item[]): void {
  if (!attributes.some(({ attributeName }) => typeof attributeName === 'string')) return;
  const note = 'more if a name is not known';
  plan.once(
    `names at ${path}`,
    { operation: 'getCustomersAttributes', field: path, note, isOfWrite: true },
    { calls: plan.knowsDefinitions ? 0 : 1, atMost: 1 },
  );
}

/** Upserts of values, whose attributes can be given by name. */
export const UPSERT_VALUES: FieldCost = writeCost({
  operation: 'upsertCustomersAttributeValues',
  list: 'values',
  ...NAMED_ATTRIBUTES,
  planReads: planAttributeNames,
});

/** Deletes of values. The store lists values by customer only. */
export const DELETE_VALUES: FieldCost = deleteCost({
  operation: 'deleteCustomersAttributeValues',
  list: 'values',
  lookup: VALUES,
  lookupSummary: 'one per 250 values of their customers',
  countLookups: ({ plan }, items) =>
    valueCalls(new Set(items.map(({ customerEntityId }) => customerEntityId)).size, plan),
});
