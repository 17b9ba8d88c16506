import {
  isObject,
  type OnUnexpectedField,
  readDateTime,
  readEnum,
  readOptionalText,
  readText,
} from '../wire/decode.ts';
import { isSafeId, readId, readOwnerId } from '../wire/ids.ts';

export type MetafieldPermissionSet =
  | 'APP_ONLY'
  | 'READ'
  | 'WRITE'
  | 'READ_AND_SF_ACCESS'
  | 'WRITE_AND_SF_ACCESS';

/** A string that an app stores with a customer under a namespace and a key. */
export interface CustomerMetafield {
  readonly nodeType: 'CustomerMetafield';
  /** Up to 53 bits. */
  readonly entityId: number;
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
  readonly description: string | null;
  /** Null if the gateway does not know the permission set. */
  readonly permissionSet: MetafieldPermissionSet | null;
  /** The id of the record to which it belongs, up to 53 bits. */
  readonly customerEntityId: number;
  readonly ownerClientId: string | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

interface MetafieldWire {
  readonly id?: unknown;
  readonly namespace?: unknown;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly description?: unknown;
  readonly permission_set?: unknown;
  readonly resource_id?: unknown;
  readonly owner_client_id?: unknown;
  readonly date_created?: unknown;
  readonly date_modified?: unknown;
}

const PERMISSION_SETS = {
  app_only: 'APP_ONLY',
  read: 'READ',
  write: 'WRITE',
  read_and_sf_access: 'READ_AND_SF_ACCESS',
  write_and_sf_access: 'WRITE_AND_SF_ACCESS',
} as const;

export function readMetafield(
  item: unknown,
  onUnexpectedField: OnUnexpectedField,
  ownerId?: number,
): CustomerMetafield {
  const wire: MetafieldWire = isObject(item) ? item : {};
  return {
    nodeType: 'CustomerMetafield',
    entityId: readId(wire.id, 'metafield.id', onUnexpectedField, isSafeId),
    namespace: readText(wire.namespace, 'metafield.namespace', onUnexpectedField),
    key: readText(wire.key, 'metafield.key', onUnexpectedField),
    value: readText(wire.value, 'metafield.value', onUnexpectedField),
    description: readOptionalText(wire.description, 'metafield.description', onUnexpectedField),
    permissionSet: readEnum(
      wire.permission_set,
      PERMISSION_SETS,
      'metafield.permission_set',
      onUnexpectedField,
    ),
    customerEntityId: readOwnerId(
      wire.resource_id,
      ownerId,
      'metafield.resource_id',
      onUnexpectedField,
      isSafeId,
    ),
    ownerClientId: readOptionalText(wire.owner_client_id, 'metafield.owner_client_id', onUnexpectedField),
    createdAt: readDateTime(wire.date_created, 'metafield.date_created', onUnexpectedField),
    updatedAt: readDateTime(wire.date_modified, 'metafield.date_modified', onUnexpectedField),
  };
}
