import { builder } from './builder.ts';
import { CustomerConsentRef, CustomerRef } from './refs.ts';
import { AS_ABOVE } from './scopes.ts';

export const ConsentCategory = builder.enumType('ConsentCategory', {
  description: 'A kind of tracking.',
  values: {
    ESSENTIAL: { description: 'What the shop cannot do without.' },
    FUNCTIONAL: { description: 'What makes the shop nicer to use.' },
    ANALYTICS: { description: 'What tells the shop how it is used.' },
    TARGETING: { description: 'What advertising is aimed with.' },
  },
});

builder.objectType(CustomerConsentRef, {
  extensions: AS_ABOVE,
  description:
    'Which kinds of tracking a customer allows and denies. Kinds that this gateway does not know are left out.',
  fields: (t) => ({
    allow: t.expose('allow', { type: [ConsentCategory], nullable: false, description: 'What is allowed.' }),
    deny: t.expose('deny', { type: [ConsentCategory], nullable: false, description: 'What is denied.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'On a read the time of the call: the store does not tell when consent was last changed.',
    }),
  }),
});

builder.objectFields(CustomerRef, (t) => ({
  consent: t.field({
    type: CustomerConsentRef,
    description:
      'Consent to tracking. One REST call a customer (`GET /customers/{id}/consent`), side by side: the store has no batch. Scope `store_v2_customers_read_only`. Worth a `@defer` on a page of customers.',
    resolve: ({ entityId }, _args, ctx) => ctx.loaders.consent.ofCustomer(entityId),
  }),
}));
