import { z } from 'zod';
import { omitUndefined } from '../batch.ts';
import type { Call } from '../call.ts';
import { type Filters, textEquals } from '../filters.ts';
import type { WebhookSubscription } from '../options.ts';
import { readPage } from '../paging.ts';
import { rejectUnknownParameters } from '../query.ts';
import { ApiError, type ApiResponse, envelope, notFoundResponse } from '../responses.ts';
import type { Row, Store } from '../store.ts';
import { parseBody } from '../validation.ts';

export interface HookRow {
  readonly id: number;
  readonly client_id: string;
  readonly scope: string;
  readonly destination: string;
  readonly is_active: number;
  readonly headers: string;
  readonly created_at: number;
  readonly updated_at: number;
}

const hookFields = {
  scope: z.string().regex(/^store\/[\w/]+(\/\*)?$/, 'is no scope'),
  destination: z.string().refine(isAllowedDestination, 'must be https, or http on this machine'),
};
const optionalFields = {
  is_active: z.boolean().optional(),
  headers: z.record(z.string(), z.string()).nullable().optional(),
};
const newHook = z.object({ ...hookFields, ...optionalFields });
const hookUpdate = z.object({ ...z.object(hookFields).partial().shape, ...optionalFields });

const failure = 'The webhook could not be saved.';
const notFound = notFoundResponse('Webhook not found');
const maxHooksPerScope = 10;

const filters: Filters = { scope: textEquals('scope'), destination: textEquals('destination') };

export function getHooks(call: Call): ApiResponse {
  const own = { sql: 'client_id = ?', params: [call.clientId] };
  const { rows, meta } = readPage<HookRow>(call, {
    table: 'hooks',
    filters,
    conditions: [own],
    order: ['id'],
  });
  return envelope(
    rows.map((row) => wireHook(call, row)),
    meta,
  );
}

export function getHook(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const row = findHook(call);
  return row ? envelope(wireHook(call, row)) : notFound;
}

export function createHook(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const { store, clientId, nowSeconds } = call;
  const item = parseBody(call.body, newHook, failure);
  const sql = 'SELECT * FROM hooks WHERE client_id = ? AND scope = ?';
  const siblings = store.all<HookRow>(sql, clientId, item.scope);
  if (siblings.some(({ destination }) => destination === item.destination)) {
    throw new ApiError(422, failure, { destination: 'is in use for this scope' });
  }
  if (siblings.length >= maxHooksPerScope) {
    throw new ApiError(422, failure, { scope: `has ${maxHooksPerScope} webhooks already` });
  }
  const id = addHook(store, { clientId, nowSeconds, columns: hookColumns(item) });
  return envelope(wireHook(call, hookById(store, id)));
}

export function updateHook(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const row = findHook(call);
  if (!row) return notFound;
  const columns = hookColumns(parseBody(call.body, hookUpdate, failure));
  call.store.update('hooks', row.id, { ...columns, updated_at: call.nowSeconds });
  return envelope(wireHook(call, hookById(call.store, row.id)));
}

export function deleteHook(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const row = findHook(call);
  if (!row) return notFound;
  call.store.run('DELETE FROM hooks WHERE id = ?', row.id);
  return envelope(wireHook(call, row));
}

/** Adds the subscriptions that do not exist yet. The API's validation does not apply to them. */
export function subscribe(
  store: Store,
  clientId: string,
  nowSeconds: number,
  subscriptions: readonly WebhookSubscription[],
): void {
  for (const { scope, destination, headers } of subscriptions) {
    const known = 'SELECT 1 FROM hooks WHERE client_id = ? AND scope = ? AND destination = ?';
    if (store.first(known, clientId, scope, destination) !== null) continue;
    const columns = { scope, destination, headers: JSON.stringify(headers ?? null) };
    addHook(store, { clientId, nowSeconds, columns });
  }
}

function addHook(
  store: Store,
  {
    clientId,
    nowSeconds,
    columns,
  }: { readonly clientId: string; readonly nowSeconds: number; readonly columns: Row },
): number {
  const times = { created_at: nowSeconds, updated_at: nowSeconds };
  return store.insert('hooks', { is_active: 1, headers: 'null', ...columns, client_id: clientId, ...times });
}

export function hookById(store: Store, id: number): HookRow | null {
  return store.first<HookRow>('SELECT * FROM hooks WHERE id = ?', id);
}

function findHook({ store, ids, clientId }: Call): HookRow | null {
  const row = hookById(store, ids.hookId);
  return row?.client_id === clientId ? row : null;
}

function hookColumns(item: z.output<typeof hookUpdate>): Row {
  return omitUndefined({
    scope: item.scope,
    destination: item.destination,
    is_active: item.is_active === undefined ? undefined : Number(item.is_active),
    headers: item.headers === undefined ? undefined : JSON.stringify(item.headers),
  });
}

function wireHook({ storeHash }: Call, row: HookRow | null) {
  if (!row) throw new Error('The webhook is missing after its write.');
  return {
    id: row.id,
    client_id: row.client_id,
    store_hash: storeHash,
    created_at: row.created_at,
    updated_at: row.updated_at,
    scope: row.scope,
    destination: row.destination,
    is_active: row.is_active === 1,
    headers: JSON.parse(row.headers),
  };
}

function isAllowedDestination(destination: string): boolean {
  if (!URL.canParse(destination)) return false;
  const { protocol, hostname } = new URL(destination);
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  );
}
