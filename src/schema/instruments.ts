import { forNamedCustomer, perCustomerCost } from '../cost/reads.ts';
import { customerStoredInstruments } from '../resolvers/instruments.ts';
import type {
  BankAccountInstrument,
  CardInstrument,
  OtherInstrument,
  PayPalAccountInstrument,
} from '../rest/records/instruments.ts';
import { AUDITED, CREDENTIAL, INHERITED, requireScopeOrOwn } from './authorization.ts';
import { builder } from './builder.ts';
import { costs } from './descriptions.ts';
import { BillingAddressRef, CustomerRef, StoredInstrumentRef } from './refs.ts';

const TYPE_NAMES = {
  card: 'CardInstrument',
  paypal: 'PayPalAccountInstrument',
  bank: 'BankAccountInstrument',
  other: 'OtherInstrument',
} as const;

builder.interfaceType(StoredInstrumentRef, {
  authScopes: requireScopeOrOwn('instruments:read'),
  description: 'A stored payment instrument of a customer.',
  resolveType: ({ kind }) => TYPE_NAMES[kind],
  fields: (t) => ({
    type: t.exposeString('type', {
      nullable: false,
      description: 'Type as named by the store, such as `stored_card`.',
    }),
    token: t.exposeString('token', {
      authScopes: requireScopeOrOwn('instrument-tokens:read'),
      extensions: CREDENTIAL,
      description: 'Token that identifies the instrument in a payment. Sensitive: it is never logged.',
    }),
    isDefault: t.exposeBoolean('isDefault', {
      description: "Whether it is the customer's default payment instrument.",
    }),
  }),
});

builder.objectRef<CardInstrument>(TYPE_NAMES.card).implement({
  description: 'A stored card (`stored_card`).',
  interfaces: [StoredInstrumentRef],
  fields: (t) => ({
    brand: t.exposeString('brand', { description: 'Card brand.' }),
    expiryMonth: t.exposeInt('expiryMonth', { description: 'Expiry month, 1 to 12.' }),
    expiryYear: t.exposeInt('expiryYear', { description: 'Expiry year.' }),
    issuerIdentificationNumber: t.exposeString('issuerIdentificationNumber', {
      description:
        'Issuer identification number: the first digits of the card number. Sensitive: it is never logged.',
    }),
    last4: t.exposeString('last4', { description: 'Last four digits of the card number.' }),
    billingAddress: t.expose('billingAddress', {
      type: BillingAddressRef,
      description: 'Billing address.',
    }),
  }),
});

builder.objectRef<PayPalAccountInstrument>(TYPE_NAMES.paypal).implement({
  description: 'A stored PayPal account (`stored_paypal_account`).',
  interfaces: [StoredInstrumentRef],
  fields: (t) => ({ email: t.exposeString('email', { description: 'E-mail address of the account.' }) }),
});

builder.objectRef<BankAccountInstrument>(TYPE_NAMES.bank).implement({
  description: 'A stored bank account (`stored_bank_account`).',
  interfaces: [StoredInstrumentRef],
  fields: (t) => ({
    maskedAccountNumber: t.exposeString('maskedAccountNumber', {
      description: 'Masked account number.',
    }),
    issuer: t.exposeString('issuer', { description: 'Issuing bank.' }),
  }),
});

builder.objectRef<OtherInstrument>(TYPE_NAMES.other).implement({
  description: 'A payment instrument of a type that this version of the gateway does not know.',
  interfaces: [StoredInstrumentRef],
});

builder.objectType(BillingAddressRef, {
  extensions: INHERITED,
  description: 'Billing address of a card. The store guarantees none of its fields.',
  fields: (t) => ({
    firstName: t.exposeString('firstName', { description: 'First name.' }),
    lastName: t.exposeString('lastName', { description: 'Last name.' }),
    email: t.exposeString('email', { description: 'E-mail address.' }),
    company: t.exposeString('company', { description: 'Company.' }),
    address1: t.exposeString('address1', { description: 'First address line: street and number.' }),
    address2: t.exposeString('address2', { description: 'Second address line.' }),
    city: t.exposeString('city', { description: 'City or town.' }),
    postalCode: t.exposeString('postalCode', { description: 'Postal code.' }),
    stateOrProvince: t.exposeString('stateOrProvince', {
      description: 'Full name of the state or province.',
    }),
    stateOrProvinceCode: t.exposeString('stateOrProvinceCode', {
      description: 'Code of the state or province.',
    }),
    countryCode: t.exposeString('countryCode', { description: 'ISO 3166-1 alpha-2 country code.' }),
    phone: t.exposeString('phone', { description: 'Telephone number.' }),
  }),
});

builder.objectFields(CustomerRef, (t) => ({
  storedInstruments: t.field({
    type: [StoredInstrumentRef],
    authScopes: requireScopeOrOwn('instruments:read'),
    description:
      "Stored payment instruments. If the store's API token lacks the scope, this field is null with an error and the other fields are unaffected. Consider `@defer` on a page of customers.",
    extensions: { ...costs(perCustomerCost('getCustomerStoredInstruments')), ...AUDITED },
    resolve: ({ entityId }, _args, ctx) => ctx.loaders.instruments.ofCustomer(entityId),
  }),
}));

builder.queryFields((t) => ({
  customerStoredInstruments: t.field({
    type: [StoredInstrumentRef],
    authScopes: requireScopeOrOwn('instruments:read'),
    description:
      "A customer's stored payment instruments, without a read of the customer. Null or empty if the store has no such customer.",
    extensions: {
      ...costs(
        forNamedCustomer(perCustomerCost('getCustomerStoredInstruments'), 'one REST call per customer'),
      ),
      ...AUDITED,
    },
    args: { customerEntityId: t.arg.int({ required: true, description: 'Id of the customer.' }) },
    resolve: (_root, { customerEntityId }, ctx) => customerStoredInstruments(ctx, customerEntityId),
  }),
}));
