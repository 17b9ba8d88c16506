import { CREATE_ADDRESSES, DELETE_ADDRESSES, UPDATE_ADDRESSES } from '../../cost/addresses.ts';
import { createAddresses, deleteAddresses, updateAddresses } from '../../resolvers/writes/addresses.ts';
import { AddressType } from '../addresses.ts';
import { requireScopeOrOwn } from '../authorization.ts';
import { builder } from '../builder.ts';
import { costs } from '../descriptions.ts';
import { CustomerAddressRef } from '../refs.ts';
import { FormFieldValueInput } from './form-field-inputs.ts';
import { DeleteInput, DeletePayloadRef, definePayload, LIST_SIZE } from './payload.ts';

export const CreateCustomerNestedAddressInput = builder.inputType('CreateCustomerNestedAddressInput', {
  description: 'An address whose customer is known from elsewhere.',
  fields: (t) => ({
    firstName: t.string({ required: true, description: 'First name, 1 to 255 characters.' }),
    lastName: t.string({ required: true, description: 'Last name, 1 to 255 characters.' }),
    company: t.string({ description: 'Company, at most 255 characters.' }),
    address1: t.string({ required: true, description: 'First address line: street and number.' }),
    address2: t.string({ description: 'Second address line.' }),
    city: t.string({ required: true, description: 'City or town, at most 100 characters.' }),
    stateOrProvince: t.string({
      description: 'Full name of the state or province. Some countries require it.',
    }),
    postalCode: t.string({ description: 'Postal code, at most 30 characters. Some countries require it.' }),
    countryCode: t.string({ required: true, description: 'ISO 3166-1 alpha-2 country code.' }),
    phone: t.string({ description: 'Telephone number, at most 50 characters.' }),
    addressType: t.field({ type: AddressType, description: 'Type of the address.' }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of address form fields.' }),
  }),
});

const CreateCustomerAddressInput = builder.inputType('CreateCustomerAddressInput', {
  description: 'An address to add to a customer.',
  fields: (t) => ({
    customerEntityId: t.int({ required: true, description: 'Id of the customer.' }),
    firstName: t.string({ required: true, description: 'First name, 1 to 255 characters.' }),
    lastName: t.string({ required: true, description: 'Last name, 1 to 255 characters.' }),
    company: t.string({ description: 'Company, at most 255 characters.' }),
    address1: t.string({ required: true, description: 'First address line: street and number.' }),
    address2: t.string({ description: 'Second address line.' }),
    city: t.string({ required: true, description: 'City or town, at most 100 characters.' }),
    stateOrProvince: t.string({
      description: 'Full name of the state or province. Some countries require it.',
    }),
    postalCode: t.string({ description: 'Postal code, at most 30 characters. Some countries require it.' }),
    countryCode: t.string({ required: true, description: 'ISO 3166-1 alpha-2 country code.' }),
    phone: t.string({ description: 'Telephone number, at most 50 characters.' }),
    addressType: t.field({ type: AddressType, description: 'Type of the address.' }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of address form fields.' }),
  }),
});

export const UpdateCustomerAddressInput = builder.inputType('UpdateCustomerAddressInput', {
  description:
    'Changes to an address. Absent fields stay unchanged. Null clears company, phone, address2, stateOrProvince and postalCode, and is INVALID for all other fields.',
  fields: (t) => ({
    entityId: t.int({ required: true, description: 'Id of the address.' }),
    firstName: t.string({ description: 'First name, 1 to 255 characters.' }),
    lastName: t.string({ description: 'Last name, 1 to 255 characters.' }),
    company: t.string({ description: 'Company, at most 255 characters. Null clears it.' }),
    address1: t.string({ description: 'First address line: street and number.' }),
    address2: t.string({ description: 'Second address line. Null clears it.' }),
    city: t.string({ description: 'City or town, at most 100 characters.' }),
    stateOrProvince: t.string({ description: 'Full name of the state or province. Null clears it.' }),
    postalCode: t.string({ description: 'Postal code, at most 30 characters. Null clears it.' }),
    countryCode: t.string({ description: 'ISO 3166-1 alpha-2 country code.' }),
    phone: t.string({ description: 'Telephone number, at most 50 characters. Null clears it.' }),
    addressType: t.field({ type: AddressType, description: 'Type of the address.' }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of address form fields.' }),
  }),
});

const CreateCustomerAddressesInput = builder.inputType('CreateCustomerAddressesInput', {
  description: `Addresses to add. ${LIST_SIZE}`,
  fields: (t) => ({
    addresses: t.field({ type: [CreateCustomerAddressInput], required: true, description: 'The addresses.' }),
  }),
});

const UpdateCustomerAddressesInput = builder.inputType('UpdateCustomerAddressesInput', {
  description: `Changes to addresses. ${LIST_SIZE}`,
  fields: (t) => ({
    addresses: t.field({ type: [UpdateCustomerAddressInput], required: true, description: 'The changes.' }),
  }),
});

export const CustomerAddressesPayload = definePayload(CustomerAddressRef, {
  payload: 'CustomerAddresses',
  result: 'CustomerAddress',
  field: 'address',
  description: 'The address after the write. With the code DUPLICATE it is the address that already exists.',
});

builder.mutationFields((t) => ({
  createCustomerAddresses: t.field({
    type: CustomerAddressesPayload,
    authScopes: requireScopeOrOwn('customers:write'),
    description:
      'Adds addresses. An address that the customer already has is UNCHANGED with the code DUPLICATE. An address that is found after a lost response is UNCHANGED if its id was known before, else CREATED. The first create in a process reads the highest address id: at most two REST calls, once.',
    extensions: costs(CREATE_ADDRESSES),
    args: {
      input: t.arg({
        type: CreateCustomerAddressesInput,
        required: true,
        description: 'The addresses to add.',
      }),
    },
    resolve: (_root, { input }, ctx) => createAddresses(ctx, input.addresses),
  }),
  updateCustomerAddresses: t.field({
    type: CustomerAddressesPayload,
    authScopes: requireScopeOrOwn('customers:write'),
    description:
      'Changes addresses. A change that would make an address equal to another one of the customer is UNCHANGED with the code DUPLICATE. Addresses have no timestamps: after a lost response only newer writes of the same gateway are safe from a repeat.',
    extensions: costs(UPDATE_ADDRESSES),
    args: {
      input: t.arg({ type: UpdateCustomerAddressesInput, required: true, description: 'The changes.' }),
    },
    resolve: (_root, { input }, ctx) => updateAddresses(ctx, input.addresses),
  }),
  deleteCustomerAddresses: t.field({
    type: DeletePayloadRef,
    authScopes: requireScopeOrOwn('customers:write'),
    description: 'Deletes addresses.',
    extensions: costs(DELETE_ADDRESSES),
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'The addresses to delete.' }) },
    resolve: (_root, { input }, ctx) => deleteAddresses(ctx, input.entityIds),
  }),
}));
