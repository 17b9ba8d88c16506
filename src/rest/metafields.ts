import { GatewayError } from '../errors.ts';
import type { RequestClient } from './client/request-client.ts';
import { nullOnStatus } from './errors.ts';
import { type CustomerMetafield, readMetafield } from './records/metafields.ts';
import { unwrapEnvelope } from './wire/decode.ts';
import { type PageRequest, pageParameters, readPage, type StorePage } from './wire/page.ts';
import {
  type DateRange,
  dateBoundsParameters,
  listParameter,
  type Parameter,
  parameter,
} from './wire/query.ts';

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
      const path = `/customers/${customerId}/metafields`;
      const parameters = queryParameters({ filter });
      const read = client.get('getCustomersMetafields', path, parameters, { allPages: true });
      const body = await nullOnStatus(404, read);
      if (body === null) return [];
      return readPage(body, (item) => readMetafield(item, onUnexpectedField, customerId)).items;
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
