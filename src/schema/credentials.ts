import { customerOfCheck, validateCredentials } from '../resolvers/credentials.ts';
import type { CredentialsCheck } from '../rest/credentials.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { CustomerRef } from './refs.ts';
import { AS_ABOVE, needs } from './scopes.ts';
import { selectionOf } from './selection.ts';

const ValidateCustomerCredentialsInput = builder.inputType('ValidateCustomerCredentialsInput', {
  description: 'What a shopper typed in. It is sent to the store and kept nowhere.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'E-mail address.' }),
    password: t.string({ required: true, description: 'Password.' }),
    channelId: t.int({ description: 'The channel to sign in on; the first where it is absent.' }),
  }),
});

const ValidateCustomerCredentialsPayload = builder
  .objectRef<CredentialsCheck>('ValidateCustomerCredentialsPayload')
  .implement({
    extensions: AS_ABOVE,
    description: 'Whether someone may sign in, and who it is.',
    fields: (t) => ({
      isValid: t.exposeBoolean('isValid', {
        nullable: false,
        description: 'Whether the password is right and the customer may sign in on the channel.',
      }),
      customerEntityId: t.exposeInt('customerEntityId', {
        description: 'The id of the customer; null where the credentials are not valid.',
      }),
      customer: t.field({
        type: CustomerRef,
        authScopes: needs('customers:read'),
        description: 'The customer; null where the credentials are not valid. One REST call.',
        resolve: (check, _args, ctx, info) =>
          customerOfCheck(ctx, check, customerWanted(selectionOf(info, ctx))),
      }),
    }),
  });

builder.mutationFields((t) => ({
  validateCustomerCredentials: t.field({
    type: ValidateCustomerCredentialsPayload,
    authScopes: needs('credentials:validate'),
    description:
      "Checks a customer's password. One REST call (`POST /customers/validate-credentials`), scope `store_v2_customers`, which is never made twice, shared or kept. The store's guard against guessing shows as the error UPSTREAM_RATE_LIMITED. A mutation, so that nothing on the way keeps it.",
    args: {
      input: t.arg({
        type: ValidateCustomerCredentialsInput,
        required: true,
        description: 'What was typed in.',
      }),
    },
    resolve: (_root, { input }, ctx) => validateCredentials(ctx, input),
  }),
}));
