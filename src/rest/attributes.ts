import { type Chunk, decodeChunks } from './batching/chunks.ts';
import type { RequestClient } from './client/request-client.ts';
import { idField, lookUp } from './lookups.ts';
import {
  isId,
  isObject,
  type OnUnexpectedField,
  readDateTime,
  readEnum,
  readId,
  readText,
} from './wire/decode.ts';
import { type PageRequest, pageParameters, readAllPages, readPage, type StorePage } from './wire/page.ts';
import {
  type DateRange,
  dateRangeParameters,
  listParameter,
  type Parameter,
  parameter,
} from './wire/query.ts';

export type CustomerAttributeType = 'STRING' | 'NUMBER' | 'DATE';

/** Name and type of an attribute. A store has at most 50. */
export interface CustomerAttributeDefinition {
  readonly nodeType: 'CustomerAttributeDefinition';
  readonly entityId: number;
  readonly name: string;
  /** Null if the gateway does not know the type. */
  readonly type: CustomerAttributeType | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** One customer's value of one attribute. The definition has its name and type. */
export interface CustomerAttributeValue {
  readonly nodeType: 'CustomerAttributeValue';
  readonly entityId: number;
  readonly attributeEntityId: number;
  readonly customerEntityId: number;
  readonly value: string;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

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

interface DefinitionWire {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly type?: unknown;
  readonly date_created?: unknown;
  readonly date_modified?: unknown;
}

const ATTRIBUTE_TYPES = { string: 'STRING', number: 'NUMBER', date: 'DATE' } as const;

export function readDefinition(
  item: unknown,
  onUnexpectedField: OnUnexpectedField,
): CustomerAttributeDefinition {
  const wire: DefinitionWire = isObject(item) ? item : {};
  return {
    nodeType: 'CustomerAttributeDefinition',
    entityId: readId(wire.id, 'attribute id'),
    name: readText(wire.name, 'attribute.name', onUnexpectedField),
    type: readEnum(wire.type, ATTRIBUTE_TYPES, 'attribute.type', onUnexpectedField),
    createdAt: readDateTime(wire.date_created, 'attribute.date_created', onUnexpectedField),
    updatedAt: readDateTime(wire.date_modified, 'attribute.date_modified', onUnexpectedField),
  };
}

interface AttributeValueWire {
  readonly id?: unknown;
  readonly attribute_id?: unknown;
  readonly customer_id?: unknown;
  readonly attribute_value?: unknown;
  readonly date_created?: unknown;
  readonly date_modified?: unknown;
}

/** Decodes an attribute value of a customer object or of `/customers/attribute-values`. @param ownerId the customer, for a value without one */
export function readAttributeValue(
  item: unknown,
  onUnexpectedField: OnUnexpectedField,
  ownerId?: number,
): CustomerAttributeValue {
  const wire: AttributeValueWire = isObject(item) ? item : {};
  return {
    nodeType: 'CustomerAttributeValue',
    entityId: readId(wire.id, 'attribute value id'),
    attributeEntityId: readId(wire.attribute_id, 'attribute value attribute_id'),
    customerEntityId:
      ownerId !== undefined && !isId(wire.customer_id)
        ? ownerId
        : readId(wire.customer_id, 'attribute value customer_id'),
    value: readText(wire.attribute_value, 'attribute_value.attribute_value', onUnexpectedField),
    createdAt: readDateTime(wire.date_created, 'attribute_value.date_created', onUnexpectedField),
    updatedAt: readDateTime(wire.date_modified, 'attribute_value.date_modified', onUnexpectedField),
  };
}
