import { parseIdsToDelete, processItems } from '../batch.ts';
import type { Call } from '../call.ts';
import { ApiError, type ApiResponse, type ErrorLocation, envelope, noContent } from '../responses.ts';
import type { Row, Store } from '../store.ts';
import { parseItems } from '../validation.ts';
import {
  type AddressUpdate,
  addressColumns,
  addressDefaults,
  addressUpdate,
  type NewAddress,
  newAddress,
  rejectStateCode,
  requireStateAndPostalCode,
} from './address-input.ts';
import { type AddressRow, wireAddress } from './addresses.ts';
import { deleteFormFields, setFormFields } from './form-sessions.ts';

const createFailure = 'Create customer addresses failed.';
const updateFailure = 'Update customer addresses failed.';

export function createCustomersAddresses(call: Call): ApiResponse {
  const rules = { failure: createFailure, limit: call.limits.itemsPerOtherCall };
  const items = parseItems(call.body, newAddress, rules);
  const rows = processItems(call, items, (item, index) => {
    if (call.store.first('SELECT 1 FROM customers WHERE id = ?', item.customer_id) === null) {
      throw new ApiError(422, createFailure, { [`${index}.customer_id`]: 'invalid customer ID' });
    }
    return insertAddress(call, item, { failure: createFailure, path: String(index) });
  });
  // The response omits duplicates, so it can be shorter than the request.
  return envelope(rows.filter((row) => row !== null).map(wireAddress));
}

export function updateCustomersAddresses(call: Call): ApiResponse {
  const rules = { failure: updateFailure, limit: call.limits.itemsPerOtherCall };
  const items = parseItems(call.body, addressUpdate, rules);
  const rows = processItems(call, items, (item, index) => updateAddress(call, item, index));
  return envelope(rows.filter((row) => row !== null).map(wireAddress));
}

export function deleteCustomersAddresses(call: Call): ApiResponse {
  for (const id of parseIdsToDelete(call)) removeAddresses(call, 'id', id);
  return noContent;
}

/** Inserts an address. Returns null and does nothing if the customer already has an identical one. */
export function insertAddress(call: Call, item: NewAddress, place: ErrorLocation): AddressRow | null {
  const { store, changes } = call;
  const row = { ...addressDefaults, ...addressColumns(item), customer_id: item.customer_id };
  rejectStateCode(item, place);
  if (call.switches.strictAddresses) requireStateAndPostalCode(row, place);
  const duplicate = findDuplicate(store, row, 0);
  if (duplicate) {
    changes.record({ kind: 'address', id: duplicate.id, key: ledgerKey(duplicate), change: 'unchanged' });
    return null;
  }
  const id = store.insert('addresses', row);
  const owner = { kind: 'address', id } as const;
  setFormFields(call, owner, item.form_fields, place);
  return recordWrite(call, id, 'created');
}

/** Deletes the addresses with this id or this customer id. */
export function removeAddresses(call: Call, column: 'id' | 'customer_id', id: number): void {
  for (const row of call.store.all<AddressRow>(`DELETE FROM addresses WHERE ${column} = ? RETURNING *`, id)) {
    deleteFormFields(call, { kind: 'address', id: row.id });
    call.changes.record({ kind: 'address', id: row.id, key: ledgerKey(row), change: 'deleted' });
    publishEvent(call, 'deleted', row);
  }
}

function updateAddress(call: Call, item: AddressUpdate, index: number): AddressRow | null {
  const { store, changes } = call;
  const before = addressById(store, item.id);
  if (!before) throw new ApiError(422, updateFailure, { [`${index}.id`]: 'invalid address ID' });
  const place = { failure: updateFailure, path: String(index) };
  const row = { ...before, ...addressColumns(item) };
  if (call.switches.strictAddresses) requireStateAndPostalCode(row, place);
  const duplicate = findDuplicate(store, row, item.id);
  if (duplicate) {
    changes.record({ kind: 'address', id: item.id, key: ledgerKey(before), change: 'unchanged' });
    return null;
  }
  store.update('addresses', item.id, row);
  const owner = { kind: 'address', id: item.id } as const;
  setFormFields(call, owner, item.form_fields, place);
  return recordWrite(call, item.id, 'updated');
}

function recordWrite(call: Call, id: number, change: 'created' | 'updated'): AddressRow {
  const row = addressById(call.store, id);
  if (!row) throw new Error(`Address ${id} is missing after its write.`);
  call.changes.record({ kind: 'address', id, key: ledgerKey(row), change });
  publishEvent(call, change, row);
  return row;
}

function addressById(store: Store, id: number): AddressRow | null {
  return store.first<AddressRow>('SELECT * FROM addresses WHERE id = ?', id);
}

/** Addresses are duplicates if these columns are equal. Form fields do not count. */
const identityColumns = [
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

function ledgerKey(row: AddressRow): string {
  return JSON.stringify(identityColumns.map((column) => row[column]));
}

function findDuplicate(store: Store, row: Row, self: number): AddressRow | null {
  const same = identityColumns.map((column) => `${column} = ?`).join(' AND ');
  const values = identityColumns.map((column) => row[column] ?? '');
  return store.first<AddressRow>(`SELECT * FROM addresses WHERE ${same} AND id <> ?`, ...values, self);
}

function publishEvent({ changes }: Call, change: 'created' | 'updated' | 'deleted', row: AddressRow): void {
  // The id is the address's although the type is customer, as on the platform.
  const data = { type: 'customer', id: row.id, address: { customer_id: row.customer_id } };
  changes.publish({ scope: `store/customer/address/${change}`, data });
}
