import { z } from 'zod';
import { type Answer, envelope, noContent, Refusal } from '../answers.ts';
import { eachItem, given, idsToDelete } from '../batch.ts';
import type { Call } from '../call.ts';
import { formFieldInputs, id, parseItems, text } from '../rules.ts';
import type { Row, Store } from '../store.ts';
import { addressInput, insertAddress, removeAddresses } from './address-writes.ts';
import { addressesWithFormFields } from './addresses.ts';
import { removeAttributeValues, setAttributeValue } from './attribute-values.ts';
import { removeConsent } from './consent.ts';
import { type CustomerRow, wireCustomers } from './customers.ts';
import { deleteFormFields, setFormFields } from './forms.ts';
import { removeMetafields } from './metafields.ts';
import { channelExists } from './settings.ts';

const email = text(3, 255).regex(/^[^\s@,]+@[^\s@,]+$/, 'invalid email');

const authentication = z.object({
  force_password_reset: z.boolean().optional(),
  new_password: z
    .string()
    .regex(/^(?=.*[a-z])(?=.*\d).{7,}$/i, 'must have at least 7 characters, a letter and a digit')
    .optional(),
});

const names = { email, first_name: text(1, 100), last_name: text(1, 100) };

const writable = {
  company: text(0, 255).optional(),
  phone: text(0, 50).optional(),
  notes: z.string().optional(),
  tax_exempt_category: text(0, 255).optional(),
  customer_group_id: z.int32().nonnegative('must not be negative').optional(),
  authentication: authentication.optional(),
  accepts_product_review_abandoned_cart_emails: z.boolean().optional(),
  store_credit_amounts: z.array(z.object({ amount: z.number() })).optional(),
  channel_ids: z.array(z.int32()).min(1, 'must not be empty').nullable().optional(),
  form_fields: formFieldInputs.optional(),
};

const newCustomer = z.object({
  ...names,
  ...writable,
  origin_channel_id: z.int32().optional(),
  trigger_account_created_notification: z.boolean().optional(),
  addresses: z.array(addressInput).max(10, 'at most 10 addresses').optional(),
  attributes: z
    .array(z.object({ attribute_id: id, attribute_value: text(0, 255) }))
    .max(10, 'at most 10 attributes')
    .optional(),
});

// Addresses, attributes and the origin channel are not here: a PUT that names them succeeds and leaves them alone.
const changedCustomer = z.object({ id, ...z.object(names).partial().shape, ...writable });

const createFailure = 'Create customers failed.';
const updateFailure = 'Update customers failed.';

export function createCustomers(call: Call): Answer {
  const rules = { failure: createFailure, limit: call.limits.itemsPerCall };
  const items = parseItems(call.body, newCustomer, rules);
  return envelope(eachItem(call, items, (item, index) => createCustomer(call, item, index)));
}

export function updateCustomers(call: Call): Answer {
  const rules = { failure: updateFailure, limit: call.limits.itemsPerCall };
  const items = parseItems(call.body, changedCustomer, rules);
  return envelope(eachItem(call, items, (item, index) => updateCustomer(call, item, index)));
}

export function deleteCustomers(call: Call): Answer {
  for (const id of idsToDelete(call)) removeCustomer(call, id);
  return noContent;
}

function createCustomer(call: Call, item: z.output<typeof newCustomer>, index: number) {
  const { store, nowSeconds } = call;
  const originChannelId = item.origin_channel_id ?? 1;
  requireChannels(store, [originChannelId], `${index}.origin_channel_id`, createFailure);
  requireChannels(store, item.channel_ids ?? [], `${index}.channel_ids`, createFailure);
  if (emailTaken(call, item.email, item.channel_ids ?? null, 0)) {
    const reason = `Error creating customers: email ${item.email} already in use`;
    throw new Refusal(422, createFailure, { '.customer_create': reason });
  }
  const id = store.insert('customers', {
    ...unsetCustomer,
    ...columnsOf(item),
    origin_channel_id: originChannelId,
    date_created: nowSeconds,
    date_modified: nowSeconds,
  });
  announce(call, 'created', id);
  call.changes.record({ kind: 'customer', id, key: item.email, change: 'created' });
  const place = { failure: createFailure, path: `${index}.form_fields` };
  setFormFields(call, { kind: 'customer', id }, item.form_fields ?? [], place);
  for (const { attribute_id, attribute_value } of item.attributes ?? []) {
    const value = { customer_id: id, attribute_id, value: attribute_value };
    setAttributeValue(call, value, { failure: createFailure, path: `${index}.attributes` });
  }
  const addresses = item.addresses?.flatMap((address, position) => {
    const where = { failure: createFailure, path: `${index}.addresses.${position}` };
    return insertAddress(call, { ...address, customer_id: id }, where) ?? [];
  });
  const { id: wireId, ...wire } = wireWritten(store, id);
  if (addresses === undefined) return { id: wireId, ...wire };
  // A fresh address shows the form fields that it was given, and an empty list where there were none.
  const shown = addressesWithFormFields(store, addresses).map((address) => ({
    ...address,
    form_fields: address.form_fields.filter(({ value }) => String(value) !== ''),
  }));
  return { id: wireId, address_count: shown.length, addresses: shown, ...wire };
}

function updateCustomer(call: Call, item: z.output<typeof changedCustomer>, index: number) {
  const { store, nowSeconds } = call;
  const before = customerById(store, item.id);
  if (!before) throw new Refusal(422, updateFailure, { [`${index}.id`]: 'invalid customer ID' });
  requireChannels(store, item.channel_ids ?? [], `${index}.channel_ids`, updateFailure);
  const emailAfter = item.email ?? before.email;
  const channelsAfter = item.channel_ids === undefined ? channelsOf(before) : item.channel_ids;
  if (emailTaken(call, emailAfter, channelsAfter, item.id)) {
    const reason = `Error updating customers: email ${emailAfter} already in use`;
    throw new Refusal(422, updateFailure, { '.customer_update': reason });
  }
  store.update('customers', item.id, { ...columnsOf(item), date_modified: nowSeconds });
  const place = { failure: updateFailure, path: `${index}.form_fields` };
  setFormFields(call, { kind: 'customer', id: item.id }, item.form_fields ?? [], place);
  call.changes.record({ kind: 'customer', id: item.id, key: emailAfter, change: 'updated' });
  announce(call, 'updated', item.id);
  if (JSON.stringify(channelsAfter) !== JSON.stringify(channelsOf(before))) {
    const data = { customer_id: item.id, channel_ids: channelsAfter ?? [] };
    call.changes.announce({ scope: 'store/customer/channel/login/access/updated', data });
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
  call.changes.announce({ scope: 'store/customer/deleted', data: { type: 'customer', id } });
}

function customerById(store: Store, id: number): CustomerRow | null {
  return store.first<CustomerRow>('SELECT * FROM customers WHERE id = ?', id);
}

const unsetCustomer: Row = {
  company: '',
  phone: '',
  notes: '',
  tax_exempt_category: '',
  customer_group_id: 0,
  // Only a sign-up in the shop leaves an address here.
  registration_ip_address: '',
  force_password_reset: 0,
  password: null,
  store_credit: 0,
  accepts_emails: 0,
  channel_ids: null,
  shopper_profile_id: '',
  segment_ids: '[]',
};

function columnsOf(item: z.output<typeof changedCustomer> | z.output<typeof newCustomer>): Row {
  const reset = item.authentication?.force_password_reset;
  const accepts = item.accepts_product_review_abandoned_cart_emails;
  return given({
    email: item.email,
    first_name: item.first_name,
    last_name: item.last_name,
    company: item.company,
    phone: item.phone,
    notes: item.notes,
    tax_exempt_category: item.tax_exempt_category,
    customer_group_id: item.customer_group_id,
    force_password_reset: reset === undefined ? undefined : Number(reset),
    password: item.authentication?.new_password,
    store_credit: item.store_credit_amounts?.[0]?.amount,
    accepts_emails: accepts === undefined ? undefined : Number(accepts),
    channel_ids: item.channel_ids ? JSON.stringify(item.channel_ids) : item.channel_ids,
  });
}

function requireChannels(store: Store, channels: readonly number[], path: string, failure: string): void {
  const unknown = channels.find((channel) => !channelExists(store, channel));
  if (unknown !== undefined) throw new Refusal(422, failure, { [path]: `channel ${unknown} does not exist` });
}

/** Whether another customer has the address: anywhere, or on a common channel where the store allows one for each. */
function emailTaken(
  { store, switches }: Call,
  email: string,
  channels: readonly number[] | null,
  self: number,
) {
  const sql = 'SELECT * FROM customers WHERE email = ? AND id <> ?';
  return store.all<CustomerRow>(sql, email, self).some((other) => {
    const theirs = channelsOf(other);
    if (!switches.emailPerChannel || theirs === null || channels === null) return true;
    return theirs.some((channel) => channels.includes(channel));
  });
}

function channelsOf(row: CustomerRow): readonly number[] | null {
  return row.channel_ids === null ? null : JSON.parse(row.channel_ids);
}

function announce({ store, changes }: Call, what: 'created' | 'updated', id: number): void {
  const row = customerById(store, id);
  if (!row) return;
  changes.announce({
    scope: `store/customer/${what}`,
    data: {
      type: 'customer',
      id,
      origin_channel_id: row.origin_channel_id,
      channel_ids: channelsOf(row),
    },
  });
}

/** A written customer, with the store credit that answers of writes always carry. */
function wireWritten(store: Store, id: number) {
  const rows = store.all<CustomerRow>('SELECT * FROM customers WHERE id = ?', id);
  const [wire] = wireCustomers(store, rows, new Set(['storecredit']));
  if (!wire) throw new Error(`Customer ${id} was written and is gone.`);
  return wire;
}
