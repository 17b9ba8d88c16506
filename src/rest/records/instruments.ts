import {
  isObject,
  type OnUnexpectedField,
  readBoolean,
  readInteger,
  readOptionalText,
  readText,
} from '../wire/decode.ts';

interface Instrument {
  /** The store's name of the type, such as `stored_card`. */
  readonly type: string;
  readonly token: string | null;
  readonly isDefault: boolean | null;
}

export interface CardInstrument extends Instrument {
  readonly kind: 'card';
  readonly brand: string | null;
  readonly expiryMonth: number | null;
  readonly expiryYear: number | null;
  readonly issuerIdentificationNumber: string | null;
  readonly last4: string | null;
  readonly billingAddress: BillingAddress | null;
}

export interface PayPalAccountInstrument extends Instrument {
  readonly kind: 'paypal';
  readonly email: string | null;
}

export interface BankAccountInstrument extends Instrument {
  readonly kind: 'bank';
  readonly maskedAccountNumber: string | null;
  readonly issuer: string | null;
}

/** An instrument of a type that the gateway does not know. */
export interface OtherInstrument extends Instrument {
  readonly kind: 'other';
}

export type StoredInstrument =
  | CardInstrument
  | PayPalAccountInstrument
  | BankAccountInstrument
  | OtherInstrument;

export interface BillingAddress {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly company: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly city: string | null;
  readonly postalCode: string | null;
  readonly stateOrProvince: string | null;
  readonly stateOrProvinceCode: string | null;
  readonly countryCode: string | null;
  readonly phone: string | null;
}

export function readInstrument(item: unknown, onUnexpectedField: OnUnexpectedField): StoredInstrument {
  const wire = isObject(item) ? item : {};
  const optional = (key: string) => readOptionalText(wire[key], `instrument.${key}`, onUnexpectedField);
  const instrument = {
    type: readText(wire.type, 'instrument.type', onUnexpectedField),
    token: optional('token'),
    isDefault: readBoolean(wire.is_default, 'instrument.is_default', onUnexpectedField),
  };
  switch (instrument.type) {
    case 'stored_card':
      return {
        ...instrument,
        kind: 'card',
        brand: optional('brand'),
        expiryMonth: readInteger(wire.expiry_month, 'instrument.expiry_month', onUnexpectedField, {
          least: 1,
          most: 12,
        }),
        expiryYear: readInteger(wire.expiry_year, 'instrument.expiry_year', onUnexpectedField),
        issuerIdentificationNumber: optional('issuer_identification_number'),
        last4: optional('last_4'),
        billingAddress: readBillingAddress(wire.billing_address, onUnexpectedField),
      };
    case 'stored_paypal_account':
      return { ...instrument, kind: 'paypal', email: optional('email') };
    case 'stored_bank_account':
      return {
        ...instrument,
        kind: 'bank',
        maskedAccountNumber: optional('masked_account_number'),
        issuer: optional('issuer'),
      };
    default:
      return { ...instrument, kind: 'other' };
  }
}

function readBillingAddress(wire: unknown, onUnexpectedField: OnUnexpectedField): BillingAddress | null {
  if (!isObject(wire)) return null;
  const optional = (key: string) => readOptionalText(wire[key], `billing_address.${key}`, onUnexpectedField);
  return {
    firstName: optional('first_name'),
    lastName: optional('last_name'),
    email: optional('email'),
    company: optional('company'),
    address1: optional('address1'),
    address2: optional('address2'),
    city: optional('city'),
    postalCode: optional('postal_code'),
    stateOrProvince: optional('state_or_province'),
    stateOrProvinceCode: optional('state_or_province_code'),
    countryCode: optional('country_code'),
    phone: optional('phone'),
  };
}
