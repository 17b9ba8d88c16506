import { type Chunk, decodeChunks } from './batching/chunks.ts';
import type { RequestClient } from './client/request-client.ts';
import { idField, lookUp } from './lookups.ts';
import {
  type CustomerAttributeDefinition,
  type CustomerAttributeValue,
  readAttributeValue,
  readDefinition,
} from './records/attributes.ts';
import { type PageRequest, pageParameters, readAllPages, readPage, type StorePage } from './wire/page.ts';
import {
  type DateRange,
  dateRangeParameters,
  listParameter,
  type Parameter,
  parameter,
} from './wire/query.ts';

/** Conditions on attribute values, combined with AND. */
export interface AttributeValueFilter {
  readonly customerEntityIds?: readonly number[] | undefined;
  readonly attributeEntityIds?: readonly number[] | undefined;
  readonly attributeName?: string | undefined;
  readonly createdAt?: DateRange | undefined;
  readonly updatedAt?: DateRange | undefined;
}

/** Reads of `/customers/attributes` and `/customers/attribute-values`. */
export interface AttributesRest {
  /** All definitions: the API has no filter by id, and at most 50 fit one page. */
  definitions(): Promise<readonly CustomerAttributeDefinition[]>;
  valuesPage(request: PageRequest, filter: AttributeValueFilter): Promise<StorePage<CustomerAttributeValue>>;
  /** All attribute values of these customers. A customer object embeds at most ten. */
  valuesOfCustomers(customerIds: readonly number[]): Promise<Chunk<number, CustomerAttributeValue>[]>;
}

const DEFINITIONS = '/customers/attributes';

const NO_PARTS: ReadonlySet<never> = new Set();

const VALUES = '/customers/attribute-values';

export function createAttributes(client: RequestClient): AttributesRest {
  const { onUnexpectedField } = client;

  async function definitionsPage(request: PageRequest) {
    const body = await client.get('getCustomersAttributes', DEFINITIONS, pageParameters(request));
    return readPage(body, (item) => readDefinition(item, onUnexpectedField));
  }

  async function valuesPage(request: PageRequest, filter: AttributeValueFilter) {
    const parameters = [...valueFilterParameters(filter), ...pageParameters(request)];
    const body = await client.get('getCustomersAttributeValues', VALUES, parameters);
    return readPage(body, (item) => readAttributeValue(item, onUnexpectedField));
  }

  return {
    definitions: () => readAllPages(definitionsPage),
    valuesPage,
    async valuesOfCustomers(customerIds) {
      const chunks = await lookUp<number, never>(client, {
        operation: 'getCustomersAttributeValues',
        path: VALUES,
        keys: customerIds,
        parts: NO_PARTS,
        parametersFor: ({ keys }) => valueFilterParameters({ customerEntityIds: keys }),
        keyOf: idField('customer_id'),
      });
      return decodeChunks(chunks, (record) => readAttributeValue(record, onUnexpectedField));
    },
  };
}

function valueFilterParameters(filter: AttributeValueFilter): Parameter[] {
  const { customerEntityIds, attributeEntityIds, attributeName, createdAt, updatedAt } = filter;
  return [
    ...(customerEntityIds ? [listParameter('customer_id:in', customerEntityIds)] : []),
    ...(attributeEntityIds ? [listParameter('attribute_id:in', attributeEntityIds)] : []),
    ...(attributeName === undefined ? [] : [parameter('name', attributeName)]),
    ...dateRangeParameters('date_created', createdAt),
    ...dateRangeParameters('date_modified', updatedAt),
  ];
}
