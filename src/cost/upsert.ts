import { spellingsOf } from '../resolvers/writes/customers.ts';
import { MAX_DEFINITIONS, MAX_EMBEDDED } from '../rest/limits.ts';
import { OPERATIONS, type OperationId } from '../rest/operations.ts';
import { ASSUMED_ADDRESSES, planHighestAddressId } from './addresses.ts';
import { NAMED_ATTRIBUTES, planAttributeNames } from './attributes.ts';
import { keySpace, lookupCalls, lookupCallsForIds, lookupCallsForOwners } from './lookups.ts';
import { planMetafieldUpserts } from './metafield-upserts.ts';
import { asObject, type FieldCost, ROOT, type RuleInput } from './population.ts';
import { FAILURE_NOTE, type Item, inputItems, maxCallsPerBatch } from './writes.ts';

/**
 * An upsert of whole customers. Before the execution it is not known which of them the store has, so each is priced as what
 * costs more.
 */
export const UPSERT_CUSTOMERS: FieldCost = {
  operations: [
    'getCustomers',
    'createCustomers',
    'updateCustomers',
    'getCustomersAddresses',
    'createCustomersAddresses',
    'deleteCustomersAddresses',
    'getCustomersAttributes',
    'getCustomersAttributeValues',
    'upsertCustomersAttributeValues',
    'updateCustomerFormFieldValues',
    'getCustomerConsent',
    'updateCustomerConsent',
    'getCustomersMetafields',
    'getallCustomersMetafields',
    'createCustomerMetafields',
    'createCustomersMetafields',
    'updateCustomerMetafield',
    'updateCustomersMetafields',
  ],
  summary: `one REST call per 250 ids, or per 1,700 characters of e-mail addresses, to look the customers up; one per 10 customers that are new or differ. A new customer has its addresses, attribute values and form fields in the same call. For customers of the store one per 10 addresses, 10 attribute values and 10 form fields that differ. Consent: one read each, and one write each if it differs. Metafields as in \`upsertCustomerMetafields\`; those of new customers are not read. Customers with more than ten addresses or attribute values: one read per 250 of those. Replaced addresses: one read and one delete per 250. More if a response is lost or an item is rejected${NAMED_ATTRIBUTES.more}`,
  rule(input) {
    const items = inputItems(input, 'customers');
    planLookups(input, items);
    planCustomers(input, items);
    planAddresses(input, items);
    planAttributes(input, items);
    planBatches(input, 'updateCustomerFormFieldValues', countOf(items, 'formFields'));
    planConsent(input, items);
    planMetafields(input, items);
    const key = `written at ${input.path}`;
    const partsEach = items.length === 0 ? 0 : countParts(items) / items.length;
    return { ...ROOT, key, size: items.length, after: key, isWritten: true, partsEach };
  },
};

function listOf(item: Item, list: string): readonly unknown[] {
  return Array.isArray(item[list]) ? item[list] : [];
}

function countOf(items: readonly Item[], list: string): number {
  return items.reduce((sum, item) => sum + listOf(item, list).length, 0);
}

function countParts(items: readonly Item[]): number {
  const inLists = PART_LISTS.reduce((sum, list) => sum + countOf(items, list), 0);
  const replaced = items.filter(({ replaceAddresses }) => replaceAddresses === true).length;
  return inLists + items.filter(hasConsent).length + replaced * ASSUMED_ADDRESSES;
}

const PART_LISTS = ['addresses', 'attributes', 'formFields', 'metafields'] as const;

function hasConsent({ consent }: Item): boolean {
  return typeof consent === 'object' && consent !== null;
}

/** @param rounds how often an item can be sent in another way */
function planBatches(
  { plan, path }: RuleInput,
  operation: OperationId,
  count: number,
  { rounds = 1, items, name = '' }: { rounds?: number; items?: number; name?: string } = {},
): void {
  if (count === 0) return;
  const batches = Math.ceil(count / OPERATIONS[operation].maxItems);
  const call = { operation, field: path, note: FAILURE_NOTE, ...(items !== undefined && { items }) };
  plan.once(`${operation} ${name} at ${path}`, call, {
    calls: batches,
    atMost: rounds * batches * maxCallsPerBatch(count / batches),
  });
}

function planLookups({ plan, path, args }: RuleInput, items: readonly Item[]): void {
  const space = keySpace(plan);
  const isByEmail = asObject(args.input).matchBy === 'EMAIL';
  const emails = items.flatMap(({ email }) => (typeof email === 'string' ? spellingsOf(email) : []));
  const keys = isByEmail ? emails : items.map(({ entityId }) => String(entityId));
  const { calls, atMost = calls } = lookupCalls([...new Set(keys)], space);
  // Those that somebody else has created meanwhile are looked up again.
  const counts = { calls, atMost: isByEmail ? 2 * atMost : atMost };
  const includes = new Set<string>(
    [
      ['addresses', 'addresses'],
      ['attributes', 'attributes'],
      ['formFields', 'formFields'],
      ['storeCredit', 'storeCredit'],
    ].flatMap(([list = '', include = '']) => (countOf(items, list) > 0 ? [include] : [])),
  );
  const call = { operation: 'getCustomers', field: path, isOfWrite: true, includes } as const;
  plan.once(`customers before ${path}`, call, counts);
}

function planCustomers(input: RuleInput, items: readonly Item[]): void {
  const { plan, path, args } = input;
  const count = items.length;
  if (asObject(args.input).matchBy !== 'EMAIL') {
    planBatches(input, 'updateCustomers', count, { items: count });
    return;
  }
  // Created with its parts, created without them, updated since somebody else has created it.
  planBatches(input, 'createCustomers', count, { items: count, rounds: 3 });
  // Creates and updates do not share a call.
  if (count > 1)
    plan.once(`updateCustomers at ${path}`, { operation: 'updateCustomers', field: path }, { calls: 1 });
}

function planAddresses(input: RuleInput, items: readonly Item[]): void {
  const { plan, path } = input;
  const owners = items.filter(({ addresses }) => Array.isArray(addresses));
  if (owners.length === 0) return;
  const space = keySpace(plan);
  const operation = 'getCustomersAddresses';
  const read = { operation, field: path, isOfWrite: true } as const;
  const note = `only if a customer has more than ten; assumes at most ${ASSUMED_ADDRESSES} per customer on average`;
  plan.once(
    `addresses of customers before ${path}`,
    { ...read, note, isRare: true },
    {
      ...lookupCallsForOwners(owners.length, ASSUMED_ADDRESSES, space),
      atMost: Number.POSITIVE_INFINITY,
    },
  );
  const count = countOf(items, 'addresses');
  if (count > 0) planHighestAddressId(input, count);
  planBatches(input, 'createCustomersAddresses', count);
  const fields = owners.flatMap((item) => listOf(item, 'addresses').map(asObject));
  planBatches(input, 'updateCustomerFormFieldValues', countOf(fields, 'formFields'), {
    name: 'of addresses',
  });
  const replaced = owners.filter(({ replaceAddresses }) => replaceAddresses === true).length;
  if (replaced === 0) return;
  const removals = lookupCallsForIds(replaced * ASSUMED_ADDRESSES, space);
  plan.once(`replaced before ${path}`, { ...read, note }, { ...removals, atMost: Number.POSITIVE_INFINITY });
  const call = { operation: 'deleteCustomersAddresses', field: path, note } as const;
  plan.once(`replaced at ${path}`, call, {
    calls: removals.calls,
    atMost: removals.calls * maxCallsPerBatch(250),
  });
}

function planAttributes(input: RuleInput, items: readonly Item[]): void {
  const { plan, path } = input;
  const owners = items.filter((item) => listOf(item, 'attributes').length > 0).length;
  if (owners === 0) return;
  const definitions = plan.definitionCount ?? MAX_DEFINITIONS;
  const counts = lookupCallsForOwners(owners, definitions, keySpace(plan));
  const note = 'only if a customer has more than ten; one per 250 values that those customers have';
  plan.once(
    `values before ${path}`,
    { operation: 'getCustomersAttributeValues', field: path, note, isRare: true, isOfWrite: true },
    definitions < MAX_EMBEDDED ? { calls: 0, atMost: counts.atMost ?? counts.calls } : counts,
  );
  planAttributeNames(
    input,
    items.flatMap((item) => listOf(item, 'attributes').map(asObject)),
  );
  planBatches(input, 'upsertCustomersAttributeValues', countOf(items, 'attributes'));
}

function planConsent(input: RuleInput, items: readonly Item[]): void {
  const { plan, path } = input;
  const count = items.filter(hasConsent).length;
  if (count === 0) return;
  const read = { operation: 'getCustomerConsent', field: path, isOfWrite: true } as const;
  plan.once(`consent before ${path}`, read, { calls: count });
  planBatches(input, 'updateCustomerConsent', count);
}

function planMetafields(input: RuleInput, items: readonly Item[]): void {
  const customers = items.filter((item) => listOf(item, 'metafields').length > 0).length;
  if (customers === 0) return;
  // Those of new customers, and of the others those that are new and those that differ.
  planMetafieldUpserts(input, { customers, metafields: countOf(items, 'metafields'), kinds: 3 });
}
