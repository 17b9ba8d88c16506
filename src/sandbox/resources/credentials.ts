import { z } from 'zod';
import type { Call } from '../call.ts';
import { rejectUnknownParameters } from '../query.ts';
import { type ApiResponse, errorResponse, jsonResponse } from '../responses.ts';
import { parseBody } from '../validation.ts';
import { allowsGlobalLogins } from './settings.ts';

const credentials = z.object({
  email: z.string(),
  password: z.string(),
  channel_id: z.int32().optional(),
});

interface Candidate {
  readonly id: number;
  readonly password: string | null;
  readonly channel_ids: string | null;
}

/** Responds with a 200 even if the password is wrong. */
export function validateCustomerCredentials(call: Call): ApiResponse {
  rejectUnknownParameters(call.query, []);
  const {
    email,
    password,
    channel_id: channelId = 1,
  } = parseBody(call.body, credentials, 'Validate credentials failed.');
  if (!call.credentialThrottle.tryAcquire()) return errorResponse(429, 'Too many requests');
  const sql = 'SELECT id, password, channel_ids FROM customers WHERE email = ?';
  const match = call.store
    .all<Candidate>(sql, email)
    .find((customer) => customer.password === password && canSignIn(call, customer, channelId));
  return jsonResponse(200, { is_valid: match !== undefined, customer_id: match?.id ?? null });
}

function canSignIn({ store }: Call, { channel_ids: list }: Candidate, channelId: number): boolean {
  if (list === null) return allowsGlobalLogins(store, channelId);
  const channels: readonly number[] = JSON.parse(list);
  return channels.includes(channelId);
}
