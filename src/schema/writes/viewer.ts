import { CREATE_ADDRESSES, DELETE_ADDRESSES, UPDATE_ADDRESSES } from '../../cost/addresses.ts';
import { WRITTEN_CUSTOMER } from '../../cost/customers.ts';
import { CHANGE_PASSWORD, UPDATE_VIEWER, UPDATE_VIEWER_CONSENT } from '../../cost/viewer.ts';
import { reloadWrittenCustomer } from '../../resolvers/customers.ts';
import {
  changeViewerPassword,
  createViewerAddresses,
  type OwnWrite,
  updateViewer,
  updateViewerConsent,
} from '../../resolvers/viewer-writes.ts';
import { deleteAddresses, updateAddresses } from '../../resolvers/writes/addresses.ts';
import type { CustomerConsent } from '../../rest/records/consent.ts';
import type { Customer } from '../../rest/records/customers.ts';
import { CREDENTIAL, INHERITED, requireScopeOrOwn, requireShopper } from '../authorization.ts';
import { builder } from '../builder.ts';
import { customerSelectionOf } from '../customer-selection.ts';
import { costs } from '../descriptions.ts';
import { CustomerConsentRef, CustomerRef } from '../refs.ts';
import { selectionOf } from '../selection.ts';
import {
  CreateCustomerNestedAddressInput,
  CustomerAddressesPayload,
  UpdateCustomerAddressInput,
} from './addresses.ts';
import { consentLists } from './consent.ts';
import { FormFieldValueInput } from './form-field-inputs.ts';
import { DeleteInput, DeletePayloadRef, LIST_SIZE, WriteErrorRef, WriteOutcome } from './payload.ts';

const UpdateViewerInput = builder.inputType('UpdateViewerInput', {
  description:
    'Changes to the customer of the shopper. Absent fields stay unchanged. Null clears company and phone, and is INVALID for all other fields.',
  fields: (t) => ({
    firstName: t.string({ description: 'First name, 1 to 100 characters.' }),
    lastName: t.string({ description: 'Last name, 1 to 100 characters.' }),
    company: t.string({ description: 'Company, at most 255 characters. Null clears it.' }),
    phone: t.string({ description: 'Telephone number, at most 50 characters. Null clears it.' }),
    acceptsProductReviewAbandonedCartEmails: t.boolean({
      description: 'Whether the shopper accepts e-mails about product reviews and abandoned carts.',
    }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of customer form fields.' }),
  }),
});

const CreateViewerAddressesInput = builder.inputType('CreateViewerAddressesInput', {
  description: `Addresses to add to the address book of the shopper. ${LIST_SIZE}`,
  fields: (t) => ({
    addresses: t.field({
      type: [CreateCustomerNestedAddressInput],
      required: true,
      description: 'The addresses.',
    }),
  }),
});

const UpdateViewerAddressesInput = builder.inputType('UpdateViewerAddressesInput', {
  description: `Changes to addresses of the shopper. ${LIST_SIZE}`,
  fields: (t) => ({
    addresses: t.field({ type: [UpdateCustomerAddressInput], required: true, description: 'The changes.' }),
  }),
});

const UpdateViewerConsentInput = builder.inputType('UpdateViewerConsentInput', {
  description:
    'Consent of the shopper. An absent list stays unchanged, but one of the two is required. A category in both lists is INVALID.',
  fields: (t) => ({
    ...consentLists(t),
  }),
});

const ChangeViewerPasswordInput = builder.inputType('ChangeViewerPasswordInput', {
  description: 'The current and the new password. Neither is kept.',
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: 'Current password.' }),
    newPassword: t.string({
      required: true,
      description: "New password. The store's rules for passwords apply.",
    }),
  }),
});

const OUTCOME = 'Outcome of the change.';
const ERRORS =
  'Reasons why nothing was changed, or parts that the store did not keep. Their paths start in the input, such as `["firstName"]`.';

const UpdateViewerPayload = builder.objectRef<OwnWrite<Customer>>('UpdateViewerPayload').implement({
  extensions: INHERITED,
  description: 'Result of a change to the customer of a shopper.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: WriteOutcome, nullable: false, description: OUTCOME }),
    errors: t.expose('errors', { type: [WriteErrorRef], nullable: false, description: ERRORS }),
    customer: t.field({
      type: CustomerRef,
      authScopes: requireScopeOrOwn('customers:read'),
      description: 'The customer after the write. Null if it is not known.',
      extensions: costs(WRITTEN_CUSTOMER),
      resolve: ({ record }, _args, ctx, info) =>
        reloadWrittenCustomer(ctx, record, customerSelectionOf(selectionOf(info, ctx))),
    }),
  }),
});

const UpdateViewerConsentPayload = builder
  .objectRef<OwnWrite<CustomerConsent>>('UpdateViewerConsentPayload')
  .implement({
    extensions: INHERITED,
    description: 'Result of a change to the consent of a shopper.',
    fields: (t) => ({
      outcome: t.expose('outcome', { type: WriteOutcome, nullable: false, description: OUTCOME }),
      errors: t.expose('errors', { type: [WriteErrorRef], nullable: false, description: ERRORS }),
      consent: t.field({
        type: CustomerConsentRef,
        authScopes: requireScopeOrOwn('customers:read'),
        description: 'The consent after the write. Null if it is not known.',
        resolve: ({ record }) => record,
      }),
    }),
  });

const ChangeViewerPasswordPayload = builder
  .objectRef<OwnWrite<Customer>>('ChangeViewerPasswordPayload')
  .implement({
    extensions: INHERITED,
    description: 'Result of a change of the password of a shopper.',
    fields: (t) => ({
      outcome: t.expose('outcome', { type: WriteOutcome, nullable: false, description: OUTCOME }),
      errors: t.expose('errors', { type: [WriteErrorRef], nullable: false, description: ERRORS }),
    }),
  });

builder.mutationFields((t) => ({
  updateViewer: t.field({
    type: UpdateViewerPayload,
    authScopes: requireShopper('customers:write'),
    description: 'Changes the customer of the shopper. The e-mail address cannot be changed.',
    extensions: costs(UPDATE_VIEWER),
    args: { input: t.arg({ type: UpdateViewerInput, required: true, description: 'The changes.' }) },
    resolve: (_root, { input }, ctx) => updateViewer(ctx, input),
  }),
  createViewerAddresses: t.field({
    type: CustomerAddressesPayload,
    authScopes: requireShopper('customers:write'),
    description: 'Adds addresses to the address book of the shopper, as `createCustomerAddresses` does.',
    extensions: costs(CREATE_ADDRESSES),
    args: {
      input: t.arg({ type: CreateViewerAddressesInput, required: true, description: 'The addresses.' }),
    },
    resolve: (_root, { input }, ctx) => createViewerAddresses(ctx, input.addresses),
  }),
  updateViewerAddresses: t.field({
    type: CustomerAddressesPayload,
    authScopes: requireShopper('customers:write'),
    description: 'Changes addresses of the shopper, as `updateCustomerAddresses` does.',
    extensions: costs(UPDATE_ADDRESSES),
    args: {
      input: t.arg({ type: UpdateViewerAddressesInput, required: true, description: 'The changes.' }),
    },
    resolve: (_root, { input }, ctx) => updateAddresses(ctx, input.addresses),
  }),
  deleteViewerAddresses: t.field({
    type: DeletePayloadRef,
    authScopes: requireShopper('customers:write'),
    description: 'Deletes addresses of the shopper.',
    extensions: costs(DELETE_ADDRESSES),
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'The addresses to delete.' }) },
    resolve: (_root, { input }, ctx) => deleteAddresses(ctx, input.entityIds),
  }),
  updateViewerConsent: t.field({
    type: UpdateViewerConsentPayload,
    authScopes: requireShopper('customers:write'),
    description: 'Sets the consent of the shopper, as `updateCustomerConsent` does.',
    extensions: costs(UPDATE_VIEWER_CONSENT),
    args: {
      input: t.arg({ type: UpdateViewerConsentInput, required: true, description: 'The consent.' }),
    },
    resolve: (_root, { input }, ctx) => updateViewerConsent(ctx, input),
  }),
  changeViewerPassword: t.field({
    type: ChangeViewerPasswordPayload,
    authScopes: requireShopper('customers:write'),
    description:
      'Changes the password of the shopper, if the current one is right, and ends all other sessions of the shopper. A wrong password is INVALID_CREDENTIALS. Attempts count together with those of `signInShopper`: too many failures are TOO_MANY_ATTEMPTS.',
    extensions: { ...costs(CHANGE_PASSWORD), ...CREDENTIAL },
    args: {
      input: t.arg({ type: ChangeViewerPasswordInput, required: true, description: 'The passwords.' }),
    },
    resolve: (_root, { input }, ctx) => changeViewerPassword(ctx, input),
  }),
}));
