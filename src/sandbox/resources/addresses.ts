import type { Call } from '../call.ts';
import { type Filters, integerIn, textIn } from '../filters.ts';
import { readPage } from '../paging.ts';
import { parseEnumList } from '../query.ts';
import { type ApiResponse, envelope } from '../responses.ts';
import type { Store } from '../store.ts';
import { readFormFields } from './form-sessions.ts';

export interface AddressRow {
  readonly id: number;
  readonly customer_id: number;
  readonly first_name: string;
  readonly last_name: string;
  readonly company: string;
  readonly address1: string;
  readonly address2: string;
  readonly city: string;
  readonly state_or_province: string;
  readonly postal_code: string;
  readonly country_code: string;
  readonly phone: string;
  readonly address_type: string;
}

const filters: Filters = {
  'company:in': textIn('company'),
  'name:in': textIn("first_name || ' ' || last_name"),
  'customer_id:in': integerIn('customer_id'),
  'id:in': integerIn('id'),
};

const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

export function getCustomersAddresses(call: Call): ApiResponse {
  const include = call.query.get('include');
  const withFormFields =
    include !== undefined && parseEnumList('include', include, ['formfields']).length > 0;
  const { rows, meta } = readPage<AddressRow>(call, {
    table: 'addresses',
    filters,
    parameters: ['include'],
    order: ['id'],
  });
  return envelope(withFormFields ? addressesWithFormFields(call.store, rows) : rows.map(wireAddress), meta);
}

export function addressesWithFormFields(store: Store, rows: readonly AddressRow[]) {
  const fields = readFormFields(
    store,
    'address',
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...wireAddress(row), form_fields: fields(row.id) }));
}

/** An address as the store sends it, with the store's order of keys. */
export function wireAddress(row: AddressRow) {
  return {
    id: row.id,
    address1: row.address1,
    address2: row.address2,
    address_type: row.address_type,
    city: row.city,
    company: row.company,
    country: countryName(row.country_code) ?? '',
    country_code: row.country_code,
    customer_id: row.customer_id,
    first_name: row.first_name,
    last_name: row.last_name,
    phone: row.phone,
    postal_code: row.postal_code,
    state_or_province: row.state_or_province,
  };
}

/** The English name of a country by its two-letter code; null if it is unknown. */
export function countryName(code: string): string | null {
  if (!/^[A-Z]{2}$/.test(code)) return null;
  return countryNames.of(code) ?? null;
}
