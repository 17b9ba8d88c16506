import { MAX_CUSTOMERS_WITHOUT_LIST } from '../loaders/metafields.ts';
import { pageCost, pageSize, planPage } from './pages.ts';
import type { CallCounts } from './plan.ts';
import { asObject, type FieldCost, keysOf, type Population, type RuleInput } from './population.ts';
import { namedCustomer, nodeCost } from './reads.ts';

const ONE = 'getMetafieldsCustomerId';
const OF_CUSTOMER = 'getCustomersMetafields';
const OF_STORE = 'getallCustomersMetafields';

/** The metafields of customers. */
export const METAFIELDS: FieldCost = {
  operations: [OF_CUSTOMER, OF_STORE],
  summary:
    "for one or two customers one REST call each. For more, the cheaper of two ways: one REST call per customer, or the pages of the list of all customers' metafields, filtered by namespace and key. The first page of that list is requested in parallel with the customers",
  rule: planList,
};

/** One metafield of a customer, by its id or its name. */
export const METAFIELD: FieldCost = {
  operations: [ONE, OF_CUSTOMER, OF_STORE],
  summary: `by id one REST call per customer. By name: ${METAFIELDS.summary}`,
  rule(input) {
    const by = asObject(input.args.by);
    const entityId = by.entityId ?? by.metafieldId;
    if (typeof entityId !== 'number') return planList(input);
    const { plan, path, population } = input;
    plan.batched(`metafield ${entityId}`, { operation: ONE, field: path }, keysOf(population), callsById);
    return { ...population, unbatched: true };
  },
};

/** A page of the metafields of all customers, or of those of one. */
export const METAFIELD_PAGE: FieldCost = {
  ...pageCost(OF_STORE, '. Those of one customer cost one REST call per 250'),
  operations: [OF_STORE, OF_CUSTOMER],
  rule(input) {
    const ownerId = input.args.customerEntityId ?? input.args.resourceId;
    if (typeof ownerId !== 'number') return planPage(input, OF_STORE);
    const population = namedCustomer(input);
    const isEmpty = pageSize(input.args) === 0;
    if (!isEmpty || input.selection.has('totalCount')) planList({ ...input, population });
    return isEmpty ? { ...population, size: 0, members: [] } : { ...population, unbatched: true };
  },
};

/** A metafield by its global id. */
export const METAFIELD_NODES = nodeCost(ONE, 'CustomerMetafield', 'metafield', callsById);

/** If the store does not find it by its id, the list of its customer is read. */
function callsById({ length }: readonly string[]): CallCounts {
  return { calls: length, atMost: 2 * length };
}

function planList({ population, plan, path }: RuleInput): Population {
  const note = "one per customer, or the store's list if that takes fewer";
  const keys = keysOf(population).map((name) => `${population.after}${WAVE_SEPARATOR}${name}`);
  plan.batched('metafields', { operation: OF_CUSTOMER, field: path, note }, keys, countCalls);
  return { ...population, unbatched: true };
}

const WAVE_SEPARATOR = '\n';

// The first page of the list is read once for each wave of more than MAX_CUSTOMERS_WITHOUT_LIST customers, and once for
// small waves that arrive at the same time. If a later page fails, each customer is read in addition.
function countCalls(keys: readonly string[]): CallCounts {
  const waves = Map.groupBy(keys, (key) => key.slice(0, key.indexOf(WAVE_SEPARATOR)));
  const sizes = [...waves.values()].map(({ length }) => length);
  const small = sizes.filter((size) => size <= MAX_CUSTOMERS_WITHOUT_LIST);
  const inSmallWaves = small.reduce((sum, size) => sum + size, 0);
  const firstPages =
    sizes.length - small.length + Math.floor(inSmallWaves / (MAX_CUSTOMERS_WITHOUT_LIST + 1));
  const otherPages = firstPages === 0 ? 0 : keys.length;
  return { calls: firstPages + keys.length, atMost: firstPages + otherPages + keys.length };
}
