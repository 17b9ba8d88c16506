import type { Chance } from '../chance.ts';
import type { Store } from '../store.ts';
import { fullClientId } from '../tokens.ts';
import { afterwards } from './timeline.ts';

interface Template {
  readonly namespace: string;
  readonly key: string;
  readonly permissionSet: string;
  /** The client id of the API account that created it. */
  readonly owner: string;
  readonly description: string;
  readonly value: (random: Chance) => string;
}

/** Metafields of three apps. The account with all scopes owns those of the first. */
const templates: readonly [Template, ...Template[]] = [
  {
    namespace: 'loyalty',
    key: 'points',
    permissionSet: 'write',
    owner: fullClientId,
    description: 'Points that can be spent',
    value: (random) => String(random.between(0, 4000)),
  },
  {
    namespace: 'loyalty',
    key: 'card',
    permissionSet: 'read_and_sf_access',
    owner: fullClientId,
    description: '',
    value: (random) =>
      JSON.stringify({ number: random.fill('LC-####-####'), since: random.between(2019, 2026) }),
  },
  {
    namespace: 'fitting',
    key: 'measurements',
    permissionSet: 'write_and_sf_access',
    owner: 'tailor-app',
    description: 'Taken in the shop, in centimetres',
    value: (random) => JSON.stringify({ chest: random.between(80, 120), sleeve: random.between(55, 70) }),
  },
  {
    namespace: 'crm',
    key: 'stage',
    permissionSet: 'read',
    owner: 'crm-connector',
    description: '',
    value: (random) => random.pick(['lead', 'active', 'dormant', 'won back ✓']),
  },
  {
    namespace: 'crm',
    key: 'internal_score',
    permissionSet: 'app_only',
    owner: 'crm-connector',
    description: 'Internal to the CRM',
    value: (random) => String(random.between(1, 100)),
  },
];

export function insertMetafields(store: Store, random: Chance, customerId: number, created: number): void {
  if (!random.happens(0.4)) return;
  for (const { namespace, key, permissionSet, owner, description, value } of templates) {
    if (!random.happens(0.5)) continue;
    const at = afterwards(random, created);
    store.insert('metafields', {
      resource_id: customerId,
      namespace,
      key,
      value: value(random),
      permission_set: permissionSet,
      description,
      owner_client_id: owner,
      date_created: at,
      date_modified: afterwards(random, at),
    });
  }
}
