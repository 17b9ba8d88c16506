import type { Context } from '../context.ts';
import type { Credentials, CredentialsCheck } from '../rest/credentials.ts';
import type { Customer } from '../rest/customers.ts';
import { type CustomerWanted, customerById } from './customers.ts';
import { parseEntityId } from './ids.ts';

/**
 * Checks a customer's credentials with the store. The result is never cached, shared or retried. After too many
 * failures the check is throttled.
 */
export async function validateCredentials(
  { rest, caller, passwords }: Pick<Context, 'rest' | 'caller' | 'passwords'>,
  { email, password, channelId }: Credentials,
): Promise<CredentialsCheck> {
  if (channelId !== null && channelId !== undefined) parseEntityId(channelId, 'input.channelId');
  return passwords.check(caller, email, () => rest.credentials.check({ email, password, channelId }));
}

/** The customer whose credentials were checked. Null if they are not valid. */
export function customerOfCheck(
  ctx: Pick<Context, 'loaders'>,
  { customerEntityId }: CredentialsCheck,
  selection: CustomerWanted,
): Promise<Customer | null> | null {
  return customerEntityId === null ? null : customerById(ctx, customerEntityId, selection);
}
