import { MAX_CUSTOMERS_WITHOUT_LIST } from '../loaders/metafields.ts';
import { MAX_UPSERT_ROUNDS } from '../resolvers/writes/metafield-upserts.ts';
import { OPERATIONS } from '../rest/operations.ts';
import { type FieldCost, ROOT } from './population.ts';
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
    const { plan, path } = input;
    const items = inputItems(input, 'metafields');
    const customers = new Set(
      items.map(({ resourceId, customerEntityId }) => String(resourceId ?? customerEntityId)),
    ).size;
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
    const batches = maxBatches(items.length, size);
    const perRound = batches * maxCallsPerBatch(Math.min(items.length, size));
    plan.once(
      `${CREATE} at ${path}`,
      { operation: CREATE, field: path, note: `or updates of them; ${FAILURE_NOTE}`, items: items.length },
      { calls: batches, atMost: MAX_UPSERT_ROUNDS * perRound },
    );
    const key = `written at ${path}`;
    return { ...ROOT, key, size: items.length, after: key, isWritten: true };
  },
};

/** The largest number of batches of creates and of updates, if these are together so many items. */
function maxBatches(items: number, size: number): number {
  return items < 2 ? items : 2 + Math.floor((items - 2) / size);
}
