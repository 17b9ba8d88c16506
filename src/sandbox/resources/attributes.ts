import { z } from 'zod';
import { omitUndefined, parseIdsToDelete, processItems } from '../batch.ts';
import type { Call } from '../call.ts';
import { formatTimestamp } from '../dates.ts';
import { dateFilters, type Filters, textEquals, textLike } from '../filters.ts';
import { readPage } from '../paging.ts';
import { ApiError, type ApiResponse, envelope, noContent } from '../responses.ts';
import type { Store } from '../store.ts';
import { boundedString, id, parseItems } from '../validation.ts';
import { removeAttributeValues } from './attribute-values.ts';

interface AttributeRow {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly date_created: number;
  readonly date_modified: number;
}

// There is no filter by id. A client reads all attributes (at most 50) and selects.
const filters: Filters = {
  name: textEquals('name'),
  'name:like': textLike('name'),
  type: textEquals('type'),
  ...dateFilters('date_created', { unixTime: true }),
  ...dateFilters('date_modified', { unixTime: true }),
};

const name = boundedString(1, 255);
const newAttribute = z.object({
  name,
  type: z.enum(['string', 'number', 'date'], 'must be string, number or date'),
});
// A type in the body is ignored: the type of an attribute cannot change.
const attributeUpdate = z.object({ id, name: name.optional() });

const createFailure = 'Create customer attributes failed.';
const updateFailure = 'Update customer attributes failed.';

export function getCustomersAttributes(call: Call): ApiResponse {
  const { rows, meta } = readPage<AttributeRow>(call, { table: 'attributes', filters, order: ['id'] });
  return envelope(rows.map(wireAttribute), meta);
}

export function createCustomersAttributes(call: Call): ApiResponse {
  const { store, limits, nowSeconds } = call;
  const items = parseItems(call.body, newAttribute, {
    failure: createFailure,
    limit: limits.itemsPerOtherCall,
  });
  const data = processItems(call, items, (item, index) => {
    if (limits.attributes > 0 && store.count('attributes', '', []) >= limits.attributes) {
      const reason = `the store may have at most ${limits.attributes} attributes`;
      throw new ApiError(422, createFailure, { [`${index}.name`]: reason });
    }
    const dates = { date_created: nowSeconds, date_modified: nowSeconds };
    const id = store.insert('attributes', { name: item.name, type: item.type, ...dates });
    return recordWrite(call, id, 'created');
  });
  return envelope(data);
}

export function updateCustomersAttributes(call: Call): ApiResponse {
  const items = parseItems(call.body, attributeUpdate, {
    failure: updateFailure,
    limit: call.limits.itemsPerOtherCall,
  });
  const data = processItems(call, items, (item, index) => {
    if (!attributeById(call.store, item.id)) {
      throw new ApiError(422, updateFailure, { [`${index}.id`]: 'invalid attribute ID' });
    }
    const columns = { ...omitUndefined({ name: item.name }), date_modified: call.nowSeconds };
    call.store.update('attributes', item.id, columns);
    return recordWrite(call, item.id, 'updated');
  });
  return envelope(data);
}

export function deleteCustomersAttributes(call: Call): ApiResponse {
  for (const id of parseIdsToDelete(call)) {
    const row = attributeById(call.store, id);
    if (!row) continue;
    removeAttributeValues(call, 'attribute_id', id);
    call.store.run('DELETE FROM attributes WHERE id = ?', id);
    call.changes.record({ kind: 'attribute', id, key: row.name, change: 'deleted' });
  }
  return noContent;
}

function attributeById(store: Store, id: number): AttributeRow | null {
  return store.first<AttributeRow>('SELECT * FROM attributes WHERE id = ?', id);
}

function recordWrite(call: Call, id: number, change: 'created' | 'updated') {
  const row = attributeById(call.store, id);
  if (!row) throw new Error(`Attribute ${id} is missing after its write.`);
  call.changes.record({ kind: 'attribute', id, key: row.name, change });
  return wireAttribute(row);
}

function wireAttribute(row: AttributeRow) {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    date_created: formatTimestamp(row.date_created),
    date_modified: formatTimestamp(row.date_modified),
  };
}
