import { z } from 'zod';
import { type Answer, envelope, noContent, Refusal } from '../answers.ts';
import { eachItem, given, idsToDelete } from '../batch.ts';
import type { Call } from '../call.ts';
import { formFieldInputs, id, parseItems, text } from '../rules.ts';
import type { Row, Store } from '../store.ts';
import { type AddressRow, countryName, wireAddress } from './addresses.ts';
import { deleteFormFields, setFormFields } from './forms.ts';

const required = {
  first_name: text(1, 255),
  last_name: text(1, 255),
  address1: z.string(),
  city: text(0, 100),
  country_code: z.string().refine((code) => countryName(code) !== null, 'must be a country of two letters'),
};

const optional = {
  company: text(0, 255).optional(),
  address2: z.string().optional(),
  state_or_province: text(0, 100).optional(),
  postal_code: text(0, 30).optional(),
  phone: text(0, 50).optional(),
  address_type: z.enum(['residential', 'commercial'], 'must be residential or commercial').optional(),
  form_fields: formFieldInputs.optional(),
};

/** An address as it comes inside a new customer, without the customer's id. */
export const addressInput = z.object({ ...required, ...optional });

const newAddress = addressInput.extend({ customer_id: id });

// A customer_id in a PUT is ignored: an address never changes hands.
const changedAddress = z.object({ id, ...z.object(required).partial().shape, ...optional });

const createFailure = 'Create customer addresses failed.';
const updateFailure = 'Update customer addresses failed.';

interface Place {
  readonly failure: string;
  /** Where the address stands in the body. */
  readonly path: string;
}

export function createCustomersAddresses(call: Call): Answer {
  const rules = { failure: createFailure, limit: call.limits.itemsPerOtherCall };
  const items = parseItems(call.body, newAddress, rules);
  const rows = eachItem(call, items, (item, index) => {
    if (call.store.first('SELECT 1 FROM customers WHERE id = ?', item.customer_id) === null) {
      throw new Refusal(422, createFailure, { [`${index}.customer_id`]: 'invalid customer ID' });
    }
    return insertAddress(call, item, { failure: createFailure, path: String(index) });
  });
  // Duplicates leave no trace in the answer, so it may be shorter than the request.
  return envelope(rows.filter((row) => row !== null).map(wireAddress));
}

export function updateCustomersAddresses(call: Call): Answer {
  const rules = { failure: updateFailure, limit: call.limits.itemsPerOtherCall };
  const items = parseItems(call.body, changedAddress, rules);
  const rows = eachItem(call, items, (item, index) => updateAddress(call, item, index));
  return envelope(rows.filter((row) => row !== null).map(wireAddress));
}

export function deleteCustomersAddresses(call: Call): Answer {
  for (const id of idsToDelete(call)) removeAddresses(call, 'id', id);
  return noContent;
}

/** Adds an address, or does nothing and answers null when the customer has the very same one. */
export function insertAddress(
  call: Call,
  item: z.output<typeof newAddress>,
  place: Place,
): AddressRow | null {
  const { store, changes } = call;
  const row = { ...unsetAddress, ...columnsOf(item), customer_id: item.customer_id };
  refuseStateCode(item, place);
  if (call.switches.strictAddresses) requireStateAndPostcode(row, place);
  const twin = twinOf(store, row, 0);
  if (twin) {
    changes.record({ kind: 'address', id: twin.id, key: keyOf(twin), change: 'unchanged' });
    return null;
  }
  const id = store.insert('addresses', row);
  const owner = { kind: 'address', id } as const;
  setFormFields(call, owner, item.form_fields ?? [], { ...place, path: `${place.path}.form_fields` });
  return written(call, id, 'created');
}

/** Deletes the addresses whose id, or whose customer's id, is this one. */
export function removeAddresses(call: Call, column: 'id' | 'customer_id', id: number): void {
  for (const row of call.store.all<AddressRow>(`DELETE FROM addresses WHERE ${column} = ? RETURNING *`, id)) {
    deleteFormFields(call, { kind: 'address', id: row.id });
    call.changes.record({ kind: 'address', id: row.id, key: keyOf(row), change: 'deleted' });
    announce(call, 'deleted', row);
  }
}

function updateAddress(call: Call, item: z.output<typeof changedAddress>, index: number): AddressRow | null {
  const { store, changes } = call;
  const before = addressById(store, item.id);
  if (!before) throw new Refusal(422, updateFailure, { [`${index}.id`]: 'invalid address ID' });
  const place = { failure: updateFailure, path: String(index) };
  const row = { ...before, ...columnsOf(item) };
  if (call.switches.strictAddresses) requireStateAndPostcode(row, place);
  const twin = twinOf(store, row, item.id);
  if (twin) {
    changes.record({ kind: 'address', id: item.id, key: keyOf(before), change: 'unchanged' });
    return null;
  }
  store.update('addresses', item.id, row);
  const owner = { kind: 'address', id: item.id } as const;
  setFormFields(call, owner, item.form_fields ?? [], { ...place, path: `${index}.form_fields` });
  return written(call, item.id, 'updated');
}

function written(call: Call, id: number, change: 'created' | 'updated'): AddressRow {
  const row = addressById(call.store, id);
  if (!row) throw new Error(`Address ${id} was written and is gone.`);
  call.changes.record({ kind: 'address', id, key: keyOf(row), change });
  announce(call, change, row);
  return row;
}

function addressById(store: Store, id: number): AddressRow | null {
  return store.first<AddressRow>('SELECT * FROM addresses WHERE id = ?', id);
}

const unsetAddress = {
  company: '',
  address2: '',
  state_or_province: '',
  postal_code: '',
  phone: '',
  address_type: 'residential',
};

function columnsOf(item: z.output<typeof changedAddress> | z.output<typeof newAddress>): Row {
  return given({
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

/** What makes an address the same as another. Form fields are not part of it. */
const identity = [
  'customer_id',
  'first_name',
  'last_name',
  'company',
  'phone',
  'address_type',
  'address1',
  'address2',
  'city',
  'country_code',
  'state_or_province',
  'postal_code',
] as const;

function keyOf(row: AddressRow): string {
  return JSON.stringify(identity.map((column) => row[column]));
}

function twinOf(store: Store, row: Row, self: number): AddressRow | null {
  const same = identity.map((column) => `${column} = ?`).join(' AND ');
  const values = identity.map((column) => row[column] ?? '');
  return store.first<AddressRow>(`SELECT * FROM addresses WHERE ${same} AND id <> ?`, ...values, self);
}

// Countries whose addresses name a state, and countries that have no postal codes; short lists are enough to meet both.
const withStates = new Set(['US', 'CA', 'AU', 'BR', 'IN', 'MX', 'MY', 'AR']);
const withoutPostcodes = new Set(['AE', 'AO', 'BS', 'FJ', 'HK', 'QA', 'TG', 'UG']);

function requireStateAndPostcode(row: Row, { failure, path }: Place): void {
  const country = String(row.country_code);
  if (withStates.has(country) && (row.state_or_province ?? '') === '') {
    throw new Refusal(422, failure, { [`${path}.state_or_province`]: 'is required' });
  }
  if (!withoutPostcodes.has(country) && (row.postal_code ?? '') === '') {
    throw new Refusal(422, failure, { [`${path}.postal_code`]: 'is required' });
  }
}

function refuseStateCode(item: z.output<typeof newAddress>, { failure, path }: Place): void {
  if (!withStates.has(item.country_code) || !/^[A-Z]{2,3}$/.test(item.state_or_province ?? '')) return;
  throw new Refusal(422, failure, { [`${path}.state_or_province`]: 'must be the full name, not a code' });
}

function announce({ changes }: Call, what: 'created' | 'updated' | 'deleted', row: AddressRow): void {
  // The id is the address's, although the type says customer: that is how the platform sends it.
  const data = { type: 'customer', id: row.id, address: { customer_id: row.customer_id } };
  changes.announce({ scope: `store/customer/address/${what}`, data });
}
