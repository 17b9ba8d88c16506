import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, plainText, problem } from './answers.ts';

export type Scope =
  | 'store_v2_customers'
  | 'store_v2_customers_read_only'
  | 'store_stored_payment_instruments'
  | 'store_stored_payment_instruments_read_only';

/** An API account of the store: what its token may do, and the client id that owns what it makes. */
export interface Account {
  readonly clientId: string;
  readonly scopes: readonly Scope[];
}

export type Accounts = ReadonlyMap<string, Account>;

/** The accounts that every sandbox has: one that may do everything, one that only reads, one without instruments. */
export function defaultAccounts(token: string): Accounts {
  return new Map<string, Account>([
    [
      token,
      { clientId: 'sandbox-client', scopes: ['store_v2_customers', 'store_stored_payment_instruments'] },
    ],
    [
      'sandbox-read-only',
      {
        clientId: 'sandbox-reader',
        scopes: ['store_v2_customers_read_only', 'store_stored_payment_instruments_read_only'],
      },
    ],
    ['sandbox-no-instruments', { clientId: 'sandbox-limited', scopes: ['store_v2_customers'] }],
  ]);
}

/** The account behind a request, or the answer that refuses it. Only the last of the three refusals is JSON. */
export function authenticate(headers: IncomingHttpHeaders, accounts: Accounts): Account | Answer {
  const token = headers['x-auth-token'];
  if (token === undefined) return plainText(401, 'X-Auth-Token header is required');
  if (typeof token !== 'string' || token.trim() === '') {
    return plainText(401, 'X-Auth-Token header should have correct format');
  }
  return accounts.get(token) ?? problem(401, 'Unauthorized');
}

export function isAccount(found: Account | Answer): found is Account {
  return 'scopes' in found;
}
