import { UPDATE_CONSENT } from '../../cost/consent.ts';
import { updateConsent } from '../../resolvers/writes/consent.ts';
import { requireScopeOrOwn } from '../authorization.ts';
import { builder, type SchemaTypes } from '../builder.ts';
import { ConsentCategory } from '../consent.ts';
import { costs } from '../descriptions.ts';
import { CustomerConsentRef } from '../refs.ts';
import { definePayload, LIST_SIZE } from './payload.ts';

type InputFieldBuilder = PothosSchemaTypes.InputFieldBuilder<SchemaTypes, 'InputObject'>;

/** The two lists of an input of consent. */
export function consentLists(t: InputFieldBuilder) {
  return {
    allow: t.field({
      type: [ConsentCategory],
      description: 'All allowed categories. An empty list allows none.',
    }),
    deny: t.field({
      type: [ConsentCategory],
      description: 'All denied categories. An empty list denies none.',
    }),
  };
}

const CustomerConsentInput = builder.inputType('CustomerConsentInput', {
  description:
    'Consent of a customer. An absent list stays unchanged, but one of the two is required. A category in both lists is INVALID.',
  fields: (t) => ({
    customerEntityId: t.int({ required: true, description: 'Id of the customer.' }),
    ...consentLists(t),
  }),
});

const UpdateCustomerConsentInput = builder.inputType('UpdateCustomerConsentInput', {
  description: `Customers whose consent to set. ${LIST_SIZE}`,
  fields: (t) => ({
    customers: t.field({
      type: [CustomerConsentInput],
      required: true,
      description: 'The customers and their consent.',
    }),
  }),
});

const CustomerConsentPayload = definePayload(CustomerConsentRef, {
  payload: 'CustomerConsent',
  result: 'CustomerConsent',
  field: 'consent',
  description: 'The consent after the write.',
});

builder.mutationFields((t) => ({
  updateCustomerConsent: t.field({
    type: CustomerConsentPayload,
    authScopes: requireScopeOrOwn('customers:write'),
    description:
      'Sets the consent of customers. The store requires both lists, so the gateway reads the current consent if one of them is absent. Consent has no timestamps: after a lost response only newer writes of the same gateway are safe from a repeat.',
    extensions: costs(UPDATE_CONSENT),
    args: {
      input: t.arg({ type: UpdateCustomerConsentInput, required: true, description: 'The consent to set.' }),
    },
    resolve: (_root, { input }, ctx) => updateConsent(ctx, input.customers),
  }),
}));
