import { CREATE_CUSTOMERS, DELETE_CUSTOMERS, WRITTEN_CUSTOMER } from '../../cost/customers.ts';
import { writeCost } from '../../cost/writes.ts';
import { reloadWrittenCustomer } from '../../resolvers/customers.ts';
import { createCustomers, deleteCustomers, updateCustomers } from '../../resolvers/writes/customers.ts';
import { requireScope, requireScopeOrOwn } from '../authorization.ts';
import { builder } from '../builder.ts';
import { customerSelectionOf } from '../customer-selection.ts';
import { costs } from '../descriptions.ts';
import { CustomerRef } from '../refs.ts';
import { selectionOf } from '../selection.ts';
import { CreateCustomerNestedAddressInput } from './addresses.ts';
import { attributeFields } from './attribute-inputs.ts';
import { FormFieldValueInput } from './form-field-inputs.ts';
import { DeleteInput, DeletePayloadRef, definePayload, LIST_SIZE } from './payload.ts';

export const CustomerAuthenticationInput = builder.inputType('CustomerAuthenticationInput', {
  description: 'Sign-in settings of a customer.',
  fields: (t) => ({
    forcePasswordReset: t.boolean({
      description: 'Whether the customer must choose a new password at the next sign-in.',
    }),
    newPassword: t.string({
      description:
        'New password. It is neither stored nor logged, and the call that sets it is never sent twice.',
    }),
  }),
});

export const StoreCreditInput = builder.inputType('StoreCreditInput', {
  description: 'Store credit of a customer.',
  fields: (t) => ({
    amount: t.float({ required: true, description: "Amount in the store's default currency." }),
  }),
});

export const STORE_CREDIT =
  'Store credit. The API takes a list, of which the store can keep a single amount: the result then has the error LIMIT_EXCEEDED for this field, although the other fields are written.';

export const CreateCustomerNestedAttributeInput = builder.inputType('CreateCustomerNestedAttributeInput', {
  description: 'An attribute value of a new customer.',
  fields: (t) => ({
    ...attributeFields(t),
    value: t.string({
      required: true,
      description: 'The value, at most 255 characters. A string for every data type.',
    }),
  }),
});

const CreateCustomerInput = builder.inputType('CreateCustomerInput', {
  description: 'A customer to create. Null means absent.',
  fields: (t) => ({
    email: t.string({
      required: true,
      description: 'E-mail address, 3 to 255 characters. It must not belong to another customer.',
    }),
    firstName: t.string({ required: true, description: 'First name, 1 to 100 characters.' }),
    lastName: t.string({ required: true, description: 'Last name, 1 to 100 characters.' }),
    company: t.string({ description: 'Company, at most 255 characters.' }),
    phone: t.string({ description: 'Telephone number, at most 50 characters.' }),
    notes: t.string({ description: 'Staff notes.' }),
    taxExemptCategory: t.string({ description: 'Tax exemption code, at most 255 characters.' }),
    customerGroupId: t.int({ description: 'Id of the customer group.' }),
    addresses: t.field({
      type: [CreateCustomerNestedAddressInput],
      description: 'Addresses, at most ten.',
    }),
    attributes: t.field({
      type: [CreateCustomerNestedAttributeInput],
      description: 'Attribute values, at most ten.',
    }),
    authentication: t.field({ type: CustomerAuthenticationInput, description: 'Sign-in settings.' }),
    acceptsProductReviewAbandonedCartEmails: t.boolean({
      description: 'Whether the customer accepts e-mails about product reviews and abandoned carts.',
    }),
    storeCredit: t.field({ type: [StoreCreditInput], description: STORE_CREDIT }),
    originChannelId: t.int({
      description: 'Id of the channel on which the customer signed up. It cannot be changed later.',
    }),
    channelIds: t.intList({
      description:
        'Ids of the channels on which the customer can sign in. Absent means every channel that allows global logins.',
    }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of customer form fields.' }),
    triggerAccountCreatedNotification: t.boolean({
      description: 'Whether the store sends its welcome e-mail.',
    }),
  }),
});

const UpdateCustomerInput = builder.inputType('UpdateCustomerInput', {
  description:
    'Changes to a customer. Absent fields stay unchanged. Null clears company, phone, notes, taxExemptCategory, customerGroupId and channelIds, and is INVALID for all other fields.',
  fields: (t) => ({
    entityId: t.int({ required: true, description: 'Id of the customer.' }),
    email: t.string({
      description: 'E-mail address, 3 to 255 characters. It must not belong to another customer.',
    }),
    firstName: t.string({ description: 'First name, 1 to 100 characters.' }),
    lastName: t.string({ description: 'Last name, 1 to 100 characters.' }),
    company: t.string({ description: 'Company, at most 255 characters. Null clears it.' }),
    phone: t.string({ description: 'Telephone number, at most 50 characters. Null clears it.' }),
    notes: t.string({ description: 'Staff notes. Null clears them.' }),
    taxExemptCategory: t.string({
      description: 'Tax exemption code, at most 255 characters. Null clears it.',
    }),
    customerGroupId: t.int({
      description: 'Id of the customer group. Null removes the customer from the group.',
    }),
    authentication: t.field({ type: CustomerAuthenticationInput, description: 'Sign-in settings.' }),
    acceptsProductReviewAbandonedCartEmails: t.boolean({
      description: 'Whether the customer accepts e-mails about product reviews and abandoned carts.',
    }),
    storeCredit: t.field({ type: [StoreCreditInput], description: STORE_CREDIT }),
    channelIds: t.intList({
      description:
        'Ids of the channels on which the customer can sign in. Null means every channel that allows global logins.',
    }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of customer form fields.' }),
  }),
});

const CreateCustomersInput = builder.inputType('CreateCustomersInput', {
  description: `Customers to create. ${LIST_SIZE}`,
  fields: (t) => ({
    customers: t.field({ type: [CreateCustomerInput], required: true, description: 'The customers.' }),
  }),
});

const UpdateCustomersInput = builder.inputType('UpdateCustomersInput', {
  description: `Changes to customers. ${LIST_SIZE}`,
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
    description: 'The customer after the write. Null if it is not known.',
    existing:
      'With the code TAKEN of `createCustomers`: the customer who has the e-mail address. Selecting it can cost one REST call per ten customers, if one is taken.',
    extensions: costs(WRITTEN_CUSTOMER),
  },
  (customer, ctx, info) => reloadWrittenCustomer(ctx, customer, customerSelectionOf(selectionOf(info, ctx))),
);

builder.mutationFields((t) => ({
  createCustomers: t.field({
    type: CustomersPayload,
    authScopes: requireScope('customers:write'),
    description:
      'Creates customers. A customer whose e-mail address is already in use is FAILED with the code TAKEN, and `existing` is who has it. Accounts of one address on different channels are different customers.',
    extensions: costs(CREATE_CUSTOMERS),
    args: {
      input: t.arg({ type: CreateCustomersInput, required: true, description: 'The customers to create.' }),
    },
    resolve: (_root, { input }, ctx, info) =>
      createCustomers(ctx, input.customers, {
        readsExisting: selectionOf(info, ctx).argumentsOf('CustomerResult', 'existing').length > 0,
      }),
  }),
  updateCustomers: t.field({
    type: CustomersPayload,
    authScopes: requireScopeOrOwn('customers:write'),
    description: 'Changes customers. Addresses and attribute values have mutations of their own.',
    extensions: costs(writeCost({ operation: 'updateCustomers', list: 'customers' })),
    args: { input: t.arg({ type: UpdateCustomersInput, required: true, description: 'The changes.' }) },
    resolve: (_root, { input }, ctx) => updateCustomers(ctx, input.customers),
  }),
  deleteCustomers: t.field({
    type: DeletePayloadRef,
    authScopes: requireScope('customers:write'),
    description: 'Deletes customers.',
    extensions: costs(DELETE_CUSTOMERS),
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'The customers to delete.' }) },
    resolve: (_root, { input }, ctx) => deleteCustomers(ctx, input.entityIds),
  }),
}));
