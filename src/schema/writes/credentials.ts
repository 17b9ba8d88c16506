import { CHECKED_CUSTOMER } from '../../cost/customers.ts';
import { singleWriteCost } from '../../cost/writes.ts';
import { valueOrThrow } from '../../errors.ts';
import { customerOfCredentials, validateCredentials } from '../../resolvers/credentials.ts';
import type { CredentialsCheck } from '../../rest/credentials.ts';
import { INHERITED, requireScope } from '../authorization.ts';
import { builder } from '../builder.ts';
import { customerSelectionOf } from '../customer-selection.ts';
import { costs } from '../descriptions.ts';
import { CustomerRef } from '../refs.ts';
import { selectionOf } from '../selection.ts';

const ValidateCustomerCredentialsInput = builder.inputType('ValidateCustomerCredentialsInput', {
  description: 'Credentials of a shopper. They are sent to the store and not kept.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'E-mail address.' }),
    password: t.string({ required: true, description: 'Password.' }),
    channelId: t.int({ description: 'Id of the channel on which to sign in. Channel 1 if absent.' }),
  }),
});

const ValidateCustomerCredentialsPayload = builder
  .objectRef<CredentialsCheck>('ValidateCustomerCredentialsPayload')
  .implement({
    extensions: INHERITED,
    description: 'Result of checking credentials.',
    fields: (t) => ({
      isValid: t.exposeBoolean('isValid', {
        nullable: false,
        description: 'Whether the password is correct and the customer can sign in on the channel.',
      }),
      customerEntityId: t.int({
        resolve: ({ customerEntityId }) => valueOrThrow(customerEntityId),
        description: 'Id of the customer. Null if the credentials are not valid.',
      }),
      customer: t.field({
        type: CustomerRef,
        authScopes: requireScope('customers:read'),
        description: 'The customer. Null if the credentials are not valid.',
        extensions: costs(CHECKED_CUSTOMER),
        resolve: (check, _args, ctx, info) =>
          customerOfCredentials(ctx, check, customerSelectionOf(selectionOf(info, ctx))),
      }),
    }),
  });

builder.mutationFields((t) => ({
  validateCustomerCredentials: t.field({
    type: ValidateCustomerCredentialsPayload,
    authScopes: requireScope('credentials:validate'),
    description:
      'Checks the password of a customer. Protection against password guessing reports UPSTREAM_RATE_LIMITED (by the store) or TOO_MANY_ATTEMPTS (by the gateway). It is a mutation, so no HTTP cache stores the response.',
    extensions: costs(
      singleWriteCost(
        'validateCustomerCredentials',
        'one REST call, which is never repeated, shared or cached',
      ),
    ),
    args: {
      input: t.arg({
        type: ValidateCustomerCredentialsInput,
        required: true,
        description: 'The credentials.',
      }),
    },
    resolve: (_root, { input }, ctx) => validateCredentials(ctx, input),
  }),
}));
