import type { Call } from '../call.ts';
import { formatTimestamp } from '../dates.ts';
import { dateFilters, type Filters, integerIn, numericStringIn, textIn, textLike } from '../filters.ts';
import { readPage } from '../paging.ts';
import { decodeFormValue, parseEnum, parseEnumList } from '../query.ts';
import { type ApiResponse, envelope } from '../responses.ts';
import type { Store } from '../store.ts';
import { type AddressRow, addressesWithFormFields, wireAddress } from './addresses.ts';
import { type AttributeValueRow, wireAttributeValue } from './attribute-values.ts';
import { readFormFields } from './form-sessions.ts';

export interface CustomerRow {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly company: string;
  readonly phone: string;
  readonly notes: string;
  readonly tax_exempt_category: string;
  readonly customer_group_id: number;
  readonly registration_ip_address: string;
  readonly date_created: number;
  readonly date_modified: number;
  readonly force_password_reset: number;
  readonly store_credit: number;
  readonly accepts_emails: number;
  readonly origin_channel_id: number;
  readonly channel_ids: string | null;
  readonly shopper_profile_id: string;
  readonly segment_ids: string;
}

const includes = [
  'addresses',
  'storecredit',
  'attributes',
  'formfields',
  'shopper_profile_id',
  'segment_ids',
] as const;
export type Include = (typeof includes)[number];

const sorts = [
  'date_created:asc',
  'date_created:desc',
  'last_name:asc',
  'last_name:desc',
  'date_modified:asc',
  'date_modified:desc',
] as const;

const fullName = "first_name || ' ' || last_name";

const filters: Filters = {
  'id:in': integerIn('id'),
  'company:in': textIn('company'),
  'customer_group_id:in': numericStringIn('customer_group_id'),
  ...dateFilters('date_created'),
  ...dateFilters('date_modified'),
  'email:in': textIn('email'),
  'name:in': textIn(fullName),
  'name:like': textLike(fullName),
  'registration_ip_address:in': textIn('registration_ip_address'),
  'phone:in': textIn('phone'),
};

// Maximum addresses and attributes in a customer object. Their own endpoints have the complete lists.
const maxEmbedded = 10;

export function getCustomers(call: Call): ApiResponse {
  const include = call.query.get('include');
  const wanted = new Set(include === undefined ? [] : parseEnumList('include', include, includes));
  const sort = call.query.get('sort');
  const [column, direction] =
    sort === undefined ? [] : parseEnum('sort', decodeFormValue(sort), sorts).split(':');
  const { rows, meta } = readPage<CustomerRow>(call, {
    table: 'customers',
    filters,
    parameters: ['include', 'sort'],
    // The id breaks ties, in the same direction.
    order: column === undefined ? ['id'] : [column, 'id'],
    descending: direction === 'desc',
    sorted: sort !== undefined,
    cursors: true,
  });
  return envelope(wireCustomers(call.store, rows, wanted), meta);
}

/** Customers as the store sends them, with only the included parts. */
export function wireCustomers(store: Store, rows: readonly CustomerRow[], include: ReadonlySet<Include>) {
  const ids = rows.map(({ id }) => id);
  const addresses = include.has('addresses') ? readAddresses(store, ids, include.has('formfields')) : null;
  const attributes = include.has('attributes') ? readAttributes(store, ids) : null;
  const formFields = include.has('formfields') ? readFormFields(store, 'customer', ids) : null;
  return rows.map((row) => ({
    id: row.id,
    ...addresses?.(row.id),
    ...attributes?.(row.id),
    authentication: { force_password_reset: row.force_password_reset === 1 },
    company: row.company,
    customer_group_id: row.customer_group_id,
    email: row.email,
    first_name: row.first_name,
    last_name: row.last_name,
    notes: row.notes,
    phone: row.phone,
    registration_ip_address: row.registration_ip_address,
    tax_exempt_category: row.tax_exempt_category,
    date_created: formatTimestamp(row.date_created),
    date_modified: formatTimestamp(row.date_modified),
    accepts_product_review_abandoned_cart_emails: row.accepts_emails === 1,
    ...(include.has('storecredit') && { store_credit_amounts: [{ amount: row.store_credit }] }),
    origin_channel_id: row.origin_channel_id,
    channel_ids: row.channel_ids === null ? null : JSON.parse(row.channel_ids),
    ...(formFields && { form_fields: formFields(row.id) }),
    ...(include.has('shopper_profile_id') && { shopper_profile_id: row.shopper_profile_id }),
    ...(include.has('segment_ids') && { segment_ids: JSON.parse(row.segment_ids) }),
  }));
}

function readAddresses(store: Store, ids: readonly number[], withFormFields: boolean) {
  const sql = 'SELECT * FROM addresses WHERE customer_id IN (SELECT value FROM json_each(?)) ORDER BY id';
  const all = Map.groupBy(store.all<AddressRow>(sql, JSON.stringify(ids)), (row) => row.customer_id);
  const shown = ids.flatMap((id) => all.get(id)?.slice(0, maxEmbedded) ?? []);
  const wire = withFormFields ? addressesWithFormFields(store, shown) : shown.map(wireAddress);
  const byCustomer = Map.groupBy<number, { readonly customer_id: number }>(
    wire,
    (address) => address.customer_id,
  );
  return (id: number) => ({
    address_count: all.get(id)?.length ?? 0,
    addresses: byCustomer.get(id) ?? [],
  });
}

function readAttributes(store: Store, ids: readonly number[]) {
  const sql =
    'SELECT * FROM attribute_values WHERE customer_id IN (SELECT value FROM json_each(?)) ORDER BY id';
  const all = Map.groupBy(store.all<AttributeValueRow>(sql, JSON.stringify(ids)), (row) => row.customer_id);
  return (id: number) => ({
    attribute_count: all.get(id)?.length ?? 0,
    attributes: (all.get(id) ?? []).slice(0, maxEmbedded).map(wireAttributeValue),
  });
}
