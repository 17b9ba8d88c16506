import { type Chunk, decodeChunks } from './batching/chunks.ts';
import { splitLists } from './batching/split-lists.ts';
import type { RequestClient } from './client/request-client.ts';
import { idField, lookUp } from './lookups.ts';
import {
  type CustomerAttributeDefinition,
  type CustomerAttributeValue,
  readAttributeValue,
  readDefinition,
} from './records/attributes.ts';
import {
  LONGEST_PAGE_PARAMETERS,
  type PageRequest,
  pageParameters,
  readPage,
  type StorePage,
} from './wire/page.ts';
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
  /** The filter in parts that fit one URL each. More than one if its lists are too long for one. */
  splitValues(filter: AttributeValueFilter): readonly AttributeValueFilter[];
  /** All values that match a filter, in no particular order. */
  valuesMatching(filter: AttributeValueFilter): Promise<readonly CustomerAttributeValue[]>;
  /** All attribute values of these customers. A customer object embeds at most ten. */
  valuesOfCustomers(customerIds: readonly number[]): Promise<Chunk<number, CustomerAttributeValue>[]>;
}

const BY_CUSTOMER = { name: 'customer_id:in', keyOf: idField('customer_id') };

export function createAttributes(client: RequestClient): AttributesRest {
  const { onUnexpectedField } = client;

  async function valuesPage(request: PageRequest, filter: AttributeValueFilter) {
    const parameters = [...valueFilterParameters(filter), ...pageParameters(request)];
    const body = await client.get('getCustomersAttributeValues', { parameters });
    return readPage(body, (item) => readAttributeValue(item, onUnexpectedField));
  }

  return {
    async definitions() {
      const body = await client.get('getCustomersAttributes', { allPages: true });
      return readPage(body, (item) => readDefinition(item, onUnexpectedField)).items;
    },
    valuesPage,
    splitValues(filter) {
      const { customerEntityIds, attributeEntityIds, ...others } = filter;
      const names = valueFilterParameters({ ...others, customerEntityIds: [], attributeEntityIds: [] });
      const parameters = [...names, ...LONGEST_PAGE_PARAMETERS];
      const space = client.remainingUrlLength('getCustomersAttributeValues', { parameters });
      const parts = splitLists({ customerEntityIds, attributeEntityIds }, space);
      return parts?.map((part) => ({ ...filter, ...part })) ?? [filter];
    },
    async valuesMatching(filter) {
      const parameters = valueFilterParameters(filter);
      const body = await client.get('getCustomersAttributeValues', { parameters, allPages: true });
      return readPage(body, (item) => readAttributeValue(item, onUnexpectedField)).items;
    },
    async valuesOfCustomers(customerIds) {
      const chunks = await lookUp(client, {
        operation: 'getCustomersAttributeValues',
        keys: customerIds,
        by: BY_CUSTOMER,
      });
      const decode = (record: unknown) => readAttributeValue(record, onUnexpectedField);
      return decodeChunks(chunks, decode, BY_CUSTOMER.keyOf);
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
