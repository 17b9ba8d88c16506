import { updateConsent } from '../resolvers/consent-writes.ts';
import { builder } from './builder.ts';
import { ConsentCategory } from './consent.ts';
import { CustomerConsentRef } from './refs.ts';
import { needsUnlessOwn } from './scopes.ts';
import { definePayload } from './writes.ts';

const CustomerConsentInput = builder.inputType('CustomerConsentInput', {
  description:
    'What a customer consents to. A list that is absent stays as it is; one of the two must be given. A category in both is INVALID.',
  fields: (t) => ({
    customerEntityId: t.int({ required: true, description: 'The id of the customer.' }),
    allow: t.field({ type: [ConsentCategory], description: 'All that is allowed; empty: nothing.' }),
    deny: t.field({ type: [ConsentCategory], description: 'All that is denied; empty: nothing.' }),
  }),
});

const UpdateCustomerConsentInput = builder.inputType('UpdateCustomerConsentInput', {
  description:
    'Consent to be set: of one customer at least and, unless configured otherwise, of 1,000 at the most.',
  fields: (t) => ({
    customers: t.field({
      type: [CustomerConsentInput],
      required: true,
      description: 'The customers and what they consent to.',
    }),
  }),
});

const CustomerConsentPayload = definePayload(CustomerConsentRef, {
  payload: 'CustomerConsent',
  result: 'CustomerConsent',
  field: 'consent',
  description: 'The consent as it is now.',
});

builder.mutationFields((t) => ({
  updateCustomerConsent: t.field({
    type: CustomerConsentPayload,
    authScopes: needsUnlessOwn('customers:write'),
    description:
      'Sets what customers consent to. One REST call a customer (`PUT /customers/{id}/consent`), side by side: the store has no batch. It wants both lists, so that one more call reads where one of them is absent. Scope `store_v2_customers`.',
    args: {
      input: t.arg({ type: UpdateCustomerConsentInput, required: true, description: 'What to set.' }),
    },
    resolve: (_root, { input }, ctx) => updateConsent(ctx, input.customers),
  }),
}));
