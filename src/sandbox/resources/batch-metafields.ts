import { z } from 'zod';
import { type Answer, envelope, json, Refusal } from '../answers.ts';
import { eachItem, given } from '../batch.ts';
import type { Call } from '../call.ts';
import { parseIntegers, refuseUnknown } from '../query.ts';
import { id } from '../rules.ts';
import {
  changeMetafield,
  customerExists,
  insertMetafield,
  isFull,
  removeMetafield,
} from './customer-metafields.ts';
import {
  description,
  isWritableBy,
  metafieldAt,
  metafieldById,
  metafieldFields,
  metafieldPage,
  wireMetafield,
} from './metafields.ts';

// The platform's resource ids have up to 11 digits here, more than int32.
const resourceId = z.int().positive('must be greater than 0');
const newItem = z.object({ ...metafieldFields, description, resource_id: resourceId });
const changedItem = z.object({ id, ...z.object(metafieldFields).partial().shape, description });

export function getallCustomersMetafields(call: Call): Answer {
  const { data, meta } = metafieldPage(call, []);
  return envelope(data, meta);
}

export function createCustomersMetafields(call: Call): Answer {
  return eachOnItsOwn(call, itemsIn(call), (item, index) => {
    const fields = parsed(newItem, item, index);
    const { resource_id: customerId, ...rest } = fields;
    if (!customerExists(call, customerId)) refuse(422, index, 'resource_id: customer does not exist');
    if (metafieldAt(call.store, { ...fields, owner_client_id: call.clientId })) {
      refuse(409, index, 'a metafield with this namespace and key exists already');
    }
    if (isFull(call, customerId)) refuse(422, index, 'the customer has too many metafields');
    return wireMetafield(insertMetafield(call, customerId, rest));
  });
}

export function updateCustomersMetafields(call: Call): Answer {
  return eachOnItsOwn(call, itemsIn(call), (item, index) => {
    const { id: metafieldId, ...fields } = parsed(changedItem, item, index);
    const before = writable(call, metafieldId);
    const duplicate = metafieldAt(call.store, { ...before, ...given(fields) });
    if (duplicate && duplicate.id !== metafieldId)
      refuse(409, metafieldId, 'the namespace and key are in use');
    return wireMetafield(changeMetafield(call, before, fields));
  });
}

/** Accepts the ids in the body or in `id:in`: the vendor's descriptions disagree, and clients use both. */
export function deleteCustomersMetafields(call: Call): Answer {
  refuseUnknown(call.query, ['id:in']);
  const raw = call.query.get('id:in');
  const items = call.body === undefined && raw ? parseIntegers('id:in', raw) : itemsIn(call);
  if (items.length === 0) throw new Refusal(422, 'No metafield is named.');
  return eachOnItsOwn(call, items, (item, index) => {
    const metafieldId = parsed(id, item, index);
    removeMetafield(call, writable(call, metafieldId));
    return metafieldId;
  });
}

function itemsIn({ body }: Call): readonly unknown[] {
  if (!Array.isArray(body)) throw new Refusal(400, 'error.expected.jsarray');
  return body;
}

/**
 * Metafield batches are the only ones with partial success: a 422 lists successful items in `data` and failed ones
 * in `errors`.
 */
function eachOnItsOwn(
  call: Call,
  items: readonly unknown[],
  work: (item: unknown, index: number) => unknown,
): Answer {
  const limit = call.limits.itemsPerOtherCall;
  if (limit > 0 && items.length > limit) {
    throw new Refusal(413, `The limit of ${limit} items in one call is exceeded.`);
  }
  const data: unknown[] = [];
  const errors: unknown[] = [];
  items.forEach((item, index) => {
    try {
      data.push(...eachItem(call, [item], () => work(item, index)));
    } catch (reason) {
      if (!(reason instanceof Refusal)) throw reason;
      const type = 'https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes';
      errors.push({ status: reason.status, title: reason.message, type, errors: reason.errors });
    }
  });
  const meta = { total: items.length, success: data.length, failed: errors.length };
  return json(errors.length === 0 ? 200 : 422, { data, errors, meta });
}

function writable(call: Call, metafieldId: number) {
  const row = metafieldById(call, metafieldId);
  if (!row) return refuse(404, metafieldId, 'metafield not found');
  if (!isWritableBy(call.clientId, row))
    return refuse(403, metafieldId, 'the metafield belongs to another app');
  return row;
}

function parsed<Schema extends z.ZodType>(schema: Schema, item: unknown, index: number): z.output<Schema> {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return refuse(422, index, `${issue?.path.join('.')}: ${issue?.message}`);
}

/** Throws an error with a key: the id, or the index of a new item, which has no id. Not documented. */
function refuse(status: number, key: number, reason: string): never {
  throw new Refusal(status, 'The metafield could not be processed.', { [String(key)]: reason });
}
