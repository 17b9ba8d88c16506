import { requireCustomerAccess } from '../access/permission.ts';
import type { Context } from '../context.ts';
import type { StoredInstrument } from '../rest/records/instruments.ts';
import { parseEntityId } from './inputs/ids.ts';

/**
 * A customer's stored instruments. Null if the store has no such customer.
 * @throws GatewayError BAD_USER_INPUT, FORBIDDEN
 */
export async function customerStoredInstruments(
  { loaders, caller }: Pick<Context, 'loaders' | 'caller'>,
  customerEntityId: number,
): Promise<readonly StoredInstrument[] | null> {
  const entityId = parseEntityId(customerEntityId, 'customerEntityId');
  requireCustomerAccess(caller, entityId, 'instruments:read');
  return loaders.instruments.ofCustomer(entityId);
}
