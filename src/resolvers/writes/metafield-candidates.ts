import type { CustomerMetafield } from '../../rest/records/metafields.ts';
import { sortById } from '../../rest/wire/page.ts';
import type { MetafieldName } from './metafields.ts';
import { foldText, normalizeText } from './normalize.ts';

/**
 * The metafields with the name of an item, of one or several apps. Those that certainly belong to this app come first, then
 * the older ones.
 *
 * @param isTaken whether the store has one of this name, so that another spelling of it counts if there is no exact one
 */
export function candidatesFor(
  { namespace, key }: MetafieldName,
  records: readonly CustomerMetafield[],
  isTaken: boolean,
): readonly CustomerMetafield[] {
  const spellings = [(name: string) => name, ...(isTaken ? [normalizeText, foldText] : [])];
  const named = spellings
    .map((spell) =>
      records.filter(
        (record) => spell(record.namespace) === spell(namespace) && spell(record.key) === spell(key),
      ),
    )
    .find(({ length }) => length > 0);
  // Other apps cannot see these.
  const isOwn = ({ permissionSet }: CustomerMetafield) => permissionSet === 'APP_ONLY';
  return sortById(named ?? []).toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
}
