import { createAddresses, deleteAddresses, updateAddresses } from '../resolvers/address-writes.ts';
import { AddressType } from './addresses.ts';
import { builder } from './builder.ts';
import { FormFieldValueInput } from './form-field-inputs.ts';
import { CustomerAddressRef } from './refs.ts';
import { needsUnlessOwn } from './scopes.ts';
import { DeleteInput, DeletePayloadRef, definePayload } from './writes.ts';

export const CreateCustomerNestedAddressInput = builder.inputType('CreateCustomerNestedAddressInput', {
  description: 'An address of a customer who is being created.',
  fields: (t) => ({
    firstName: t.string({ required: true, description: 'First name, 1 to 255 characters.' }),
    lastName: t.string({ required: true, description: 'Last name, 1 to 255 characters.' }),
    company: t.string({ description: 'Company, up to 255 characters.' }),
    address1: t.string({ required: true, description: 'First line: street and number.' }),
    address2: t.string({ description: 'Second line.' }),
    city: t.string({ required: true, description: 'City or town, 1 to 100 characters.' }),
    stateOrProvince: t.string({ description: 'Full name of the state or province; some countries need it.' }),
    postalCode: t.string({ description: 'Postal code, up to 30 characters; some countries need it.' }),
    countryCode: t.string({ required: true, description: 'Two letters of ISO 3166-1.' }),
    phone: t.string({ description: 'Telephone number, up to 50 characters.' }),
    addressType: t.field({ type: AddressType, description: 'What kind of place it is.' }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of address form fields.' }),
  }),
});

const CreateCustomerAddressInput = builder.inputType('CreateCustomerAddressInput', {
  description: 'An address to be added to a customer.',
  fields: (t) => ({
    customerEntityId: t.int({ required: true, description: 'The id of the customer.' }),
    firstName: t.string({ required: true, description: 'First name, 1 to 255 characters.' }),
    lastName: t.string({ required: true, description: 'Last name, 1 to 255 characters.' }),
    company: t.string({ description: 'Company, up to 255 characters.' }),
    address1: t.string({ required: true, description: 'First line: street and number.' }),
    address2: t.string({ description: 'Second line.' }),
    city: t.string({ required: true, description: 'City or town, 1 to 100 characters.' }),
    stateOrProvince: t.string({ description: 'Full name of the state or province; some countries need it.' }),
    postalCode: t.string({ description: 'Postal code, up to 30 characters; some countries need it.' }),
    countryCode: t.string({ required: true, description: 'Two letters of ISO 3166-1.' }),
    phone: t.string({ description: 'Telephone number, up to 50 characters.' }),
    addressType: t.field({ type: AddressType, description: 'What kind of place it is.' }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of address form fields.' }),
  }),
});

const UpdateCustomerAddressInput = builder.inputType('UpdateCustomerAddressInput', {
  description:
    'Changes to an address. What is absent stays as it is. An explicit null clears company, phone, address2, stateOrProvince and postalCode, and is INVALID for all else.',
  fields: (t) => ({
    entityId: t.int({ required: true, description: 'The id of the address.' }),
    firstName: t.string({ description: 'First name, 1 to 255 characters.' }),
    lastName: t.string({ description: 'Last name, 1 to 255 characters.' }),
    company: t.string({ description: 'Company, up to 255 characters; null clears it.' }),
    address1: t.string({ description: 'First line: street and number.' }),
    address2: t.string({ description: 'Second line; null clears it.' }),
    city: t.string({ description: 'City or town, 1 to 100 characters.' }),
    stateOrProvince: t.string({ description: 'Full name of the state or province; null clears it.' }),
    postalCode: t.string({ description: 'Postal code, up to 30 characters; null clears it.' }),
    countryCode: t.string({ description: 'Two letters of ISO 3166-1.' }),
    phone: t.string({ description: 'Telephone number, up to 50 characters; null clears it.' }),
    addressType: t.field({ type: AddressType, description: 'What kind of place it is.' }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of address form fields.' }),
  }),
});

const CreateCustomerAddressesInput = builder.inputType('CreateCustomerAddressesInput', {
  description: 'Addresses to be added: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    addresses: t.field({ type: [CreateCustomerAddressInput], required: true, description: 'The addresses.' }),
  }),
});

const UpdateCustomerAddressesInput = builder.inputType('UpdateCustomerAddressesInput', {
  description: 'Changes to addresses: at least one and, unless configured otherwise, 1,000 at the most.',
  fields: (t) => ({
    addresses: t.field({ type: [UpdateCustomerAddressInput], required: true, description: 'The changes.' }),
  }),
});

const CustomerAddressesPayload = definePayload(CustomerAddressRef, {
  payload: 'CustomerAddresses',
  result: 'CustomerAddress',
  field: 'address',
  description: 'The address as it is now; UNCHANGED as a duplicate: the one that is already there.',
});

builder.mutationFields((t) => ({
  createCustomerAddresses: t.field({
    type: CustomerAddressesPayload,
    authScopes: needsUnlessOwn('customers:write'),
    description:
      'Adds addresses. One REST call (`POST /customers/addresses`) for ten, scope `store_v2_customers`. An address that the customer has already is UNCHANGED with the code DUPLICATE. One that is found after a lost answer is CREATED, though it may have stood there before: nothing dates an address.',
    args: {
      input: t.arg({ type: CreateCustomerAddressesInput, required: true, description: 'What to add.' }),
    },
    resolve: (_root, { input }, ctx) => createAddresses(ctx, input.addresses),
  }),
  updateCustomerAddresses: t.field({
    type: CustomerAddressesPayload,
    authScopes: needsUnlessOwn('customers:write'),
    description:
      'Changes addresses. One REST call (`PUT /customers/addresses`) for ten, scope `store_v2_customers`.',
    args: {
      input: t.arg({ type: UpdateCustomerAddressesInput, required: true, description: 'What to change.' }),
    },
    resolve: (_root, { input }, ctx) => updateAddresses(ctx, input.addresses),
  }),
  deleteCustomerAddresses: t.field({
    type: DeletePayloadRef,
    authScopes: needsUnlessOwn('customers:write'),
    description:
      'Deletes addresses. One REST call (`DELETE /customers/addresses`) for up to 250 ids and one to learn beforehand which of them exist, scope `store_v2_customers`.',
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'Which addresses.' }) },
    resolve: (_root, { input }, ctx) => deleteAddresses(ctx, input.entityIds),
  }),
}));
