import type { CustomerWanted } from '../resolvers/customers.ts';
import { metafieldsWanted } from '../resolvers/metafields.ts';
import type { Selection } from './selection.ts';

const known = new WeakMap<Selection, CustomerWanted>();

/** What a selection requests of customers, at any depth: a customer below a customer is always the same one. */
export function customerWanted(selection: Selection): CustomerWanted {
  const wanted = known.get(selection) ?? read(selection);
  known.set(selection, wanted);
  return wanted;
}

function read(selection: Selection): CustomerWanted {
  return {
    include: selection.includes('Customer', 'CustomerAddress'),
    metafields: metafieldsWanted(
      selection.argumentsOf('Customer', 'metafields'),
      selection.argumentsOf('Customer', 'metafield'),
    ),
  };
}
