import { WRITTEN_CUSTOMER } from '../../cost/customers.ts';
import { UPSERT_CUSTOMERS } from '../../cost/upsert.ts';
import { reloadWrittenCustomer } from '../../resolvers/customers.ts';
import {
  type PartResult,
  type UpsertPayload,
  type UpsertResult,
  upsertCustomers,
} from '../../resolvers/upsert/index.ts';
import { INHERITED, requireScope } from '../authorization.ts';
import { builder } from '../builder.ts';
import { customerSelectionOf } from '../customer-selection.ts';
import { costs } from '../descriptions.ts';
import { CustomerRef } from '../refs.ts';
import { selectionOf } from '../selection.ts';
import { CreateCustomerNestedAddressInput } from './addresses.ts';
import { consentLists } from './consent.ts';
import {
  CreateCustomerNestedAttributeInput,
  CustomerAuthenticationInput,
  STORE_CREDIT,
  StoreCreditInput,
} from './customers.ts';
import { FormFieldValueInput } from './form-field-inputs.ts';
import { metafieldUpsertFields } from './metafields.ts';
import {
  LIST_SIZE,
  WriteErrorRef,
  WriteOutcome,
  WritePayloadRef,
  WriteResultRef,
  WriteSummaryRef,
} from './payload.ts';

const CustomerMatchBy = builder.enumType('CustomerMatchBy', {
  description: 'By what an upsert finds the customer of an item.',
  values: {
    EMAIL: {
      description:
        'By e-mail address. If the store has no such customer, it is created. If it has several, on different channels, `channelIds` tells which of them is meant.',
    },
    ENTITY_ID: { description: 'By id. If the store has no such customer, the item is FAILED.' },
  },
});

const CustomerPartKind = builder.enumType('CustomerPartKind', {
  description: 'What a part of an upserted customer is.',
  values: {
    ADDRESS: { description: 'An entry of `addresses`.' },
    ATTRIBUTE: { description: 'An entry of `attributes`.' },
    FORM_FIELD: { description: 'An entry of `formFields`.' },
    CONSENT: { description: 'The `consent`.' },
    METAFIELD: { description: 'An entry of `metafields`.' },
    ADDRESS_REMOVAL: { description: 'An address that `replaceAddresses` deletes.' },
  },
});

const UpsertCustomerConsentInput = builder.inputType('UpsertCustomerConsentInput', {
  description:
    'Consent of a customer. An absent list stays unchanged, but one of the two is required. A category in both lists is INVALID.',
  fields: (t) => ({
    ...consentLists(t),
  }),
});

const UpsertCustomerNestedMetafieldInput = builder.inputType('UpsertCustomerNestedMetafieldInput', {
  description: 'A metafield of a customer, identified by its namespace and key.',
  fields: (t) => ({
    ...metafieldUpsertFields(t),
  }),
});

const UpsertCustomerInput = builder.inputType('UpsertCustomerInput', {
  description:
    'A customer with all that belongs to it. What is absent stays unchanged: a field, an entry of a list, and a whole list. Null clears company, phone, notes, taxExemptCategory, customerGroupId and channelIds, means absent for lists and consent, and is INVALID for all other fields of a customer.',
  fields: (t) => ({
    entityId: t.int({ description: 'Id of the customer. Required with ENTITY_ID, else INVALID.' }),
    email: t.string({
      description:
        'E-mail address, 3 to 255 characters. Required with EMAIL. With ENTITY_ID it is the new address.',
    }),
    firstName: t.string({
      description: 'First name, 1 to 100 characters. Required for a new customer.',
    }),
    lastName: t.string({ description: 'Last name, 1 to 100 characters. Required for a new customer.' }),
    company: t.string({ description: 'Company, at most 255 characters. Null clears it.' }),
    phone: t.string({ description: 'Telephone number, at most 50 characters. Null clears it.' }),
    notes: t.string({ description: 'Staff notes. Null clears them.' }),
    taxExemptCategory: t.string({
      description: 'Tax exemption code, at most 255 characters. Null clears it.',
    }),
    customerGroupId: t.int({
      description: 'Id of the customer group. Null removes the customer from the group.',
    }),
    authentication: t.field({
      type: CustomerAuthenticationInput,
      description:
        'Sign-in settings. `newPassword` is only for a new customer: it changes no existing password.',
    }),
    acceptsProductReviewAbandonedCartEmails: t.boolean({
      description: 'Whether the customer accepts e-mails about product reviews and abandoned carts.',
    }),
    storeCredit: t.field({ type: [StoreCreditInput], description: STORE_CREDIT }),
    originChannelId: t.int({
      description: 'Id of the channel on which a new customer signed up. It cannot be changed later.',
    }),
    channelIds: t.intList({
      description:
        'Ids of the channels on which the customer can sign in. Null means every channel that allows global logins.',
    }),
    triggerAccountCreatedNotification: t.boolean({
      description: 'Whether the store sends its welcome e-mail to a new customer.',
    }),
    addresses: t.field({
      type: [CreateCustomerNestedAddressInput],
      description:
        'Addresses. An address that the customer has, in any spelling of the store, is found by its contents and keeps its id. Its form fields are set.',
    }),
    replaceAddresses: t.boolean({
      description:
        'Whether all other addresses of the customer are deleted: last, and only if the customer and all other parts were written. Needs `addresses`, of which an empty list deletes all.',
    }),
    attributes: t.field({
      type: [CreateCustomerNestedAttributeInput],
      description: 'Attribute values.',
    }),
    formFields: t.field({ type: [FormFieldValueInput], description: 'Values of customer form fields.' }),
    consent: t.field({ type: UpsertCustomerConsentInput, description: 'Consent.' }),
    metafields: t.field({ type: [UpsertCustomerNestedMetafieldInput], description: 'Metafields.' }),
  }),
});

const UpsertCustomersInput = builder.inputType('UpsertCustomersInput', {
  description: `Customers to create or to change. ${LIST_SIZE}`,
  fields: (t) => ({
    customers: t.field({ type: [UpsertCustomerInput], required: true, description: 'The customers.' }),
    matchBy: t.field({
      type: CustomerMatchBy,
      required: true,
      defaultValue: 'EMAIL',
      description: 'By what the customers of the store are found.',
    }),
  }),
});

const CustomerPartResultRef = builder.objectRef<PartResult>('CustomerPartResult').implement({
  extensions: INHERITED,
  description: 'Result of one part of an upserted customer.',
  fields: (t) => ({
    kind: t.expose('kind', {
      type: CustomerPartKind,
      nullable: false,
      description: 'What the part is.',
    }),
    index: t.exposeInt('index', {
      description:
        'Place of the part in the list of its kind, from 0. Null for consent, and for an address that is removed.',
    }),
    outcome: t.expose('outcome', {
      type: WriteOutcome,
      nullable: false,
      description: 'Outcome of the part.',
    }),
    errors: t.expose('errors', {
      type: [WriteErrorRef],
      nullable: false,
      description:
        'Reasons why the part was not written, or why nothing changed. Their paths start in the input: `["customers", "3", "addresses", "0", "city"]`.',
    }),
    recordId: t.expose('recordId', {
      type: 'SafeInt',
      description:
        'Id of the address, the attribute value or the metafield. Null if it is not known, as that of a part which was created together with its customer, and for form fields and consent, which have none.',
    }),
  }),
});

const UpsertCustomerResultRef = builder.objectRef<UpsertResult>('UpsertCustomerResult').implement({
  extensions: INHERITED,
  description:
    'Result of one item of an `UpsertCustomersPayload`. `outcome` and `errors` are about the customer alone, `parts` is about what belongs to it.',
  interfaces: [WriteResultRef],
  fields: (t) => ({
    customer: t.field({
      type: CustomerRef,
      authScopes: requireScope('customers:read'),
      description: 'The customer after the write. Null if it is not known.',
      extensions: costs(WRITTEN_CUSTOMER),
      resolve: ({ record }, _args, ctx, info) =>
        reloadWrittenCustomer(ctx, record, customerSelectionOf(selectionOf(info, ctx))),
    }),
    parts: t.field({
      type: [CustomerPartResultRef],
      nullable: false,
      description:
        'One result per part: addresses, attributes, form fields, consent, metafields, each in the order of the input, and then the addresses that were to be removed. A part that failed neither undoes nor prevents the others.',
      resolve: ({ parts }) => parts,
    }),
  }),
});

const UpsertCustomersPayload = builder.objectRef<UpsertPayload>('UpsertCustomersPayload').implement({
  extensions: INHERITED,
  description: 'Results of an upsert of customers: one per item, in the order of the items.',
  interfaces: [WritePayloadRef],
  fields: (t) => ({
    partSummary: t.expose('partSummary', {
      type: WriteSummaryRef,
      nullable: false,
      description: 'Number of parts of all items, by outcome.',
    }),
    results: t.field({
      type: [UpsertCustomerResultRef],
      nullable: false,
      description: 'One result per item, in the order of the items.',
      resolve: ({ results }) => results,
    }),
  }),
});

builder.mutationFields((t) => ({
  upsertCustomers: t.field({
    type: UpsertCustomersPayload,
    authScopes: requireScope('customers:write'),
    description:
      'Creates customers, or changes those that the store has, each with its addresses, attribute values, form fields, consent and metafields. What the store already has is not sent: the same input again is UNCHANGED everywhere and only reads.',
    extensions: costs(UPSERT_CUSTOMERS),
    args: {
      input: t.arg({ type: UpsertCustomersInput, required: true, description: 'The customers.' }),
    },
    resolve: (_root, { input }, ctx) => upsertCustomers(ctx, input),
  }),
}));
