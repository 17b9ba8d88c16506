import { UPDATE_CONSENT } from './consent.ts';
import type { FieldCost } from './population.ts';
import { singleWriteCost } from './writes.ts';

const ONE_UPDATE = singleWriteCost('updateCustomers', 'one REST call. More if the response is lost');

/** An update of the shopper's own customer. */
export const UPDATE_VIEWER: FieldCost = ONE_UPDATE;

/** An update of the shopper's own consent. */
export const UPDATE_VIEWER_CONSENT: FieldCost = {
  ...UPDATE_CONSENT,
  summary: 'one REST call, and one more if one of the two lists is absent. More if a response is lost',
  rule: (input) => UPDATE_CONSENT.rule({ ...input, args: { input: { customers: [input.args.input] } } }),
};

/** A change of the shopper's own password. */
export const CHANGE_PASSWORD: FieldCost = {
  operations: ['getCustomers', 'validateCustomerCredentials', 'updateCustomers'],
  summary:
    'at most one REST call each to read the e-mail address, to check the current password and to set the new one. More if the last response is lost',
  rule(input) {
    const { plan, path } = input;
    const read = { operation: 'getCustomers', field: path, isOfWrite: true } as const;
    const check = { operation: 'validateCustomerCredentials', field: path } as const;
    plan.once(`customer at ${path}`, read, { calls: 1 });
    plan.once(`password at ${path}`, check, { calls: 1 });
    return ONE_UPDATE.rule(input);
  },
};
