import { z } from 'zod';
import { type Answer, envelope, noContent, Refusal } from '../answers.ts';
import { eachItem, given, idsToDelete } from '../batch.ts';
import type { Call } from '../call.ts';
import { instant } from '../dates.ts';
import { dateFilters, type Filters, textIs, textLike } from '../filters.ts';
import { pageOf } from '../paging.ts';
import { id, parseItems, text } from '../rules.ts';
import type { Store } from '../store.ts';
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
  name: textIs('name'),
  'name:like': textLike('name'),
  type: textIs('type'),
  ...dateFilters('date_created', { unixTime: true }),
  ...dateFilters('date_modified', { unixTime: true }),
};

const name = text(1, 255);
const newAttribute = z.object({
  name,
  type: z.enum(['string', 'number', 'date'], 'must be string, number or date'),
});
// A type in the body is ignored: the type of an attribute cannot change.
const changedAttribute = z.object({ id, name: name.optional() });

const createFailure = 'Create customer attributes failed.';
const updateFailure = 'Update customer attributes failed.';

export function getCustomersAttributes(call: Call): Answer {
  const { rows, meta } = pageOf<AttributeRow>(call, { table: 'attributes', filters, order: ['id'] });
  return envelope(rows.map(wireAttribute), meta);
}

export function createCustomersAttributes(call: Call): Answer {
  const { store, limits, nowSeconds } = call;
  const items = parseItems(call.body, newAttribute, {
    failure: createFailure,
    limit: limits.itemsPerOtherCall,
  });
  const data = eachItem(call, items, (item, index) => {
    if (limits.attributes > 0 && store.count('attributes', '', []) >= limits.attributes) {
      const reason = `the store may have at most ${limits.attributes} attributes`;
      throw new Refusal(422, createFailure, { [`${index}.name`]: reason });
    }
    const dates = { date_created: nowSeconds, date_modified: nowSeconds };
    const id = store.insert('attributes', { name: item.name, type: item.type, ...dates });
    return written(call, id, 'created');
  });
  return envelope(data);
}

export function updateCustomersAttributes(call: Call): Answer {
  const items = parseItems(call.body, changedAttribute, {
    failure: updateFailure,
    limit: call.limits.itemsPerOtherCall,
  });
  const data = eachItem(call, items, (item, index) => {
    if (!attributeById(call.store, item.id)) {
      throw new Refusal(422, updateFailure, { [`${index}.id`]: 'invalid attribute ID' });
    }
    const columns = { ...given({ name: item.name }), date_modified: call.nowSeconds };
    call.store.update('attributes', item.id, columns);
    return written(call, item.id, 'updated');
  });
  return envelope(data);
}

export function deleteCustomersAttributes(call: Call): Answer {
  for (const id of idsToDelete(call)) {
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

function written(call: Call, id: number, change: 'created' | 'updated') {
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
    date_created: instant(row.date_created),
    date_modified: instant(row.date_modified),
  };
}
