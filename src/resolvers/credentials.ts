import type { Context } from '../context.ts';
import type { Credentials, CredentialsCheck } from '../rest/credentials.ts';
import type { Customer } from '../rest/customers.ts';
import { type CustomerWanted, customerById } from './customers.ts';
import { parseEntityId } from './ids.ts';

/**
 * Asks the store once whether someone may sign in. Nothing of it is kept, shared or tried again; who was wrong too often is
 * not asked about before some time has passed.
 */
export async function validateCredentials(
  { rest, caller, passwords }: Pick<Context, 'rest' | 'caller' | 'passwords'>,
  { email, password, channelId }: Credentials,
): Promise<CredentialsCheck> {
  if (channelId !== null && channelId !== undefined) parseEntityId(channelId, 'input.channelId');
  return passwords.check(caller, email, () => rest.credentials.check({ email, password, channelId }));
}

/** The customer whose credentials were checked, or null where they are not valid. */
export function customerOfCheck(
  ctx: Pick<Context, 'loaders'>,
  { customerEntityId }: CredentialsCheck,
  wanted: CustomerWanted,
): Promise<Customer | null> | null {
  return customerEntityId === null ? null : customerById(ctx, customerEntityId, wanted);
}
