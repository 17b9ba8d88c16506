import { OWNER } from '../cost/customers.ts';
import { forNamedCustomer, nodeCost, perCustomerCost } from '../cost/reads.ts';
import { consentNode, customerConsent } from '../resolvers/consent.ts';
import { customerById } from '../resolvers/customers.ts';
import { requireScopeOrOwn, requireScopeOrOwner } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { costs, servedBy } from './descriptions.ts';
import { defineNode } from './nodes.ts';
import { CustomerConsentRef, CustomerRef, NodeRef } from './refs.ts';
import { selectionOf } from './selection.ts';

defineNode(consentNode, nodeCost('getCustomerConsent', 'CustomerConsent', 'customer'));

export const ConsentCategory = builder.enumType('ConsentCategory', {
  description: 'Category of tracking.',
  values: {
    ESSENTIAL: { description: 'Needed for the storefront to work.' },
    FUNCTIONAL: { description: 'Improves the storefront, but is not needed for it to work.' },
    ANALYTICS: { description: 'Measures how the storefront is used.' },
    TARGETING: { description: 'Used to target advertising.' },
  },
});

builder.objectType(CustomerConsentRef, {
  authScopes: requireScopeOrOwner('customers:read', ({ customerEntityId }) => customerEntityId),
  extensions: servedBy('getCustomerConsent'),
  interfaces: [NodeRef],
  description:
    'Tracking categories that a customer allows and denies. Categories that this version of the gateway does not know are omitted.',
  fields: (t) => ({
    customer: t.field({
      type: CustomerRef,
      description: 'The customer whose consent it is.',
      extensions: costs(OWNER),
      resolve: ({ customerEntityId }, _args, ctx, info) =>
        customerById(ctx, customerEntityId, customerSelectionOf(selectionOf(info, ctx))),
    }),
    allow: t.expose('allow', {
      type: [ConsentCategory],
      nullable: false,
      description: 'Allowed categories.',
    }),
    deny: t.expose('deny', { type: [ConsentCategory], nullable: false, description: 'Denied categories.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'In a read, the time of the call: the store does not report the last change.',
    }),
  }),
});

builder.objectFields(CustomerRef, (t) => ({
  consent: t.field({
    type: CustomerConsentRef,
    description: 'Consent to tracking. Consider `@defer` on a page of customers.',
    extensions: costs(perCustomerCost('getCustomerConsent')),
    resolve: ({ entityId }, _args, ctx) => ctx.loaders.consent.ofCustomer(entityId),
  }),
}));

builder.queryFields((t) => ({
  customerConsent: t.field({
    type: CustomerConsentRef,
    authScopes: requireScopeOrOwn('customers:read'),
    description:
      "A customer's consent to tracking, without a read of the customer. Null if the store has no such customer.",
    extensions: costs(forNamedCustomer(perCustomerCost('getCustomerConsent'), 'one REST call per customer')),
    args: { customerEntityId: t.arg.int({ required: true, description: 'Id of the customer.' }) },
    resolve: (_root, { customerEntityId }, ctx) => customerConsent(ctx, customerEntityId),
  }),
}));
