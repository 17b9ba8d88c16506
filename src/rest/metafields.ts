import { GatewayError } from '../errors.ts';
import type { ReadOptions, RequestClient } from './client/request-client.ts';
import { readOrNull } from './errors.ts';
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

/** Maximum length of the namespaces, and of the keys, in a URL, in characters after encoding. */
const MAX_NAMES_LENGTH = 500;

/**
 * The namespaces and keys that the store can filter by. A list with a name that it cannot filter by is left out: of
 * several names one with a comma, an empty name, or more names than a URL takes.
 */
export function filterableNames({
  namespaces,
  keys,
}: Pick<MetafieldFilter, 'namespaces' | 'keys'>): Pick<MetafieldFilter, 'namespaces' | 'keys'> {
  return {
    ...(namespaces && isFilterable(namespaces) && { namespaces }),
    ...(keys && isFilterable(keys) && { keys }),
  };
}

function isFilterable(names: readonly string[]): boolean {
  return (
    !names.includes('') &&
    (names.length === 1 || !names.some((name) => name.includes(','))) &&
    encodeURIComponent(names.join(',')).length <= MAX_NAMES_LENGTH
  );
}

/** Filter and direction of a list of metafields, sorted by id. The default is ascending. */
export interface MetafieldQuery {
  readonly filter: MetafieldFilter;
  readonly direction?: 'ASC' | 'DESC' | undefined;
}

/** Reads of `/customers/metafields` and `/customers/{id}/metafields`. */
export interface MetafieldsRest {
  /** A page of all customers' metafields: the API has no filter by customer. */
  page(
    request: PageRequest,
    query: MetafieldQuery,
    options?: Pick<ReadOptions, 'timeoutMs'>,
  ): Promise<StorePage<CustomerMetafield>>;
  /** A page of the list whose items are not decoded yet, for those who need its totals first. */
  undecodedPage(
    request: PageRequest,
    query: MetafieldQuery,
    options?: Pick<ReadOptions, 'timeoutMs'>,
  ): Promise<StorePage<unknown>>;
  /** Decodes an item of a page. */
  decode(item: unknown): CustomerMetafield;
  /** All metafields of one customer that match the filter. Null if there is no such customer. */
  ofCustomer(customerId: number, filter: MetafieldFilter): Promise<readonly CustomerMetafield[] | null>;
  /** Null if the customer has no such metafield. */
  one(
    customerId: number,
    entityId: number,
    options?: Pick<ReadOptions, 'timeoutMs'>,
  ): Promise<CustomerMetafield | null>;
}

export function createMetafields(client: RequestClient): MetafieldsRest {
  const { onUnexpectedField } = client;

  async function readBody(
    request: PageRequest,
    query: MetafieldQuery,
    options?: ReadOptions,
  ): Promise<unknown> {
    const parameters = [...queryParameters(query), ...pageParameters(request)];
    return client.get('getallCustomersMetafields', { parameters, ...options });
  }

  const decode = (item: unknown) => readMetafield(item, onUnexpectedField);

  return {
    page: async (request, query, options) => readPage(await readBody(request, query, options), decode),
    undecodedPage: async (request, query, options) =>
      readPage(await readBody(request, query, options), (item) => item),
    decode,
    ofCustomer(customerId, filter) {
      const call = { ids: [customerId], parameters: queryParameters({ filter }), allPages: true };
      return readOrNull(
        404,
        client.get('getCustomersMetafields', call),
        (body) => readPage(body, (item) => readMetafield(item, onUnexpectedField, customerId)).items,
      );
    },
    one(customerId, entityId, options) {
      const call = { ids: [customerId, entityId], ...options };
      return readOrNull(404, client.get('getMetafieldsCustomerId', call), (body) => {
        const metafield = readMetafield(unwrapEnvelope(body), onUnexpectedField, customerId);
        if (metafield.entityId === entityId) return metafield;
        throw new GatewayError(
          'UPSTREAM_BAD_RESPONSE',
          'The store answered with a different metafield than requested.',
        );
      });
    },
  };
}

function queryParameters({ filter, direction }: MetafieldQuery): Parameter[] {
  const { namespaces, keys, createdAt, updatedAt } = filter;
  return [
    ...nameParameters('namespace', namespaces),
    ...nameParameters('key', keys),
    ...dateBoundsParameters('date_created', createdAt),
    ...dateBoundsParameters('date_modified', updatedAt),
    ...(direction === undefined ? [] : [parameter('direction', direction.toLowerCase())]),
  ];
}

// One name can contain a comma, which separates the values of a list.
function nameParameters(name: 'namespace' | 'key', values: readonly string[] | undefined): Parameter[] {
  if (values === undefined) return [];
  const [only, ...others] = values;
  return only !== undefined && others.length === 0
    ? [parameter(name, only)]
    : [listParameter(`${name}:in`, values)];
}
