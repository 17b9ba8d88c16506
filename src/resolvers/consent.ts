import { requireCustomerAccess } from '../access/permission.ts';
import type { Context } from '../context.ts';
import type { CustomerConsent } from '../rest/records/consent.ts';
import { parseEntityId } from './inputs/ids.ts';
import type { NodeKind } from './nodes.ts';

/** A customer's consent. Null if the store has no such customer. @throws GatewayError BAD_USER_INPUT, FORBIDDEN */
export async function customerConsent(
  { loaders, caller }: Pick<Context, 'loaders' | 'caller'>,
  customerEntityId: number,
): Promise<CustomerConsent | null> {
  const entityId = parseEntityId(customerEntityId, 'customerEntityId');
  requireCustomerAccess(caller, entityId);
  return loaders.consent.ofCustomer(entityId);
}

export const consentNode: NodeKind<CustomerConsent> = {
  type: 'CustomerConsent',
  idCount: 1,
  idsOf: ({ customerEntityId }) => [customerEntityId],
  authorize: (caller, [customerEntityId = 0]) => requireCustomerAccess(caller, customerEntityId),
  find: (ctx, [customerEntityId = 0]) => ctx.loaders.consent.ofCustomer(customerEntityId),
};
