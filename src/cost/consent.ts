import type { FieldCost } from './population.ts';
import { writeCost } from './writes.ts';

/** Updates of consent. The store requires both lists, so an absent one is read before. */
export const UPDATE_CONSENT: FieldCost = writeCost({
  operation: 'updateCustomerConsent',
  list: 'customers',
  noun: 'customer',
  others: ['getCustomerConsent'],
  more: '. One more for each customer with only one of the two lists. Calls are sent in parallel; the store has no batch operation',
  planReads({ plan, path }, items) {
    const incomplete = items.filter(({ allow, deny }) => !allow || !deny);
    const note = 'if one of the two lists is absent';
    const call = { operation: 'getCustomerConsent', field: path, note, isOfWrite: true } as const;
    plan.once(`lists at ${path}`, call, { calls: incomplete.length });
  },
});
