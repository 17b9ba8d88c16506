import type { IncomingHttpHeaders } from 'node:http';
import { type ApiResponse, errorResponse, textResponse } from './responses.ts';

export type Scope =
  | 'store_v2_customers'
  | 'store_v2_customers_read_only'
  | 'store_stored_payment_instruments'
  | 'store_stored_payment_instruments_read_only';

/** The kind of access that an operation requires. It determines the scopes. */
export type Access = 'read' | 'modify' | 'instruments' | 'any';

/** An API account of the store. Its client id owns the metafields and webhooks that it creates. */
export interface Account {
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  /** The key that signs the account's webhooks. @default 'sandbox-secret' */
  readonly clientSecret?: string;
}

export type Accounts = ReadonlyMap<string, Account>;

/** The client id of the account with all scopes. */
export const fullAccessClientId = 'sandbox-client';

/** Additional accounts that each lack a scope, to try what that does. */
export const demoAccounts: Readonly<Record<string, Account>> = {
  'sandbox-read-only': {
    clientId: 'sandbox-reader',
    scopes: ['store_v2_customers_read_only', 'store_stored_payment_instruments_read_only'],
  },
  'sandbox-no-instruments': { clientId: 'sandbox-limited', scopes: ['store_v2_customers'] },
};

/** The accounts of a store by token: the one with all scopes, and the others. */
export function createAccounts(token: string, others: Readonly<Record<string, Account>>): Accounts {
  const full: Account = {
    clientId: fullAccessClientId,
    scopes: ['store_v2_customers', 'store_stored_payment_instruments'],
  };
  return new Map([...Object.entries(others), [token, full]]);
}

const sufficientScopes: Readonly<Record<Exclude<Access, 'any'>, readonly Scope[]>> = {
  read: ['store_v2_customers', 'store_v2_customers_read_only'],
  modify: ['store_v2_customers'],
  instruments: ['store_stored_payment_instruments', 'store_stored_payment_instruments_read_only'],
};

export function hasAccess(account: Account, access: Access): boolean {
  return access === 'any' || account.scopes.some((scope) => sufficientScopes[access].includes(scope));
}

/** The client secret of the account with this client id. */
export function findClientSecret(accounts: Accounts, clientId: string): string {
  const account = [...accounts.values()].find((candidate) => candidate.clientId === clientId);
  return account?.clientSecret ?? 'sandbox-secret';
}

/** The account of a request, or the response that rejects it. Only the last of the three rejections is JSON. */
export function authenticate(headers: IncomingHttpHeaders, accounts: Accounts): Account | ApiResponse {
  const token = headers['x-auth-token'];
  if (token === undefined) return textResponse(401, 'X-Auth-Token header is required');
  if (typeof token !== 'string' || token.trim() === '') {
    return textResponse(401, 'X-Auth-Token header should have correct format');
  }
  return accounts.get(token) ?? errorResponse(401, 'Unauthorized');
}

export function isAccount(found: Account | ApiResponse): found is Account {
  return 'scopes' in found;
}
