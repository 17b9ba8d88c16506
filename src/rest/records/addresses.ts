import type { Readable } from '../../errors.ts';
import { isObject, type OnUnexpectedField, readEnum, readOptionalText, readText } from '../wire/decode.ts';
import { readId, readOwnerId } from '../wire/ids.ts';
import { type FormFieldValue, readFormFields } from './form-fields.ts';

export type AddressType = 'RESIDENTIAL' | 'COMMERCIAL';

/** Parts of an address that the store returns only on request. */
export type AddressInclude = 'formFields';

export interface CustomerAddress {
  readonly nodeType: 'CustomerAddress';
  readonly entityId: number;
  readonly customerEntityId: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string | null;
  readonly address1: string;
  readonly address2: string | null;
  readonly city: string;
  readonly stateOrProvince: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly country: string | null;
  readonly phone: string | null;
  readonly addressType: AddressType | null;
  /** Undefined if they were not requested, null if the store left them out. */
  readonly formFields: Readable<readonly FormFieldValue[] | null | undefined>;
}

interface AddressWire {
  readonly id?: unknown;
  readonly customer_id?: unknown;
  readonly first_name?: unknown;
  readonly last_name?: unknown;
  readonly company?: unknown;
  readonly address1?: unknown;
  readonly address2?: unknown;
  readonly city?: unknown;
  readonly state_or_province?: unknown;
  readonly postal_code?: unknown;
  readonly country_code?: unknown;
  readonly country?: unknown;
  readonly phone?: unknown;
  readonly address_type?: unknown;
  readonly form_fields?: unknown;
}

const ADDRESS_TYPES = { residential: 'RESIDENTIAL', commercial: 'COMMERCIAL' } as const;

/** How to decode an address. */
export interface AddressDecodeOptions {
  /** Whether its form fields were requested. */
  readonly withFormFields: boolean;
  /** Id of the customer, for an address that does not contain it. */
  readonly ownerId?: number;
  readonly onUnexpectedField: OnUnexpectedField;
}

export function readAddress(
  item: unknown,
  { withFormFields, ownerId, onUnexpectedField }: AddressDecodeOptions,
): CustomerAddress {
  const wire: AddressWire = isObject(item) ? item : {};
  const entityId = readId(wire.id, 'address.id', onUnexpectedField);
  return {
    nodeType: 'CustomerAddress',
    entityId,
    customerEntityId: readOwnerId(wire.customer_id, ownerId, 'address.customer_id', onUnexpectedField),
    firstName: readText(wire.first_name, 'address.first_name', onUnexpectedField),
    lastName: readText(wire.last_name, 'address.last_name', onUnexpectedField),
    company: readOptionalText(wire.company, 'address.company', onUnexpectedField),
    address1: readText(wire.address1, 'address.address1', onUnexpectedField),
    address2: readOptionalText(wire.address2, 'address.address2', onUnexpectedField),
    city: readText(wire.city, 'address.city', onUnexpectedField),
    stateOrProvince: readOptionalText(wire.state_or_province, 'address.state_or_province', onUnexpectedField),
    postalCode: readOptionalText(wire.postal_code, 'address.postal_code', onUnexpectedField),
    countryCode: readText(wire.country_code, 'address.country_code', onUnexpectedField),
    country: readOptionalText(wire.country, 'address.country', onUnexpectedField),
    phone: readOptionalText(wire.phone, 'address.phone', onUnexpectedField),
    addressType: readEnum(wire.address_type, ADDRESS_TYPES, 'address.address_type', onUnexpectedField),
    formFields: withFormFields
      ? readFormFields(
          wire.form_fields,
          { customerEntityId: null, addressEntityId: entityId },
          onUnexpectedField,
        )
      : undefined,
  };
}
