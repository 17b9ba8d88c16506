import { confinedTo } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { inOrder } from '../rest/page.ts';
import { joined } from '../rest/portions.ts';
import type { Problem } from './write-results.ts';

type Asks = Pick<Context, 'caller'>;

/** What is wrong with an item of a write that is about a customer: to a shopper all others are the same, there or not. */
export function ofOthers({ caller }: Asks, field: string, customerEntityId: number): Problem[] {
  const own = confinedTo(caller);
  if (own === null || own === customerEntityId) return [];
  return [{ code: 'FORBIDDEN', field, message: 'Shoppers can write only what is their own.' }];
}

/**
 * What shoppers may change of themselves. Neither the password nor the e-mail address, where a new password is sent to:
 * a stolen token could take the account over, and whether an address is in use would show whose account it is.
 */
const PROFILE: ReadonlySet<string> = new Set([
  'entityId',
  'firstName',
  'lastName',
  'company',
  'phone',
  'acceptsProductReviewAbandonedCartEmails',
  'formFields',
]);

/** What is wrong with a change of a customer that touches more than a shopper may. */
export function beyondProfile({ caller }: Asks, change: object): Problem[] {
  if (confinedTo(caller) === null) return [];
  return Object.entries(change).flatMap(([field, value]) =>
    value === undefined || PROFILE.has(field)
      ? []
      : [{ code: 'FORBIDDEN' as const, field, message: `${field} cannot be changed by shoppers.` }],
  );
}

/** The ids of a shopper's own addresses, read once for all who ask; null for callers who may write everyone's. */
export function ownAddressIds({
  caller,
  rest,
}: Asks & Pick<Context, 'rest'>): (() => Promise<ReadonlySet<number>>) | null {
  const own = confinedTo(caller);
  if (own === null) return null;
  let ids: Promise<ReadonlySet<number>> | null = null;
  const read = async () => {
    const addresses = joined(await rest.addresses.ofCustomers([own], new Set()));
    return new Set(addresses.map(({ entityId }) => entityId));
  };
  return () => {
    ids ??= read();
    return ids;
  };
}

/** The attributes that a caller may see values of; null where it may see all. */
export async function visibleAttributes({
  caller,
  shopperAttributes,
  loaders,
}: Asks & Pick<Context, 'shopperAttributes' | 'loaders'>): Promise<ReadonlySet<number> | null> {
  if (confinedTo(caller) === null) return null;
  const ids = shopperAttributes.filter(isId).map(Number);
  const names = shopperAttributes.filter((word) => !isId(word));
  if (names.length === 0) return new Set(ids);
  const definitions = inOrder(await loaders.attributes.definitions());
  // Of two attributes with one name the older counts, here too.
  const named = names.flatMap((name) => definitions.find((each) => each.name === name)?.entityId ?? []);
  return new Set([...ids, ...named]);
}

function isId(word: string): boolean {
  return /^\d+$/.test(word);
}
