import type { Chance } from '../chance.ts';
import type { Store } from '../store.ts';
import { fullClientId } from '../tokens.ts';
import { afterwards } from './timeline.ts';

interface Template {
  readonly namespace: string;
  readonly key: string;
  readonly permissionSet: string;
  /** The API account that made it. */
  readonly owner: string;
  readonly description: string;
  readonly value: (chance: Chance) => string;
}

/** What three apps of the shop note about customers. The store's full token belongs to the first. */
const templates: readonly [Template, ...Template[]] = [
  {
    namespace: 'loyalty',
    key: 'points',
    permissionSet: 'write',
    owner: fullClientId,
    description: 'Points that can be spent',
    value: (chance) => String(chance.between(0, 4000)),
  },
  {
    namespace: 'loyalty',
    key: 'card',
    permissionSet: 'read_and_sf_access',
    owner: fullClientId,
    description: '',
    value: (chance) =>
      JSON.stringify({ number: chance.fill('LC-####-####'), since: chance.between(2019, 2026) }),
  },
  {
    namespace: 'fitting',
    key: 'measurements',
    permissionSet: 'write_and_sf_access',
    owner: 'tailor-app',
    description: 'Taken in the shop, in centimetres',
    value: (chance) => JSON.stringify({ chest: chance.between(80, 120), sleeve: chance.between(55, 70) }),
  },
  {
    namespace: 'crm',
    key: 'stage',
    permissionSet: 'read',
    owner: 'crm-connector',
    description: '',
    value: (chance) => chance.pick(['lead', 'active', 'dormant', 'won back ✓']),
  },
  {
    namespace: 'crm',
    key: 'internal_score',
    permissionSet: 'app_only',
    owner: 'crm-connector',
    description: 'Nobody else sees this one',
    value: (chance) => String(chance.between(1, 100)),
  },
];

export function insertMetafields(store: Store, chance: Chance, customerId: number, created: number): void {
  if (!chance.happens(0.4)) return;
  for (const { namespace, key, permissionSet, owner, description, value } of templates) {
    if (!chance.happens(0.5)) continue;
    const at = afterwards(chance, created);
    store.insert('metafields', {
      resource_id: customerId,
      namespace,
      key,
      value: value(chance),
      permission_set: permissionSet,
      description,
      owner_client_id: owner,
      date_created: at,
      date_modified: afterwards(chance, at),
    });
  }
}
