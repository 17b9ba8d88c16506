import type { CustomerSelection } from '../resolvers/customers.ts';
import { metafieldSelections } from '../resolvers/metafields.ts';
import type { Selection } from './selection.ts';

const customerSelections = new WeakMap<Selection, CustomerSelection>();

/** What a selection requests of customers, at any depth: a customer below a customer is always the same one. */
export function customerSelectionOf(selection: Selection): CustomerSelection {
  const wanted = customerSelections.get(selection) ?? readCustomerSelection(selection);
  customerSelections.set(selection, wanted);
  return wanted;
}

function readCustomerSelection(selection: Selection): CustomerSelection {
  return {
    include: selection.includes('Customer', 'CustomerAddress'),
    metafields: metafieldSelections(
      selection.argumentsOf('Customer', 'metafields'),
      selection.argumentsOf('Customer', 'metafield'),
    ),
  };
}
