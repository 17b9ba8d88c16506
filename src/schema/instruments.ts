import type {
  BankAccountInstrument,
  CardInstrument,
  OtherInstrument,
  PayPalAccountInstrument,
} from '../rest/instruments.ts';
import { builder } from './builder.ts';
import { BillingAddressRef, CustomerRef, StoredInstrumentRef } from './refs.ts';
import { AS_ABOVE, needsUnlessOwn } from './scopes.ts';

const TYPES = {
  card: 'CardInstrument',
  paypal: 'PayPalAccountInstrument',
  bank: 'BankAccountInstrument',
  other: 'OtherInstrument',
} as const;

builder.interfaceType(StoredInstrumentRef, {
  authScopes: needsUnlessOwn('instruments:read'),
  description: 'A way to pay that a customer has stored.',
  resolveType: ({ kind }) => TYPES[kind],
  fields: (t) => ({
    type: t.exposeString('type', {
      nullable: false,
      description: 'The kind as the store names it: `stored_card` ...',
    }),
    token: t.exposeString('token', {
      authScopes: needsUnlessOwn('instrument-tokens:read'),
      description: 'What a payment names it by. Sensitive: it is never logged.',
    }),
    isDefault: t.exposeBoolean('isDefault', {
      description: 'Whether the customer pays with it unless another is chosen.',
    }),
  }),
});

builder.objectRef<CardInstrument>(TYPES.card).implement({
  description: 'A stored card (`stored_card`).',
  interfaces: [StoredInstrumentRef],
  fields: (t) => ({
    brand: t.exposeString('brand', { description: 'The brand of the card.' }),
    expiryMonth: t.exposeInt('expiryMonth', { description: 'Month in which it expires, 1 to 12.' }),
    expiryYear: t.exposeInt('expiryYear', { description: 'Year in which it expires.' }),
    issuerIdentificationNumber: t.exposeString('issuerIdentificationNumber', {
      description: 'The first digits, which name the issuer. Sensitive: never logged.',
    }),
    last4: t.exposeString('last4', { description: 'The last four digits.' }),
    billingAddress: t.expose('billingAddress', {
      type: BillingAddressRef,
      description: 'Where its bills go.',
    }),
  }),
});

builder.objectRef<PayPalAccountInstrument>(TYPES.paypal).implement({
  description: 'A stored PayPal account (`stored_paypal_account`).',
  interfaces: [StoredInstrumentRef],
  fields: (t) => ({ email: t.exposeString('email', { description: 'The e-mail address of the account.' }) }),
});

builder.objectRef<BankAccountInstrument>(TYPES.bank).implement({
  description: 'A stored bank account (`stored_bank_account`).',
  interfaces: [StoredInstrumentRef],
  fields: (t) => ({
    maskedAccountNumber: t.exposeString('maskedAccountNumber', {
      description: 'The account number, mostly blotted out.',
    }),
    issuer: t.exposeString('issuer', { description: 'The bank.' }),
  }),
});

builder.objectRef<OtherInstrument>(TYPES.other).implement({
  description: 'A kind that appeared upstream after this gateway was built.',
  interfaces: [StoredInstrumentRef],
});

builder.objectType(BillingAddressRef, {
  extensions: AS_ABOVE,
  description: 'Where the bills of a card go. Nothing of it is promised by the store.',
  fields: (t) => ({
    firstName: t.exposeString('firstName', { description: 'First name.' }),
    lastName: t.exposeString('lastName', { description: 'Last name.' }),
    email: t.exposeString('email', { description: 'E-mail address.' }),
    company: t.exposeString('company', { description: 'Company.' }),
    address1: t.exposeString('address1', { description: 'First line: street and number.' }),
    address2: t.exposeString('address2', { description: 'Second line.' }),
    city: t.exposeString('city', { description: 'City or town.' }),
    postalCode: t.exposeString('postalCode', { description: 'Postal code.' }),
    stateOrProvince: t.exposeString('stateOrProvince', {
      description: 'Full name of the state or province.',
    }),
    stateOrProvinceCode: t.exposeString('stateOrProvinceCode', {
      description: 'Code of the state or province.',
    }),
    countryCode: t.exposeString('countryCode', { description: 'Two letters of ISO 3166-1.' }),
    phone: t.exposeString('phone', { description: 'Telephone number.' }),
  }),
});

builder.objectFields(CustomerRef, (t) => ({
  storedInstruments: t.field({
    type: [StoredInstrumentRef],
    authScopes: needsUnlessOwn('instruments:read'),
    description:
      'Stored ways to pay. One REST call a customer (`GET /customers/{id}/stored-instruments`), side by side: the store has no batch. Needs the scope `store_stored_payment_instruments_read_only`; a token without it makes this field null and leaves the others. Worth a `@defer` on a page of customers.',
    resolve: ({ entityId }, _args, ctx) => ctx.loaders.instruments.ofCustomer(entityId),
  }),
}));
