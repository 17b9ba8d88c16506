import type { Context } from '../context.ts';
import { valueOrThrow } from '../errors.ts';
import type { Credentials, CredentialsCheck } from '../rest/credentials.ts';
import type { Customer } from '../rest/records/customers.ts';
import { type CustomerSelection, customerById } from './customers.ts';
import { parseEntityId } from './inputs/ids.ts';

/**
 * Checks a customer's credentials with the store. The result is never cached, shared or retried. After too many
 * failures the check is throttled.
 */
export async function validateCredentials(
  { rest, caller, passwordThrottle }: Pick<Context, 'rest' | 'caller' | 'passwordThrottle'>,
  { email, password, channelId }: Credentials,
): Promise<CredentialsCheck> {
  if (channelId !== null && channelId !== undefined) parseEntityId(channelId, 'input.channelId');
  return passwordThrottle.check(caller, email, () => rest.credentials.check({ email, password, channelId }));
}

/** The customer whose credentials were checked. Null if they are not valid. */
export function customerOfCredentials(
  ctx: Pick<Context, 'loaders'>,
  { customerEntityId }: CredentialsCheck,
  selection: CustomerSelection,
): Promise<Customer | null> | null {
  const entityId = valueOrThrow(customerEntityId);
  return entityId === null ? null : customerById(ctx, entityId, selection);
}
