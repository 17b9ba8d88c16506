import { z } from 'zod';
import { omitUndefined } from '../batch.ts';
import type { Call } from '../call.ts';
import { rejectUnknownParameters } from '../query.ts';
import {
  type ApiResponse,
  badRequestResponse,
  envelope,
  errorResponse,
  noContent,
  notFoundResponse,
} from '../responses.ts';
import { parseBody, typeErrorCode } from '../validation.ts';
import {
  description,
  findMetafieldByKey,
  isWritableBy,
  type MetafieldRow,
  metafieldById,
  metafieldFields,
  readMetafieldPage,
  recordMetafieldChange,
  wireMetafield,
} from './metafields.ts';

const newMetafield = z.object({ ...metafieldFields, description });
const metafieldUpdate = z.object({ ...z.object(metafieldFields).partial().shape, description });

const notFound = notFoundResponse('Metafield not found');
const conflict = errorResponse(409, 'A metafield with this namespace and key exists already.');

export function getCustomersMetafields(call: Call): ApiResponse {
  const customerId = call.ids.customerId;
  if (!customerExists(call, customerId)) return notFoundResponse('Customer not found');
  const { data, meta } = readMetafieldPage(call, [{ sql: 'resource_id = ?', params: [customerId] }]);
  return envelope(data, meta);
}

export function getMetafieldsCustomerId(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const row = findMetafield(call);
  return row ? envelope(wireMetafield(row)) : notFound;
}

export function createCustomerMetafields(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const customerId = call.ids.customerId;
  if (!customerExists(call, customerId)) return notFoundResponse('Customer not found');
  const parsed = parseMetafield(call, newMetafield, 'Create metafield failed.');
  if ('status' in parsed) return parsed;
  const place = { ...parsed, resource_id: customerId, owner_client_id: call.clientId };
  if (findMetafieldByKey(call.store, place)) return conflict;
  if (hasMaxMetafields(call, customerId)) return errorResponse(422, 'The customer has too many metafields.');
  const row = insertMetafield(call, customerId, parsed);
  return envelope(wireMetafield(row));
}

export function updateCustomerMetafield(call: Call): ApiResponse {
  // The description also requires the metafield's id in the query; the path is enough.
  rejectUnknownParameters(call.query, ['metafieldId']);
  const before = findMetafield(call);
  if (!before) return notFound;
  if (!isWritableBy(call.clientId, before))
    return errorResponse(403, 'The metafield belongs to another app.');
  const parsed = parseMetafield(call, metafieldUpdate, 'Update metafield failed.');
  if ('status' in parsed) return parsed;
  const duplicate = findMetafieldByKey(call.store, { ...before, ...omitUndefined(parsed) });
  if (duplicate && duplicate.id !== before.id) return conflict;
  return envelope(wireMetafield(updateMetafield(call, before, parsed)));
}

export function deleteCustomerMetafieldsId(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const row = findMetafield(call);
  if (!row) return notFound;
  if (!isWritableBy(call.clientId, row)) return errorResponse(403, 'The metafield belongs to another app.');
  removeMetafield(call, row);
  return noContent;
}

export function insertMetafield(
  call: Call,
  customerId: number,
  { description = '', ...fields }: z.output<typeof newMetafield>,
): MetafieldRow {
  const id = call.store.insert('metafields', {
    ...fields,
    description,
    resource_id: customerId,
    owner_client_id: call.clientId,
    date_created: call.nowSeconds,
    date_modified: call.nowSeconds,
  });
  return recordWrite(call, id, 'created');
}

export function updateMetafield(
  call: Call,
  { id }: MetafieldRow,
  fields: z.output<typeof metafieldUpdate>,
): MetafieldRow {
  call.store.update('metafields', id, { ...omitUndefined(fields), date_modified: call.nowSeconds });
  return recordWrite(call, id, 'updated');
}

export function removeMetafield(call: Call, row: MetafieldRow): void {
  call.store.run('DELETE FROM metafields WHERE id = ?', row.id);
  recordMetafieldChange(call, row, 'deleted');
}

/** Whether this client has the maximum number of metafields on the customer. */
export function hasMaxMetafields({ store, limits, clientId }: Call, customerId: number): boolean {
  if (limits.metafields === 0) return false;
  const where = ' WHERE resource_id = ? AND owner_client_id = ?';
  return store.count('metafields', where, [customerId, clientId]) >= limits.metafields;
}

export function customerExists({ store }: Call, id: number): boolean {
  return store.first('SELECT 1 FROM customers WHERE id = ?', id) !== null;
}

function recordWrite(call: Call, id: number, change: 'created' | 'updated'): MetafieldRow {
  const row = call.store.first<MetafieldRow>('SELECT * FROM metafields WHERE id = ?', id);
  if (!row) throw new Error(`Metafield ${id} is missing after its write.`);
  recordMetafieldChange(call, row, change);
  return row;
}

function findMetafield(call: Call): MetafieldRow | null {
  const row = metafieldById(call, call.ids.metafieldId);
  return row?.resource_id === call.ids.customerId ? row : null;
}

/** Parses the body. A value of the wrong type is a 400 here; in other operations it is a 422. */
function parseMetafield<Schema extends z.ZodType>(
  { body }: Call,
  schema: Schema,
  failure: string,
): z.output<Schema> | ApiResponse {
  // One description has a list as the body, so a list of one item is accepted too.
  const item: unknown = Array.isArray(body) && body.length === 1 ? body[0] : body;
  const issue = schema
    .safeParse(item)
    .error?.issues.find((candidate) => typeErrorCode(item, candidate) !== null);
  if (issue)
    return badRequestResponse('Input is invalid', `${issue.path.join('.')}: ${typeErrorCode(item, issue)}`);
  return parseBody(item, schema, failure);
}
