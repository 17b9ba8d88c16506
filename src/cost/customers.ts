import { parseGlobalIdOf } from '../resolvers/inputs/ids.ts';
import type { CustomerInclude } from '../rest/records/customers.ts';
import { foldEmail } from '../rest/wire/email.ts';
import { PARTS_IN_RESPONSE } from '../rest/writes/customers.ts';
import { NAMED_ATTRIBUTES, planAttributeNames } from './attributes.ts';
import {
  ASSUMED_NAMESAKES,
  countUrls,
  filterSpace,
  LONG_FILTER_SUMMARY,
  planFurtherUrls,
  type SplitLists,
} from './filters.ts';
import { keySpace, lookupCalls, lookupCallsForIds } from './lookups.ts';
import { pageCost, pageSize, planPage } from './pages.ts';
import type { CallCounts } from './plan.ts';
import {
  asObject,
  CUSTOMERS,
  type FieldCost,
  includesOf,
  keysOf,
  type Population,
  type RuleInput,
} from './population.ts';
import type { NodeCost } from './reads.ts';
import { deleteCost, idLookupCalls, writeCost } from './writes.ts';

const OPERATION = 'getCustomers';

const SPLIT_LISTS: SplitLists = { names: ASSUMED_NAMESAKES, companies: ASSUMED_NAMESAKES };

/** A page of customers. Customers that a filter lists by id or e-mail are read whole. */
export const CUSTOMER_PAGE: FieldCost = {
  ...pageCost(
    OPERATION,
    `. A sort by date, oldest first, costs up to two after 125 customers with one date, five if some of them are gone. A list of \`entityIds\` or \`emails\` takes as many as its URLs need. ${LONG_FILTER_SUMMARY}`,
  ),
  rule(input) {
    const { args, plan, path, selection } = input;
    const { entityIds, emails, ...others } = asObject(args.filter);
    const listed = (entityIds ?? emails) as readonly (string | number)[] | null | undefined;
    if (!listed) {
      planFurtherUrls(input, OPERATION, SPLIT_LISTS);
      return { ...planPage(input, OPERATION), ofCustomers: true, after: '' };
    }
    const count = pageSize(args);
    const isRead = count > 0 || selection.has('totalCount');
    if (isRead) {
      plan.once(
        `customers ${JSON.stringify(args.filter)}`,
        { operation: OPERATION, field: path, includes: includesOf(input) },
        listedCalls({ ...input, args: { ...args, filter: others } }, [...new Set(listed.map(String))]),
      );
    }
    return { ...CUSTOMERS, key: `customers ${JSON.stringify(args)}`, size: Math.min(count, listed.length) };
  },
};

/** The calls that read customers by key. Other lists take up to half of each URL. */
function listedCalls(input: RuleInput, keys: readonly string[]): CallCounts {
  const urls = countUrls(input, Object.keys(SPLIT_LISTS), 1 / 2);
  const { names: _names, companies: _companies, ...others } = asObject(input.args.filter);
  const space =
    urls > 1 ? filterSpace(input.plan, others) / 2 : filterSpace(input.plan, asObject(input.args.filter));
  const { calls, atMost = calls } = lookupCalls(keys, space);
  return { calls: urls * calls, atMost: urls * atMost };
}

/** A customer by id or by e-mail address. */
export const CUSTOMER_LOOKUP: FieldCost = {
  operations: [OPERATION],
  summary:
    'one REST call per 250 ids and one per 250 e-mail addresses (fewer if the URL would exceed 2,000 characters), shared by all `customer` fields of the operation',
  rule(input) {
    const { email, entityId, id } = asObject(input.args.by);
    if (typeof email === 'string') return planByEmail(input, foldEmail(email));
    const number = typeof id === 'string' ? customerIdOrNull(id) : entityId;
    return planById(input, typeof number === 'number' ? [number] : []);
  },
};

/** The customer of a shopper. */
export const OWN_CUSTOMER: FieldCost = {
  operations: [OPERATION],
  summary: 'one REST call',
  rule: (input) =>
    planById(input, input.caller.kind === 'shopper' ? [input.caller.customerEntityId ?? 0] : []),
};

export const CUSTOMER_NODES: NodeCost = {
  operations: [OPERATION],
  summary: 'one REST call per 250 customers',
  rule: (input, nodes) =>
    planById(
      input,
      nodes.flatMap(([entityId]) => entityId ?? []),
    ),
};

/** The customer to which a record belongs. */
export const OWNER: FieldCost = {
  operations: [OPERATION],
  summary: 'none below that customer; otherwise one REST call per 250 customers',
  rule(input) {
    const { population } = input;
    if (population.ofCustomers) return population;
    const members = keysOf(population).map((name) => `customer of ${name}`);
    const owners = { ...population, key: `customers of ${population.key}`, members };
    return planUnknown(input, owners, `customers after ${population.after}`);
  },
};

/** The customers that a write returns. They are read again if the operation selects parts that the response lacks. */
export const WRITTEN_CUSTOMER: FieldCost = {
  operations: [OPERATION],
  summary:
    "none for what the store's response to the write contains. Addresses, attribute values, their counts, form fields, `shopperProfileId` and `segmentIds` cost one REST call per 250 customers",
  rule(input) {
    const parts = [...input.selection.includes<CustomerInclude>('Customer', 'CustomerAddress')];
    if (parts.length === 0) return { ...input.population, ofCustomers: true, isWritten: false };
    return planWritten(
      input,
      parts.every((part) => PARTS_IN_RESPONSE.has(part)),
    );
  },
};

/** The customer whose credentials were checked. */
export const CHECKED_CUSTOMER: FieldCost = {
  operations: [OPERATION],
  summary: 'one REST call',
  rule: (input) => planWritten(input, false),
};

function planById(input: RuleInput, ids: readonly number[]): Population {
  const { plan, path } = input;
  const space = keySpace(plan);
  const call = { operation: OPERATION, field: path, includes: includesOf(input) } as const;
  plan.batched('customers by id', call, ids.map(String), (keys) => lookupCalls(keys, space));
  const members = ids.map((id) => `customer ${id}`);
  return { ...CUSTOMERS, key: members.join(), size: ids.length, members };
}

function planByEmail(input: RuleInput, email: string): Population {
  const { plan, path } = input;
  const space = keySpace(plan);
  const call = { operation: OPERATION, field: path, includes: includesOf(input) } as const;
  plan.batched('customers by e-mail', call, [email], (keys) => lookupCalls(keys, space));
  return { ...CUSTOMERS, key: `customer ${email}`, members: [`customer ${email}`] };
}

/** @param isFallback whether the read is needed only if the response lacks a part that it should contain */
function planWritten(input: RuleInput, isFallback: boolean): Population {
  const { population } = input;
  return planUnknown(input, population, `customers ${population.after}`, isFallback);
}

/** Plans a lookup of customers whose ids are not known yet. */
function planUnknown(input: RuleInput, customers: Population, key: string, isFallback = false): Population {
  const { plan, path } = input;
  const space = keySpace(plan);
  const call = { operation: OPERATION, field: path, includes: includesOf(input) } as const;
  plan.batched(key, call, keysOf(customers), ({ length }) => {
    const counts = customers.unbatched ? { calls: length, atMost: length } : lookupCallsForIds(length, space);
    return isFallback ? { ...counts, calls: 0 } : counts;
  });
  return { ...customers, ofCustomers: true, isWritten: false };
}

// An invalid id fails its own field and costs nothing.
function customerIdOrNull(id: string): number | null {
  try {
    return parseGlobalIdOf('Customer', id, 'by.id');
  } catch {
    return null;
  }
}

/** Creates of customers, whose attributes can be given by name. */
export const CREATE_CUSTOMERS: FieldCost = writeCost({
  operation: 'createCustomers',
  list: 'customers',
  ...NAMED_ATTRIBUTES,
  planReads: (input, customers) =>
    planAttributeNames(
      input,
      customers.flatMap(({ attributes }) => (Array.isArray(attributes) ? attributes.map(asObject) : [])),
    ),
});

export const DELETE_CUSTOMERS: FieldCost = deleteCost({
  operation: 'deleteCustomers',
  lookup: OPERATION,
  lookupSummary: 'one per 250',
  countLookups: ({ plan }, items) => idLookupCalls(plan, items),
});
