import { GatewayError } from '../errors.ts';
import type { RequestClient } from './client/request-client.ts';
import { nullOnStatus } from './errors.ts';
import {
  isId,
  isObject,
  type OnUnexpectedField,
  readDateTime,
  readEnum,
  readId,
  readOptionalText,
  readText,
  unwrapEnvelope,
} from './wire/decode.ts';
import { type PageRequest, pageParameters, readAllPages, readPage, type StorePage } from './wire/page.ts';
import {
  type DateRange,
  dateBoundsParameters,
  listParameter,
  type Parameter,
  parameter,
} from './wire/query.ts';

export type MetafieldPermissionSet =
  | 'APP_ONLY'
  | 'READ'
  | 'WRITE'
  | 'READ_AND_SF_ACCESS'
  | 'WRITE_AND_SF_ACCESS';

/** A string that an app stores with a customer under a namespace and a key. */
export interface CustomerMetafield {
  readonly nodeType: 'CustomerMetafield';
  readonly entityId: number;
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
  readonly description: string | null;
  /** Null if the gateway does not know the permission set. */
  readonly permissionSet: MetafieldPermissionSet | null;
  readonly customerEntityId: number;
  readonly ownerClientId: string | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** Conditions on metafields, combined with AND. */
export interface MetafieldFilter {
  readonly namespaces?: readonly string[] | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly createdAt?: DateRange | undefined;
  readonly updatedAt?: DateRange | undefined;
}

/** Filter and direction of a list of metafields, sorted by id. The default is ascending. */
export interface MetafieldQuery {
  readonly filter: MetafieldFilter;
  readonly direction?: 'ASC' | 'DESC' | undefined;
}

/** Reads of `/customers/metafields` and `/customers/{id}/metafields`. */
export interface MetafieldsRest {
  /** A page of all customers' metafields: the API has no filter by customer. */
  page(request: PageRequest, query: MetafieldQuery): Promise<StorePage<CustomerMetafield>>;
  /** All metafields of one customer that match the filter. Empty if there is no such customer. */
  ofCustomer(customerId: number, filter: MetafieldFilter): Promise<readonly CustomerMetafield[]>;
  /** Null if the customer has no such metafield. */
  one(customerId: number, entityId: number): Promise<CustomerMetafield | null>;
}

export function createMetafields(client: RequestClient): MetafieldsRest {
  const { onUnexpectedField } = client;

  return {
    async page(request, query) {
      const parameters = [...queryParameters(query), ...pageParameters(request)];
      const body = await client.get('getallCustomersMetafields', '/customers/metafields', parameters);
      return readPage(body, (item) => readMetafield(item, onUnexpectedField));
    },
    async ofCustomer(customerId, filter) {
      return readAllPages(async (request) => {
        const parameters = [...queryParameters({ filter }), ...pageParameters(request)];
        const path = `/customers/${customerId}/metafields`;
        const body = await nullOnStatus(404, client.get('getCustomersMetafields', path, parameters));
        if (body === null) return EMPTY_PAGE;
        return readPage(body, (item) => readMetafield(item, onUnexpectedField, customerId));
      });
    },
    async one(customerId, entityId) {
      const path = `/customers/${customerId}/metafields/${entityId}`;
      const body = await nullOnStatus(404, client.get('getMetafieldsCustomerId', path));
      if (body === null) return null;
      const metafield = readMetafield(unwrapEnvelope(body), onUnexpectedField, customerId);
      if (metafield.entityId === entityId) return metafield;
      throw new GatewayError(
        'UPSTREAM_BAD_RESPONSE',
        'The store answered with a different metafield than requested.',
      );
    },
  };
}

const EMPTY_PAGE = { items: [], total: 0, cursors: null };

function queryParameters({ filter, direction }: MetafieldQuery): Parameter[] {
  const { namespaces, keys, createdAt, updatedAt } = filter;
  return [
    ...(namespaces ? [listParameter('namespace:in', namespaces)] : []),
    ...(keys ? [listParameter('key:in', keys)] : []),
    ...dateBoundsParameters('date_created', createdAt),
    ...dateBoundsParameters('date_modified', updatedAt),
    ...(direction === undefined ? [] : [parameter('direction', direction.toLowerCase())]),
  ];
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
    entityId: readId(wire.id, 'metafield id'),
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
    customerEntityId:
      ownerId !== undefined && !isId(wire.resource_id)
        ? ownerId
        : readId(wire.resource_id, 'metafield resource_id'),
    ownerClientId: readOptionalText(wire.owner_client_id, 'metafield.owner_client_id', onUnexpectedField),
    createdAt: readDateTime(wire.date_created, 'metafield.date_created', onUnexpectedField),
    updatedAt: readDateTime(wire.date_modified, 'metafield.date_modified', onUnexpectedField),
  };
}
