import { z } from 'zod';
import { type Answer, json, problem } from '../answers.ts';
import type { Call } from '../call.ts';
import { refuseUnknown } from '../query.ts';
import { parseBody } from '../rules.ts';
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
export function validateCustomerCredentials(call: Call): Answer {
  refuseUnknown(call.query, []);
  const {
    email,
    password,
    channel_id: channelId = 1,
  } = parseBody(call.body, credentials, 'Validate credentials failed.');
  if (!call.credentialGuard.admit()) return problem(429, 'Too many requests');
  const sql = 'SELECT id, password, channel_ids FROM customers WHERE email = ?';
  const match = call.store
    .all<Candidate>(sql, email)
    .find((customer) => customer.password === password && maySignIn(call, customer, channelId));
  return json(200, { is_valid: match !== undefined, customer_id: match?.id ?? null });
}

function maySignIn({ store }: Call, { channel_ids: list }: Candidate, channelId: number): boolean {
  if (list === null) return allowsGlobalLogins(store, channelId);
  const channels: readonly number[] = JSON.parse(list);
  return channels.includes(channelId);
}
