import { z } from 'zod';
import { omitUndefined } from '../batch.ts';
import type { Row } from '../store.ts';
import { boundedString, formFieldsSchema, id } from '../validation.ts';
import { addressInput } from './address-input.ts';

const email = boundedString(3, 255).regex(/^[^\s@,]+@[^\s@,]+$/, 'invalid email');

const authentication = z.object({
  force_password_reset: z.boolean().optional(),
  new_password: z
    .string()
    .regex(/^(?=.*[a-z])(?=.*\d).{7,}$/i, 'must have at least 7 characters, a letter and a digit')
    .optional(),
});

const names = { email, first_name: boundedString(1, 100), last_name: boundedString(1, 100) };

const writable = {
  company: boundedString(0, 255).optional(),
  phone: boundedString(0, 50).optional(),
  notes: z.string().optional(),
  tax_exempt_category: boundedString(0, 255).optional(),
  customer_group_id: z.int32().nonnegative('must not be negative').optional(),
  authentication: authentication.optional(),
  accepts_product_review_abandoned_cart_emails: z.boolean().optional(),
  store_credit_amounts: z.array(z.object({ amount: z.number() })).optional(),
  channel_ids: z.array(z.int32()).min(1, 'must not be empty').nullable().optional(),
  form_fields: formFieldsSchema.optional(),
};

/** An item of a POST. */
export const newCustomer = z.object({
  ...names,
  ...writable,
  origin_channel_id: z.int32().optional(),
  trigger_account_created_notification: z.boolean().optional(),
  addresses: z.array(addressInput).max(10, 'at most 10 addresses').optional(),
  attributes: z
    .array(z.object({ attribute_id: id, attribute_value: boundedString(0, 255) }))
    .max(10, 'at most 10 attributes')
    .optional(),
});

/**
 * An item of a PUT. It ignores addresses, attributes and the origin channel: a PUT with them succeeds and does not
 * change them.
 */
export const customerUpdate = z.object({ id, ...z.object(names).partial().shape, ...writable });

export type NewCustomer = z.output<typeof newCustomer>;
export type CustomerUpdate = z.output<typeof customerUpdate>;

/** Defaults of a new customer. */
export const customerDefaults: Row = {
  company: '',
  phone: '',
  notes: '',
  tax_exempt_category: '',
  customer_group_id: 0,
  // Set only by a sign-up in the storefront.
  registration_ip_address: '',
  force_password_reset: 0,
  password: null,
  store_credit: 0,
  accepts_emails: 0,
  channel_ids: null,
  shopper_profile_id: '',
  segment_ids: '[]',
};

/** The columns for the fields that were sent. */
export function customerColumns(item: CustomerUpdate | NewCustomer): Row {
  const reset = item.authentication?.force_password_reset;
  const accepts = item.accepts_product_review_abandoned_cart_emails;
  return omitUndefined({
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
