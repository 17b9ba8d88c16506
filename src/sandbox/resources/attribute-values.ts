import { z } from 'zod';
import { parseIdsToDelete, processItems } from '../batch.ts';
import type { Call } from '../call.ts';
import { formatTimestamp, parseTimeRange } from '../dates.ts';
import { dateFilters, type Filters, integerIn } from '../filters.ts';
import { readPage } from '../paging.ts';
import { decodeFormValue } from '../query.ts';
import { ApiError, type ApiResponse, envelope, noContent } from '../responses.ts';
import { boundedString, id, parseItems } from '../validation.ts';

export interface AttributeValueRow {
  readonly id: number;
  readonly customer_id: number;
  readonly attribute_id: number;
  readonly attribute_value: string;
  readonly date_created: number;
  readonly date_modified: number;
}

const filters: Filters = {
  'customer_id:in': integerIn('customer_id'),
  'attribute_id:in': integerIn('attribute_id'),
  name: (_name, raw) => ({
    sql: 'attribute_id IN (SELECT id FROM attributes WHERE name = ?)',
    params: [decodeFormValue(raw)],
  }),
  ...dateFilters('date_created', { unixTime: true }),
  ...dateFilters('date_modified', { unixTime: true }),
};

// Writes use `value`, responses use `attribute_value`. An id is ignored.
const valueItem = z.object({ customer_id: id, attribute_id: id, value: boundedString(0, 255) });

const failure = 'Update customer attribute values failed.';

export function getCustomersAttributeValues(call: Call): ApiResponse {
  const listing = { table: 'attribute_values', filters, order: ['id'] };
  const { rows, meta } = readPage<AttributeValueRow>(call, listing);
  return envelope(rows.map(wireAttributeValue), meta);
}

export function upsertCustomersAttributeValues(call: Call): ApiResponse {
  const items = parseItems(call.body, valueItem, { failure, limit: call.limits.itemsPerCall });
  const data = processItems(call, items, (item, index) => {
    if (call.store.first('SELECT 1 FROM customers WHERE id = ?', item.customer_id) === null) {
      throw new ApiError(422, failure, { [`${index}.customer_id`]: 'invalid customer ID' });
    }
    return wireAttributeValue(setAttributeValue(call, item, { failure, path: String(index) }));
  });
  return envelope(data);
}

export function deleteCustomersAttributeValues(call: Call): ApiResponse {
  for (const id of parseIdsToDelete(call)) removeAttributeValues(call, 'id', id);
  return noContent;
}

/** Upserts the value of an attribute of a customer. */
export function setAttributeValue(
  { store, changes, switches, nowSeconds }: Call,
  item: z.output<typeof valueItem>,
  { failure, path }: { readonly failure: string; readonly path: string },
): AttributeValueRow {
  const { customer_id, attribute_id, value } = item;
  const sql = 'SELECT type FROM attributes WHERE id = ?';
  const attribute = store.first<{ readonly type: string }>(sql, attribute_id);
  if (!attribute) throw new ApiError(422, failure, { [`${path}.attribute_id`]: 'invalid attribute ID' });
  if (switches.strictAttributeValues && !isOfType(value, attribute.type)) {
    throw new ApiError(422, failure, { [`${path}.value`]: `must be a ${attribute.type}` });
  }
  const find = 'SELECT * FROM attribute_values WHERE customer_id = ? AND attribute_id = ?';
  const before = store.first<AttributeValueRow>(find, customer_id, attribute_id);
  const columns = { customer_id, attribute_id, attribute_value: value, date_modified: nowSeconds };
  if (before) store.update('attribute_values', before.id, columns);
  else store.insert('attribute_values', { ...columns, date_created: nowSeconds });
  const row = store.first<AttributeValueRow>(find, customer_id, attribute_id);
  if (!row) throw new Error(`The value of attribute ${attribute_id} is missing after its write.`);
  const change = before ? 'updated' : 'created';
  changes.record({ kind: 'attribute-value', id: row.id, key: ledgerKey(row), change });
  return row;
}

/** Deletes the values with this id, customer id or attribute id. */
export function removeAttributeValues(
  { store, changes }: Call,
  column: 'id' | 'customer_id' | 'attribute_id',
  id: number,
): void {
  const sql = `DELETE FROM attribute_values WHERE ${column} = ? RETURNING *`;
  for (const row of store.all<AttributeValueRow>(sql, id)) {
    changes.record({ kind: 'attribute-value', id: row.id, key: ledgerKey(row), change: 'deleted' });
  }
}

export function wireAttributeValue(row: AttributeValueRow) {
  return {
    id: row.id,
    customer_id: row.customer_id,
    attribute_id: row.attribute_id,
    attribute_value: row.attribute_value,
    date_created: formatTimestamp(row.date_created),
    date_modified: formatTimestamp(row.date_modified),
  };
}

function ledgerKey(row: AttributeValueRow): string {
  return `${row.customer_id}/${row.attribute_id}`;
}

function isOfType(value: string, type: string): boolean {
  if (type === 'number') return value.trim() !== '' && Number.isFinite(Number(value));
  return type !== 'date' || parseTimeRange(value) !== null;
}
