import { z } from 'zod';
import { omitUndefined, processItems } from '../batch.ts';
import type { Call } from '../call.ts';
import { parseIntegers, rejectUnknownParameters } from '../query.ts';
import { ApiError, type ApiResponse, envelope, jsonResponse } from '../responses.ts';
import { id } from '../validation.ts';
import {
  customerExists,
  hasMaxMetafields,
  insertMetafield,
  removeMetafield,
  updateMetafield,
} from './customer-metafields.ts';
import {
  description,
  findMetafieldByKey,
  isWritableBy,
  metafieldById,
  metafieldFields,
  readMetafieldPage,
  wireMetafield,
} from './metafields.ts';

// The platform's resource ids have up to 11 digits here, more than int32.
const resourceId = z.int().positive('must be greater than 0');
const newItem = z.object({ ...metafieldFields, description, resource_id: resourceId });
const itemUpdate = z.object({ id, ...z.object(metafieldFields).partial().shape, description });

export function getallCustomersMetafields(call: Call): ApiResponse {
  const { data, meta } = readMetafieldPage(call, []);
  return envelope(data, meta);
}

export function createCustomersMetafields(call: Call): ApiResponse {
  return processIndependently(call, parseList(call), (item, index) => {
    const fields = parseItem(newItem, item, index);
    const { resource_id: customerId, ...rest } = fields;
    if (!customerExists(call, customerId)) reject(422, index, 'resource_id: customer does not exist');
    if (findMetafieldByKey(call.store, { ...fields, owner_client_id: call.clientId })) {
      reject(409, index, 'a metafield with this namespace and key exists already');
    }
    if (hasMaxMetafields(call, customerId)) reject(422, index, 'the customer has too many metafields');
    return wireMetafield(insertMetafield(call, customerId, rest));
  });
}

export function updateCustomersMetafields(call: Call): ApiResponse {
  return processIndependently(call, parseList(call), (item, index) => {
    const { id: metafieldId, ...fields } = parseItem(itemUpdate, item, index);
    const before = requireWritable(call, metafieldId);
    const duplicate = findMetafieldByKey(call.store, { ...before, ...omitUndefined(fields) });
    if (duplicate && duplicate.id !== metafieldId)
      reject(409, metafieldId, 'the namespace and key are in use');
    return wireMetafield(updateMetafield(call, before, fields));
  });
}

/** Accepts the ids in the body or in `id:in`: the vendor's descriptions disagree, and clients use both. */
export function deleteCustomersMetafields(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, ['id:in']);
  const raw = call.query.get('id:in');
  const items = call.body === undefined && raw ? parseIntegers('id:in', raw) : parseList(call);
  if (items.length === 0) throw new ApiError(422, 'No metafield is named.');
  return processIndependently(call, items, (item, index) => {
    const metafieldId = parseItem(id, item, index);
    removeMetafield(call, requireWritable(call, metafieldId));
    return metafieldId;
  });
}

function parseList({ body }: Call): readonly unknown[] {
  if (!Array.isArray(body)) throw new ApiError(400, 'error.expected.jsarray');
  return body;
}

/**
 * Metafield batches are the only ones with partial success: a 422 lists successful items in `data` and failed ones
 * in `errors`.
 */
function processIndependently(
  call: Call,
  items: readonly unknown[],
  work: (item: unknown, index: number) => unknown,
): ApiResponse {
  const limit = call.limits.itemsPerOtherCall;
  if (limit > 0 && items.length > limit) {
    throw new ApiError(413, `The limit of ${limit} items in one call is exceeded.`);
  }
  const data: unknown[] = [];
  const errors: unknown[] = [];
  items.forEach((item, index) => {
    try {
      data.push(...processItems(call, [item], () => work(item, index)));
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason;
      const type = 'https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes';
      errors.push({ status: reason.status, title: reason.message, type, errors: reason.errors });
    }
  });
  const meta = { total: items.length, success: data.length, failed: errors.length };
  return jsonResponse(errors.length === 0 ? 200 : 422, { data, errors, meta });
}

function requireWritable(call: Call, metafieldId: number) {
  const row = metafieldById(call, metafieldId);
  if (!row) return reject(404, metafieldId, 'metafield not found');
  if (!isWritableBy(call.clientId, row))
    return reject(403, metafieldId, 'the metafield belongs to another app');
  return row;
}

function parseItem<Schema extends z.ZodType>(schema: Schema, item: unknown, index: number): z.output<Schema> {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return reject(422, index, `${issue?.path.join('.')}: ${issue?.message}`);
}

/** Throws an error with a key: the id, or the index of a new item, which has no id. Not documented. */
function reject(status: number, key: number, reason: string): never {
  throw new ApiError(status, 'The metafield could not be processed.', { [String(key)]: reason });
}
