import type { Random } from '../random.ts';
import type { Store } from '../store.ts';
import { fullAccessClientId } from '../tokens.ts';
import { randomLaterTime } from './timeline.ts';

interface Template {
  readonly namespace: string;
  readonly key: string;
  readonly permissionSet: string;
  /** The client id of the API account that created it. */
  readonly owner: string;
  readonly description: string;
  readonly value: (random: Random) => string;
}

/** Metafields of three apps. The account with all scopes owns those of the first. */
const templates: readonly [Template, ...Template[]] = [
  {
    namespace: 'loyalty',
    key: 'points',
    permissionSet: 'write',
    owner: fullAccessClientId,
    description: 'Points that can be spent',
    value: (random) => String(random.integer(0, 4000)),
  },
  {
    namespace: 'loyalty',
    key: 'card',
    permissionSet: 'read_and_sf_access',
    owner: fullAccessClientId,
    description: '',
    value: (random) =>
      JSON.stringify({ number: random.replaceSymbols('LC-####-####'), since: random.integer(2019, 2026) }),
  },
  {
    namespace: 'fitting',
    key: 'measurements',
    permissionSet: 'write_and_sf_access',
    owner: 'tailor-app',
    description: 'Taken in the shop, in centimetres',
    value: (random) => JSON.stringify({ chest: random.integer(80, 120), sleeve: random.integer(55, 70) }),
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
    value: (random) => String(random.integer(1, 100)),
  },
];

export function insertMetafields(store: Store, random: Random, customerId: number, created: number): void {
  if (!random.boolean(0.4)) return;
  for (const { namespace, key, permissionSet, owner, description, value } of templates) {
    if (!random.boolean(0.5)) continue;
    const at = randomLaterTime(random, created);
    store.insert('metafields', {
      resource_id: customerId,
      namespace,
      key,
      value: value(random),
      permission_set: permissionSet,
      description,
      owner_client_id: owner,
      date_created: at,
      date_modified: randomLaterTime(random, at),
    });
  }
}
