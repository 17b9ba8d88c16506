import { MAX_CUSTOMERS_WITHOUT_LIST } from '../loaders/metafields.ts';
import { MAX_UPSERT_ROUNDS } from '../resolvers/writes/metafield-upserts.ts';
import { OPERATIONS } from '../rest/operations.ts';
import { type FieldCost, ROOT, type RuleInput } from './population.ts';
import { FAILURE_NOTE, FAILURE_SUMMARY, inputItems, maxCallsPerBatch } from './writes.ts';

const OF_CUSTOMER = 'getCustomersMetafields';
const CREATE = 'createCustomersMetafields';

/** Upserts of metafields: they are read, then created or updated. Which of them exist is not known before. */
export const UPSERT_METAFIELDS: FieldCost = {
  operations: [
    OF_CUSTOMER,
    'getallCustomersMetafields',
    'createCustomerMetafields',
    CREATE,
    'updateCustomerMetafield',
    'updateCustomersMetafields',
  ],
  summary: `one REST call per customer, plus one for more than two, or fewer if the store's list of the metafields of these names is shorter. Then one per ten metafields that are new, and one per ten that have other values. ${FAILURE_SUMMARY}`,
  rule(input) {
    const items = inputItems(input, 'metafields');
    const customers = new Set(
      items.map(({ resourceId, customerEntityId }) => String(resourceId ?? customerEntityId)),
    ).size;
    planMetafieldUpserts(input, { customers, metafields: items.length, items: items.length });
    const key = `written at ${input.path}`;
    return { ...ROOT, key, size: items.length, after: key, isWritten: true };
  },
};

interface MetafieldCounts {
  /** The customers to whom the metafields belong. */
  readonly customers: number;
  readonly metafields: number;
  /** The items of the mutation, if these calls are what most of them cost. @default not noted */
  readonly items?: number;
  /** How many kinds of metafields do not share calls. @default 2: those that are created and those that are changed */
  readonly kinds?: number;
}

/** Plans the reads and the writes of an upsert of metafields. */
export function planMetafieldUpserts(
  { plan, path }: Pick<RuleInput, 'plan' | 'path'>,
  { customers, metafields, items, kinds = 2 }: MetafieldCounts,
): void {
  const listed = customers > MAX_CUSTOMERS_WITHOUT_LIST ? 1 : 0;
  plan.once(
    `metafields at ${path}`,
    {
      operation: OF_CUSTOMER,
      field: path,
      note: "one per customer, or the store's list if that takes fewer",
      isOfWrite: true,
    },
    {
      calls: listed + customers,
      // If a later page of the list fails, each customer is read in addition.
      atMost: listed * (1 + customers) + MAX_UPSERT_ROUNDS * customers,
    },
  );
  const size = OPERATIONS[CREATE].maxItems;
  const batches = maxBatches(metafields, size, kinds);
  const perRound = batches * maxCallsPerBatch(Math.min(metafields, size));
  const note = `or updates of them; ${FAILURE_NOTE}`;
  plan.once(
    `${CREATE} at ${path}`,
    { operation: CREATE, field: path, note, ...(items !== undefined && { items }) },
    { calls: batches, atMost: MAX_UPSERT_ROUNDS * perRound },
  );
}

/** The largest number of batches of several kinds, if these are together so many items. */
function maxBatches(items: number, size: number, kinds: number): number {
  return items < kinds ? items : kinds + Math.floor((items - kinds) / size);
}
