import { ownCustomerId } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { itemsOrThrow } from '../rest/batching/chunks.ts';
import { sortById } from '../rest/wire/page.ts';
import type { Available } from '../when-known.ts';
import type { ItemError } from './writes/results.ts';

type CallerContext = Pick<Context, 'caller'>;

/**
 * FORBIDDEN if a shopper writes a record of another customer. The result does not depend on whether that customer
 * exists.
 */
export function foreignRecordErrors(
  { caller }: CallerContext,
  field: string,
  customerEntityId: number,
): ItemError[] {
  const own = ownCustomerId(caller);
  if (own === null || own === customerEntityId) return [];
  return [{ code: 'FORBIDDEN', field, message: 'Shoppers can write only their own records.' }];
}

/**
 * The fields of their own customer that shoppers can change. The password is excluded, which needs the current one too,
 * and so is the e-mail address, which receives password resets: a stolen token could take over the account. An e-mail change would also reveal
 * whether an address is in use.
 */
const PROFILE_FIELDS: ReadonlySet<string> = new Set([
  'entityId',
  'firstName',
  'lastName',
  'company',
  'phone',
  'acceptsProductReviewAbandonedCartEmails',
  'formFields',
]);

/** One FORBIDDEN error for each field that a shopper cannot change. Empty for other callers. */
export function nonProfileErrors({ caller }: CallerContext, change: object): ItemError[] {
  if (ownCustomerId(caller) === null) return [];
  return Object.entries(change).flatMap(([field, value]) =>
    value === undefined || PROFILE_FIELDS.has(field)
      ? []
      : [{ code: 'FORBIDDEN' as const, field, message: `${field} cannot be changed by shoppers.` }],
  );
}

/** Reads the ids of a shopper's own addresses; repeated calls share one read. Null if the caller is not a shopper. */
export function ownAddressIds({
  caller,
  rest,
}: CallerContext & Pick<Context, 'rest'>): (() => Promise<ReadonlySet<number>>) | null {
  const own = ownCustomerId(caller);
  if (own === null) return null;
  let ids: Promise<ReadonlySet<number>> | null = null;
  const read = async () => {
    const addresses = itemsOrThrow(await rest.addresses.ofCustomers([own], new Set()));
    return new Set(addresses.map(({ entityId }) => entityId));
  };
  return () => {
    ids ??= read();
    return ids;
  };
}

/** Ids of the attributes whose values the caller can see. Null if it can see all. */
export function visibleAttributeIds(
  ctx: CallerContext & Pick<Context, 'shopperAttributes' | 'loaders'>,
): Available<ReadonlySet<number> | null> {
  return ownCustomerId(ctx.caller) === null ? null : attributeIdsForShoppers(ctx);
}

async function attributeIdsForShoppers({
  shopperAttributes,
  loaders,
}: Pick<Context, 'shopperAttributes' | 'loaders'>): Promise<ReadonlySet<number>> {
  const ids = shopperAttributes.filter(isId).map(Number);
  const names = shopperAttributes.filter((entry) => !isId(entry));
  if (names.length === 0) return new Set(ids);
  const definitions = sortById(await loaders.attributes.definitions());
  // If two attributes have the same name, the older one counts.
  const namedIds = names.flatMap(
    (name) => definitions.find((definition) => definition.name === name)?.entityId ?? [],
  );
  return new Set([...ids, ...namedIds]);
}

function isId(text: string): boolean {
  return /^\d+$/.test(text);
}
