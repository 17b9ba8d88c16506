import { PUBLIC } from '../access/caller.ts';
import { OWN_CUSTOMER } from './customers.ts';
import type { FieldCost } from './population.ts';

/** A shopper of whom nothing is known before the password is checked, for estimates. No customer has the id 0. */
export const UNKNOWN_SHOPPER = {
  ...PUBLIC,
  kind: 'shopper',
  scopes: new Set(['customers:read', 'customers:write'] as const),
  customerEntityId: 0,
} as const;

/** The check of a password, and the read of the customer, which the selected customer shares. */
export const SIGN_IN: FieldCost = {
  operations: ['validateCustomerCredentials', 'getCustomers'],
  summary:
    'one REST call that checks the password and is never repeated, and one that reads the customer with what is selected of it. The second is not made if the password is wrong',
  rule(input) {
    const { plan, path } = input;
    const call = { operation: 'validateCustomerCredentials', field: path } as const;
    plan.once(`password at ${path}`, call, { calls: 1 });
    return OWN_CUSTOMER.rule({ ...input, caller: UNKNOWN_SHOPPER });
  },
};

/** The read of the customer, who must still be allowed to sign in. */
export const RENEWAL: FieldCost = {
  operations: ['getCustomers'],
  summary: 'one REST call, which reads the customer',
  rule: (input) => OWN_CUSTOMER.rule({ ...input, caller: UNKNOWN_SHOPPER }),
};
