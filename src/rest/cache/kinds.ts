import type { RestCall } from '../client/call.ts';
import type { OperationId } from '../operations.ts';

/** What an answer of the store is about. */
export type CacheKind =
  | 'customers'
  | 'addresses'
  | 'metafields'
  | 'attributes'
  | 'attributeValues'
  | 'formFields'
  | 'segments'
  | 'settings'
  | 'consent';

/** Whether the store sends an event when such a record changes. */
export const HAS_EVENTS: Readonly<Record<CacheKind, boolean>> = {
  customers: true,
  addresses: true,
  metafields: true,
  attributes: false,
  attributeValues: false,
  formFields: false,
  segments: false,
  settings: false,
  consent: false,
};

/** How the answers to a read are kept. */
interface CachedOperation {
  readonly kind: CacheKind;
  /** The field that names the customer of a record with an id. Null if answers are kept whole. */
  readonly ownerField: 'id' | 'customer_id' | null;
  /** Whether 404 says that what is asked for does not exist. @default false */
  readonly isMissingOn404?: true;
}

/** The reads whose answers can be cached. Stored instruments and credentials are not among them. */
const CACHED_OPERATIONS: Readonly<Partial<Record<OperationId, CachedOperation>>> = {
  getCustomers: { kind: 'customers', ownerField: 'id' },
  getCustomersAddresses: { kind: 'addresses', ownerField: 'customer_id' },
  getCustomersAttributeValues: { kind: 'attributeValues', ownerField: 'customer_id' },
  getCustomersAttributes: { kind: 'attributes', ownerField: null },
  getCustomersFormFieldValues: { kind: 'formFields', ownerField: null },
  getCustomersMetafields: { kind: 'metafields', ownerField: null, isMissingOn404: true },
  getMetafieldsCustomerId: { kind: 'metafields', ownerField: null, isMissingOn404: true },
  getallCustomersMetafields: { kind: 'metafields', ownerField: null },
  getCustomerConsent: { kind: 'consent', ownerField: null, isMissingOn404: true },
  getCustomersSettings: { kind: 'settings', ownerField: null },
  getCustomersSettingsChannel: { kind: 'settings', ownerField: null, isMissingOn404: true },
};

/** How the answers to a read are kept. Null if they are not. */
export function cachedOperation({ operation }: Pick<RestCall, 'operation'>): CachedOperation | null {
  return CACHED_OPERATIONS[operation as OperationId] ?? null;
}

/** The kinds of the parts that an include adds to a record. */
const KIND_OF_INCLUDE: Readonly<Record<string, CacheKind>> = {
  addresses: 'addresses',
  attributes: 'attributeValues',
  formfields: 'formFields',
  storecredit: 'customers',
  shopper_profile_id: 'segments',
  segment_ids: 'segments',
};

/** Everything that the answer to a read is about. */
export function kindsOf(kind: CacheKind, include: readonly string[] = []): readonly CacheKind[] {
  return [kind, ...include.map((name) => KIND_OF_INCLUDE[name] ?? kind)];
}
