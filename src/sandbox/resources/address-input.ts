import { z } from 'zod';
import { omitUndefined } from '../batch.ts';
import { ApiError, type ErrorLocation } from '../responses.ts';
import type { Row } from '../store.ts';
import { boundedString, formFieldsSchema, id } from '../validation.ts';
import { countryName } from './addresses.ts';

const required = {
  first_name: boundedString(1, 255),
  last_name: boundedString(1, 255),
  address1: z.string(),
  city: boundedString(0, 100),
  country_code: z.string().refine((code) => countryName(code) !== null, 'must be a country of two letters'),
};

const optional = {
  company: boundedString(0, 255).optional(),
  address2: z.string().optional(),
  state_or_province: boundedString(0, 100).optional(),
  postal_code: boundedString(0, 30).optional(),
  phone: boundedString(0, 50).optional(),
  address_type: z.enum(['residential', 'commercial'], 'must be residential or commercial').optional(),
  form_fields: formFieldsSchema.optional(),
};

/** An address in a new customer, without the customer's id. */
export const addressInput = z.object({ ...required, ...optional });

/** An item of a POST. */
export const newAddress = addressInput.extend({ customer_id: id });

/** An item of a PUT. A customer_id is ignored: the owner of an address cannot change. */
export const addressUpdate = z.object({ id, ...z.object(required).partial().shape, ...optional });

export type NewAddress = z.output<typeof newAddress>;
export type AddressUpdate = z.output<typeof addressUpdate>;

/** Defaults of a new address. */
export const addressDefaults = {
  company: '',
  address2: '',
  state_or_province: '',
  postal_code: '',
  phone: '',
  address_type: 'residential',
};

/** The columns for the fields that were sent. */
export function addressColumns(item: AddressUpdate | NewAddress): Row {
  return omitUndefined({
    first_name: item.first_name,
    last_name: item.last_name,
    company: item.company,
    address1: item.address1,
    address2: item.address2,
    city: item.city,
    state_or_province: item.state_or_province,
    postal_code: item.postal_code,
    country_code: item.country_code,
    phone: item.phone,
    address_type: item.address_type,
  });
}

// Countries that require a state, and countries without postal codes. Incomplete: a few of each are enough.
const countriesWithStates = new Set(['US', 'CA', 'AU', 'BR', 'IN', 'MX', 'MY', 'AR']);
const countriesWithoutPostalCodes = new Set(['AE', 'AO', 'BS', 'FJ', 'HK', 'QA', 'TG', 'UG']);

/** Throws a 422 if the country has states or postal codes and the address has none. */
export function requireStateAndPostalCode(row: Row, { failure, path }: ErrorLocation): void {
  const country = String(row.country_code);
  if (countriesWithStates.has(country) && (row.state_or_province ?? '') === '') {
    throw new ApiError(422, failure, { [`${path}.state_or_province`]: 'is required' });
  }
  if (!countriesWithoutPostalCodes.has(country) && (row.postal_code ?? '') === '') {
    throw new ApiError(422, failure, { [`${path}.postal_code`]: 'is required' });
  }
}

/** Throws a 422 if the state is a code, not a name. */
export function rejectStateCode(item: NewAddress, { failure, path }: ErrorLocation): void {
  if (!countriesWithStates.has(item.country_code) || !/^[A-Z]{2,3}$/.test(item.state_or_province ?? ''))
    return;
  throw new ApiError(422, failure, { [`${path}.state_or_province`]: 'must be the full name, not a code' });
}
