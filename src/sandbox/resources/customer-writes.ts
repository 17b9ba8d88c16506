import { parseIdsToDelete, processItems } from '../batch.ts';
import type { Call } from '../call.ts';
import { ApiError, type ApiResponse, envelope, noContent } from '../responses.ts';
import type { Store } from '../store.ts';
import { parseItems } from '../validation.ts';
import { insertAddress, removeAddresses } from './address-writes.ts';
import { addressesWithFormFields } from './addresses.ts';
import { removeAttributeValues, setAttributeValue } from './attribute-values.ts';
import { removeConsent } from './consent.ts';
import {
  type CustomerUpdate,
  customerColumns,
  customerDefaults,
  customerUpdate,
  type NewCustomer,
  newCustomer,
} from './customer-input.ts';
import { type CustomerRow, wireCustomers } from './customers.ts';
import { deleteFormFields, setFormFields } from './form-sessions.ts';
import { removeMetafields } from './metafields.ts';
import { channelExists } from './settings.ts';

const createFailure = 'Create customers failed.';
const updateFailure = 'Update customers failed.';

export function createCustomers(call: Call): ApiResponse {
  const rules = { failure: createFailure, limit: call.limits.itemsPerCall };
  const items = parseItems(call.body, newCustomer, rules);
  return envelope(processItems(call, items, (item, index) => createCustomer(call, item, index)));
}

export function updateCustomers(call: Call): ApiResponse {
  const rules = { failure: updateFailure, limit: call.limits.itemsPerCall };
  const items = parseItems(call.body, customerUpdate, rules);
  return envelope(processItems(call, items, (item, index) => updateCustomer(call, item, index)));
}

export function deleteCustomers(call: Call): ApiResponse {
  for (const id of parseIdsToDelete(call, { allowEmpty: true })) removeCustomer(call, id);
  return noContent;
}

function createCustomer(call: Call, item: NewCustomer, index: number) {
  const { store, nowSeconds } = call;
  const originChannelId = item.origin_channel_id ?? 1;
  requireChannels(store, [originChannelId], `${index}.origin_channel_id`, createFailure);
  requireChannels(store, item.channel_ids ?? [], `${index}.channel_ids`, createFailure);
  if (isEmailInUse(call, item.email, item.channel_ids ?? null, 0)) {
    const reason = `Error creating customers: email ${item.email} already in use`;
    throw new ApiError(422, createFailure, { '.customer_create': reason });
  }
  const id = store.insert('customers', {
    ...customerDefaults,
    ...customerColumns(item),
    origin_channel_id: originChannelId,
    date_created: nowSeconds,
    date_modified: nowSeconds,
  });
  publishEvent(call, 'created', id);
  call.changes.record({ kind: 'customer', id, key: item.email, change: 'created' });
  setFormFields(call, { kind: 'customer', id }, item.form_fields, {
    failure: createFailure,
    path: String(index),
  });
  for (const [position, { attribute_id, attribute_value }] of (item.attributes ?? []).entries()) {
    const value = { customer_id: id, attribute_id, value: attribute_value };
    setAttributeValue(call, value, { failure: createFailure, path: `${index}.attributes.${position}` });
  }
  const addresses = item.addresses?.flatMap((address, position) => {
    const location = { failure: createFailure, path: `${index}.addresses.${position}` };
    return insertAddress(call, { ...address, customer_id: id }, location) ?? [];
  });
  const { id: wireId, ...wire } = wireWritten(store, id);
  if (addresses === undefined) return { id: wireId, ...wire };
  // A new address has only the form fields that were sent. The list is empty if none were sent.
  const shown = addressesWithFormFields(store, addresses).map((address) => ({
    ...address,
    form_fields: address.form_fields.filter(({ value }) => String(value) !== ''),
  }));
  return { id: wireId, address_count: shown.length, addresses: shown, ...wire };
}

function updateCustomer(call: Call, item: CustomerUpdate, index: number) {
  const { store, nowSeconds } = call;
  const before = customerById(store, item.id);
  if (!before) throw new ApiError(422, updateFailure, { [`${index}.id`]: 'invalid customer ID' });
  requireChannels(store, item.channel_ids ?? [], `${index}.channel_ids`, updateFailure);
  const emailAfter = item.email ?? before.email;
  const channelsAfter = item.channel_ids === undefined ? parseChannels(before) : item.channel_ids;
  if (isEmailInUse(call, emailAfter, channelsAfter, item.id)) {
    const reason = `Error updating customers: email ${emailAfter} already in use`;
    throw new ApiError(422, updateFailure, { '.customer_update': reason });
  }
  store.update('customers', item.id, { ...customerColumns(item), date_modified: nowSeconds });
  setFormFields(call, { kind: 'customer', id: item.id }, item.form_fields, {
    failure: updateFailure,
    path: String(index),
  });
  call.changes.record({ kind: 'customer', id: item.id, key: emailAfter, change: 'updated' });
  publishEvent(call, 'updated', item.id);
  if (JSON.stringify(channelsAfter) !== JSON.stringify(parseChannels(before))) {
    const data = { customer_id: item.id, channel_ids: channelsAfter ?? [] };
    call.changes.publish({ scope: 'store/customer/channel/login/access/updated', data });
  }
  return wireWritten(store, item.id);
}

function removeCustomer(call: Call, id: number): void {
  const row = customerById(call.store, id);
  if (!row) return;
  removeAddresses(call, 'customer_id', id);
  removeAttributeValues(call, 'customer_id', id);
  removeMetafields(call, id);
  removeConsent(call, id);
  deleteFormFields(call, { kind: 'customer', id });
  call.store.run('DELETE FROM stored_instruments WHERE customer_id = ?', id);
  call.store.run('DELETE FROM customers WHERE id = ?', id);
  call.changes.record({ kind: 'customer', id, key: row.email, change: 'deleted' });
  call.changes.publish({ scope: 'store/customer/deleted', data: { type: 'customer', id } });
}

function customerById(store: Store, id: number): CustomerRow | null {
  return store.first<CustomerRow>('SELECT * FROM customers WHERE id = ?', id);
}

function requireChannels(store: Store, channels: readonly number[], path: string, failure: string): void {
  const unknown = channels.find((channel) => !channelExists(store, channel));
  if (unknown !== undefined)
    throw new ApiError(422, failure, { [path]: `channel ${unknown} does not exist` });
}

/** Whether another customer has the email address: in the store, or on a common channel if it is unique per channel. */
function isEmailInUse(
  { store, switches }: Call,
  email: string,
  channels: readonly number[] | null,
  self: number,
) {
  const sql = 'SELECT * FROM customers WHERE email = ? AND id <> ?';
  return store.all<CustomerRow>(sql, email, self).some((other) => {
    const theirs = parseChannels(other);
    if (!switches.emailPerChannel || theirs === null || channels === null) return true;
    return theirs.some((channel) => channels.includes(channel));
  });
}

function parseChannels(row: CustomerRow): readonly number[] | null {
  return row.channel_ids === null ? null : JSON.parse(row.channel_ids);
}

function publishEvent({ store, changes }: Call, change: 'created' | 'updated', id: number): void {
  const row = customerById(store, id);
  if (!row) return;
  changes.publish({
    scope: `store/customer/${change}`,
    data: {
      type: 'customer',
      id,
      origin_channel_id: row.origin_channel_id,
      channel_ids: parseChannels(row),
    },
  });
}

/** A written customer as the store sends it. Responses of writes always include the store credit. */
function wireWritten(store: Store, id: number) {
  const rows = store.all<CustomerRow>('SELECT * FROM customers WHERE id = ?', id);
  const [wire] = wireCustomers(store, rows, new Set(['storecredit']));
  if (!wire) throw new Error(`Customer ${id} is missing after its write.`);
  return wire;
}
