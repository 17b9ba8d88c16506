import { z } from 'zod';
import type { Call } from '../call.ts';
import { formatTimestamp } from '../dates.ts';
import { rejectUnknownParameters } from '../query.ts';
import { ApiError, type ApiResponse, jsonResponse, notFoundResponse } from '../responses.ts';
import { parseBody } from '../validation.ts';

interface ConsentRow {
  readonly allow: string;
  readonly deny: string;
}

const failure = 'Update customer consent failed.';

const categories = z
  .array(z.enum(['essential', 'functional', 'analytics', 'targeting'], 'is no category of consent'))
  .refine((list) => new Set(list).size === list.length, 'must not repeat a category');

// Both lists are optional in the description, but the store requires both.
const consentBody = z.object({ allow: categories, deny: categories });

export function getCustomerConsent(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const customerId = call.ids.customerId;
  if (!customerExists(call, customerId)) return notFoundResponse('Customer not found');
  const sql = 'SELECT * FROM consents WHERE customer_id = ?';
  const row = call.store.first<ConsentRow>(sql, customerId);
  return consentResponse(call, JSON.parse(row?.allow ?? '[]'), JSON.parse(row?.deny ?? '[]'));
}

export function updateCustomerConsent(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const customerId = call.ids.customerId;
  if (!customerExists(call, customerId)) return notFoundResponse('Customer not found');
  const { allow, deny } = parseBody(call.body, consentBody, failure);
  const both = allow.find((category) => deny.includes(category));
  if (both !== undefined) throw new ApiError(422, failure, { allow: `${both} is allowed and denied` });
  const exists = call.store.first('SELECT 1 FROM consents WHERE customer_id = ?', customerId);
  call.store.run(
    'INSERT OR REPLACE INTO consents (customer_id, allow, deny) VALUES (?, ?, ?)',
    customerId,
    JSON.stringify(allow),
    JSON.stringify(deny),
  );
  const change = exists ? 'updated' : 'created';
  call.changes.record({ kind: 'consent', id: customerId, key: String(customerId), change });
  return consentResponse(call, allow, deny);
}

export function removeConsent({ store, changes }: Call, customerId: number): void {
  const sql = 'DELETE FROM consents WHERE customer_id = ? RETURNING customer_id';
  if (store.first(sql, customerId) === null) return;
  changes.record({ kind: 'consent', id: customerId, key: String(customerId), change: 'deleted' });
}

function consentResponse(
  { nowSeconds }: Call,
  allow: readonly string[],
  deny: readonly string[],
): ApiResponse {
  // The time of the request. The real store does not keep the time of the last change.
  return jsonResponse(200, { allow, deny, updated_at: formatTimestamp(nowSeconds) });
}

function customerExists({ store }: Call, id: number): boolean {
  return store.first('SELECT 1 FROM customers WHERE id = ?', id) !== null;
}
