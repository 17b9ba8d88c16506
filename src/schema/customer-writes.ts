import { createCustomers, deleteCustomers, updateCustomers } from '../resolvers/customer-writes.ts';
import { writtenCustomer } from '../resolvers/customers.ts';
import { CreateCustomerNestedAddressInput } from './address-writes.ts';
import { builder } from './builder.ts';
import { customerWanted } from './customer-wanted.ts';
import { FormFieldValueInput } from './form-field-inputs.ts';
import { CustomerRef } from './refs.ts';
import { needs, needsUnlessOwn } from './scopes.ts';
import { selectionOf } from './selection.ts';
import { DeleteInput, DeletePayloadRef, definePayload } from './writes.ts';

const CustomerAuthenticationInput = builder.inputType('CustomerAuthenticationInput', {
  description: 'How a customer signs in.',
  fields: (t) => ({
    forcePasswordReset: t.boolean({
      description: 'Whether a new password must be chosen at the next sign-in.',
    }),
    newPassword: t.string({
      description: 'A new password. Exists nowhere but in the call that sets it, which is never sent twice.',
    }),
  }),
});

const StoreCreditInput = builder.inputType('StoreCreditInput', {
  description: 'Credit that a customer may pay with.',
  fields: (t) => ({
    amount: t.float({ required: true, description: "The amount, in the store's default currency." }),
  }),
});

const CreateCustomerNestedAttributeInput = builder.inputType('CreateCustomerNestedAttributeInput', {
  description: 'An attribute value of a customer who is being created.',
  fields: (t) => ({
    attributeEntityId: t.int({ required: true, description: 'The id of the attribute.' }),
    value: t.string({
      required: true,
      description: 'The value, up to 255 characters; a string for every type.',
    }),
  }),
});

const CreateCustomerInput = builder.inputType('CreateCustomerInput', {
  description: 'A customer to be created. Null means absent.',
  fields: (t) => ({
    email: t.string({
      required: true,
      description: 'E-mail address, 3 to 255 characters. No other customer may have it.',
    }),
    firstName: t.string({ required: true, description: 'First name, 1 to 100 characters.' }),
    lastName: t.string({ required: true, description: 'Last name, 1 to 100 characters.' }),
    company: t.string({ description: 'Company, up to 255 characters.' }),
    phone: t.string({ description: 'Telephone number, up to 50 characters.' }),
    notes: t.string({ description: 'What the staff should know.' }),
    taxExemptCategory: t.string({ description: 'Code of the tax exemption, up to 255 characters.' }),
    customerGroupId: t.int({ description: 'The customer group.' }),
    addresses: t.field({
      type: [CreateCustomerNestedAddressInput],
      description: 'Addresses, ten at the most.',
    }),
    attributes: t.field({
      type: [CreateCustomerNestedAttributeInput],
      description: 'Attribute values, ten at the most.',
    }),
    authentication: t.field({ type: CustomerAuthenticationInput, description: 'How the customer signs in.' }),
    acceptsProductReviewAbandonedCartEmails: t.boolean({
      description: 'Whether the customer takes e-mails on product reviews and abandoned carts.',
    }),
    storeCredit: t.field({ type: [StoreCreditInput], description: 'Store credit.' }),
    originChannelId: t.int({ description: 'The channel of the sign-up. Never changes afterwards.' }),
    channelIds: t.intList({
      description:
        'The channels that the customer may sign in on; absent: every one that allows global logins.',
    }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of customer form fields.' }),
    triggerAccountCreatedNotification: t.boolean({
      description: 'Whether the store sends its welcome mail.',
    }),
  }),
});

const UpdateCustomerInput = builder.inputType('UpdateCustomerInput', {
  description:
    'Changes to a customer. What is absent stays as it is. An explicit null clears company, phone, notes, taxExemptCategory, customerGroupId and channelIds, and is INVALID for all else.',
  fields: (t) => ({
    entityId: t.int({ required: true, description: 'The id of the customer.' }),
    email: t.string({ description: 'E-mail address, 3 to 255 characters. No other customer may have it.' }),
    firstName: t.string({ description: 'First name, 1 to 100 characters.' }),
    lastName: t.string({ description: 'Last name, 1 to 100 characters.' }),
    company: t.string({ description: 'Company, up to 255 characters; null clears it.' }),
    phone: t.string({ description: 'Telephone number, up to 50 characters; null clears it.' }),
    notes: t.string({ description: 'What the staff should know; null clears it.' }),
    taxExemptCategory: t.string({
      description: 'Code of the tax exemption, up to 255 characters; null clears it.',
    }),
    customerGroupId: t.int({ description: 'The customer group; null: none.' }),
    authentication: t.field({ type: CustomerAuthenticationInput, description: 'How the customer signs in.' }),
    acceptsProductReviewAbandonedCartEmails: t.boolean({
      description: 'Whether the customer takes e-mails on product reviews and abandoned carts.',
    }),
    storeCredit: t.field({ type: [StoreCreditInput], description: 'Store credit.' }),
    channelIds: t.intList({
      description:
        'The channels that the customer may sign in on; null: every one that allows global logins.',
    }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of customer form fields.' }),
  }),
});

const CreateCustomersInput = builder.inputType('CreateCustomersInput', {
  description: 'Customers to be created: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    customers: t.field({ type: [CreateCustomerInput], required: true, description: 'The customers.' }),
  }),
});

const UpdateCustomersInput = builder.inputType('UpdateCustomersInput', {
  description: 'Changes to customers: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    customers: t.field({ type: [UpdateCustomerInput], required: true, description: 'The changes.' }),
  }),
});

const CustomersPayload = definePayload(
  CustomerRef,
  {
    payload: 'Customers',
    result: 'Customer',
    field: 'customer',
    description:
      'The customer as it is now. What the store did not answer is read: one REST call for up to 250 customers.',
  },
  (customer, ctx, info) => writtenCustomer(ctx, customer, customerWanted(selectionOf(info, ctx))),
);

builder.mutationFields((t) => ({
  createCustomers: t.field({
    type: CustomersPayload,
    authScopes: needs('customers:write'),
    description:
      'Creates customers. One REST call (`POST /customers`) for ten, scope `store_v2_customers`. An e-mail address that is in use is FAILED with the code TAKEN.',
    args: { input: t.arg({ type: CreateCustomersInput, required: true, description: 'Whom to create.' }) },
    resolve: (_root, { input }, ctx) => createCustomers(ctx, input.customers),
  }),
  updateCustomers: t.field({
    type: CustomersPayload,
    authScopes: needsUnlessOwn('customers:write'),
    description:
      'Changes customers. One REST call (`PUT /customers`) for ten, scope `store_v2_customers`. Addresses and attribute values have mutations of their own.',
    args: { input: t.arg({ type: UpdateCustomersInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, ctx) => updateCustomers(ctx, input.customers),
  }),
  deleteCustomers: t.field({
    type: DeletePayloadRef,
    authScopes: needs('customers:write'),
    description:
      'Deletes customers. One REST call (`DELETE /customers`) for up to 250 ids and one to learn beforehand which of them exist, scope `store_v2_customers`.',
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'Whom to delete.' }) },
    resolve: (_root, { input }, ctx) => deleteCustomers(ctx, input.entityIds),
  }),
}));
