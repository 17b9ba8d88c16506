import { type Answer, envelope, noContent, Refusal } from '../answers.ts';
import { eachItem, idsToDelete } from '../batch.ts';
import type { Call } from '../call.ts';
import { parseItems } from '../rules.ts';
import type { Row, Store } from '../store.ts';
import {
  addressColumns,
  type ChangedAddress,
  changedAddress,
  type NewAddress,
  newAddress,
  type Place,
  refuseStateCode,
  requireStateAndPostcode,
  unsetAddress,
} from './address-input.ts';
import { type AddressRow, wireAddress } from './addresses.ts';
import { deleteFormFields, setFormFields } from './forms.ts';

const createFailure = 'Create customer addresses failed.';
const updateFailure = 'Update customer addresses failed.';

export function createCustomersAddresses(call: Call): Answer {
  const rules = { failure: createFailure, limit: call.limits.itemsPerOtherCall };
  const items = parseItems(call.body, newAddress, rules);
  const rows = eachItem(call, items, (item, index) => {
    if (call.store.first('SELECT 1 FROM customers WHERE id = ?', item.customer_id) === null) {
      throw new Refusal(422, createFailure, { [`${index}.customer_id`]: 'invalid customer ID' });
    }
    return insertAddress(call, item, { failure: createFailure, path: String(index) });
  });
  // The response omits duplicates, so it can be shorter than the request.
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

/** Inserts an address. Returns null and does nothing if the customer already has an identical one. */
export function insertAddress(call: Call, item: NewAddress, place: Place): AddressRow | null {
  const { store, changes } = call;
  const row = { ...unsetAddress, ...addressColumns(item), customer_id: item.customer_id };
  refuseStateCode(item, place);
  if (call.switches.strictAddresses) requireStateAndPostcode(row, place);
  const duplicate = twinOf(store, row, 0);
  if (duplicate) {
    changes.record({ kind: 'address', id: duplicate.id, key: keyOf(duplicate), change: 'unchanged' });
    return null;
  }
  const id = store.insert('addresses', row);
  const owner = { kind: 'address', id } as const;
  setFormFields(call, owner, item.form_fields ?? [], { ...place, path: `${place.path}.form_fields` });
  return written(call, id, 'created');
}

/** Deletes the addresses with this id or this customer id. */
export function removeAddresses(call: Call, column: 'id' | 'customer_id', id: number): void {
  for (const row of call.store.all<AddressRow>(`DELETE FROM addresses WHERE ${column} = ? RETURNING *`, id)) {
    deleteFormFields(call, { kind: 'address', id: row.id });
    call.changes.record({ kind: 'address', id: row.id, key: keyOf(row), change: 'deleted' });
    announce(call, 'deleted', row);
  }
}

function updateAddress(call: Call, item: ChangedAddress, index: number): AddressRow | null {
  const { store, changes } = call;
  const before = addressById(store, item.id);
  if (!before) throw new Refusal(422, updateFailure, { [`${index}.id`]: 'invalid address ID' });
  const place = { failure: updateFailure, path: String(index) };
  const row = { ...before, ...addressColumns(item) };
  if (call.switches.strictAddresses) requireStateAndPostcode(row, place);
  const duplicate = twinOf(store, row, item.id);
  if (duplicate) {
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
  if (!row) throw new Error(`Address ${id} is missing after its write.`);
  call.changes.record({ kind: 'address', id, key: keyOf(row), change });
  announce(call, change, row);
  return row;
}

function addressById(store: Store, id: number): AddressRow | null {
  return store.first<AddressRow>('SELECT * FROM addresses WHERE id = ?', id);
}

/** Addresses are duplicates if these columns are equal. Form fields do not count. */
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

function announce({ changes }: Call, change: 'created' | 'updated' | 'deleted', row: AddressRow): void {
  // The id is the address's although the type is customer, as on the platform.
  const data = { type: 'customer', id: row.id, address: { customer_id: row.customer_id } };
  changes.announce({ scope: `store/customer/address/${change}`, data });
}
