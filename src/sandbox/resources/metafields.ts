import { z } from 'zod';
import type { Call } from '../call.ts';
import { formatTimestampWithOffset } from '../dates.ts';
import { dateFilters, type Filters, type SqlCondition, textEquals, textIn } from '../filters.ts';
import { readPage } from '../paging.ts';
import { decodeFormValue, parseEnum, parseEnumList } from '../query.ts';
import type { Store } from '../store.ts';
import { boundedString } from '../validation.ts';

export interface MetafieldRow {
  readonly id: number;
  readonly resource_id: number;
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
  readonly permission_set: string;
  readonly description: string;
  readonly owner_client_id: string;
  readonly date_created: number;
  readonly date_modified: number;
}

const permissionSets = ['app_only', 'read', 'write', 'read_and_sf_access', 'write_and_sf_access'] as const;

/** The writable fields of a metafield. All but the description are required for a new one. */
export const metafieldFields = {
  permission_set: z.enum(permissionSets, `must be one of ${permissionSets.join(', ')}`),
  namespace: boundedString(1, 64),
  key: boundedString(1, 64),
  value: boundedString(1, 65_535),
};
export const description = boundedString(0, 255).optional();

const optionalFields = [
  'key',
  'value',
  'namespace',
  'permission_set',
  'resource_type',
  'resource_id',
  'description',
  'date_created',
  'date_modified',
  'owner_client_id',
] as const;

const filters: Filters = {
  key: textEquals('key'),
  'key:in': textIn('key'),
  namespace: textEquals('namespace'),
  'namespace:in': textIn('namespace'),
  ...dateRangeFilters('date_created'),
  ...dateRangeFilters('date_modified'),
};

/** One page of the metafields that are visible to this client, of one customer or of the whole store. */
export function readMetafieldPage(call: Call, always: readonly SqlCondition[]) {
  const direction = call.query.get('direction');
  const includeFields = call.query.get('include_fields');
  const { rows, meta } = readPage<MetafieldRow>(call, {
    table: 'metafields',
    filters,
    parameters: ['direction', 'include_fields'],
    conditions: [...always, visibleTo(call.clientId)],
    order: ['id'],
    descending:
      direction !== undefined &&
      parseEnum('direction', decodeFormValue(direction), ['asc', 'desc']) === 'desc',
    cursors: true,
  });
  const fields =
    includeFields === undefined ? null : parseEnumList('include_fields', includeFields, optionalFields);
  return { data: rows.map((row) => pickFields(wireMetafield(row), fields)), meta };
}

/** The metafield with this id; null if there is none that is visible to this client. */
export function metafieldById({ store, clientId }: Call, id: number): MetafieldRow | null {
  const { sql, params } = visibleTo(clientId);
  return store.first<MetafieldRow>(`SELECT * FROM metafields WHERE id = ? AND ${sql}`, id, ...params);
}

/** Whether the client may change a metafield that is visible to it. */
export function isWritableBy(clientId: string, row: MetafieldRow): boolean {
  return row.owner_client_id === clientId || row.permission_set.startsWith('write');
}

/** The metafield of the same app with this namespace and key. Each app has its own key space on a customer. */
export function findMetafieldByKey(
  store: Store,
  row: Pick<MetafieldRow, 'resource_id' | 'namespace' | 'key' | 'owner_client_id'>,
) {
  return store.first<MetafieldRow>(
    'SELECT * FROM metafields WHERE resource_id = ? AND namespace = ? AND key = ? AND owner_client_id = ?',
    row.resource_id,
    row.namespace,
    row.key,
    row.owner_client_id,
  );
}

/** Records a change in the ledger and publishes its event. */
export function recordMetafieldChange(
  { changes }: Call,
  row: MetafieldRow,
  change: 'created' | 'updated' | 'deleted',
): void {
  const key = [row.owner_client_id, row.namespace, row.key, row.resource_id].join('/');
  changes.record({ kind: 'metafield', id: row.id, key, change });
  changes.publish({
    scope: `store/metafield/${change}`,
    data: {
      metafield_id: row.id,
      // A string here and a number everywhere else, as on the platform.
      resource_id: String(row.resource_id),
      resource_type: 'customer',
      namespace: row.namespace,
    },
  });
}

/** Deletes all metafields of a deleted customer, of all apps. */
export function removeMetafields(call: Call, customerId: number): void {
  const sql = 'DELETE FROM metafields WHERE resource_id = ? RETURNING *';
  for (const row of call.store.all<MetafieldRow>(sql, customerId))
    recordMetafieldChange(call, row, 'deleted');
}

export function wireMetafield(row: MetafieldRow) {
  return {
    id: row.id,
    key: row.key,
    value: row.value,
    namespace: row.namespace,
    permission_set: row.permission_set,
    resource_type: 'customer',
    resource_id: row.resource_id,
    description: row.description,
    date_created: formatTimestampWithOffset(row.date_created),
    date_modified: formatTimestampWithOffset(row.date_modified),
    owner_client_id: row.owner_client_id,
  };
}

/** The filters for a date range. Metafields have no filter for the exact date. */
function dateRangeFilters(column: string): Filters {
  const { [column]: _exact, ...bounds } = dateFilters(column);
  return bounds;
}

function visibleTo(clientId: string): SqlCondition {
  return { sql: "(permission_set <> 'app_only' OR owner_client_id = ?)", params: [clientId] };
}

function pickFields(wire: object, names: readonly string[] | null): object {
  if (names === null) return wire;
  return Object.fromEntries(Object.entries(wire).filter(([name]) => name === 'id' || names.includes(name)));
}
