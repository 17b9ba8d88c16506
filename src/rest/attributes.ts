import { idIn, lookUp } from './look-ups.ts';
import { everyPage, type PageRequest, pageParameters, readPage, type StorePage } from './page.ts';
import { type Portion, readPortions } from './portions.ts';
import { type DateRange, dateRange, list, type Parameter, scalar } from './query.ts';
import type { Upstream } from './upstream.ts';
import { dateTime, identity, isId, isObject, type OnIrregular, text, word } from './wire.ts';

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
  valuesOfCustomers(customerIds: readonly number[]): Promise<Portion<number, CustomerAttributeValue>[]>;
}

const DEFINITIONS = '/customers/attributes';
const NO_PARTS: ReadonlySet<never> = new Set();
const VALUES = '/customers/attribute-values';

export function createAttributes(client: Upstream): AttributesRest {
  const { onIrregular } = client;

  async function definitionsPage(request: PageRequest) {
    const body = await client.get('getCustomersAttributes', DEFINITIONS, pageParameters(request));
    return readPage(body, (item) => readDefinition(item, onIrregular));
  }

  async function valuesPage(request: PageRequest, filter: AttributeValueFilter) {
    const parameters = [...valueFilterParameters(filter), ...pageParameters(request)];
    const body = await client.get('getCustomersAttributeValues', VALUES, parameters);
    return readPage(body, (item) => readAttributeValue(item, onIrregular));
  }

  return {
    definitions: () => everyPage(definitionsPage),
    valuesPage,
    async valuesOfCustomers(customerIds) {
      const chunks = await lookUp<number, never>(client, {
        operation: 'getCustomersAttributeValues',
        path: VALUES,
        keys: customerIds,
        parts: NO_PARTS,
        parametersFor: ({ keys }) => valueFilterParameters({ customerEntityIds: keys }),
        keyOf: idIn('customer_id'),
      });
      return readPortions(chunks, (record) => readAttributeValue(record, onIrregular));
    },
  };
}

function valueFilterParameters(filter: AttributeValueFilter): Parameter[] {
  const { customerEntityIds, attributeEntityIds, attributeName, createdAt, updatedAt } = filter;
  return [
    ...(customerEntityIds ? [list('customer_id:in', customerEntityIds)] : []),
    ...(attributeEntityIds ? [list('attribute_id:in', attributeEntityIds)] : []),
    ...(attributeName === undefined ? [] : [scalar('name', attributeName)]),
    ...dateRange('date_created', createdAt),
    ...dateRange('date_modified', updatedAt),
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

export function readDefinition(item: unknown, onIrregular: OnIrregular): CustomerAttributeDefinition {
  const wire: DefinitionWire = isObject(item) ? item : {};
  return {
    nodeType: 'CustomerAttributeDefinition',
    entityId: identity(wire.id, 'attribute id'),
    name: text(wire.name, 'attribute.name', onIrregular),
    type: word(wire.type, ATTRIBUTE_TYPES, 'attribute.type', onIrregular),
    createdAt: dateTime(wire.date_created, 'attribute.date_created', onIrregular),
    updatedAt: dateTime(wire.date_modified, 'attribute.date_modified', onIrregular),
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
  onIrregular: OnIrregular,
  ownerId?: number,
): CustomerAttributeValue {
  const wire: AttributeValueWire = isObject(item) ? item : {};
  return {
    nodeType: 'CustomerAttributeValue',
    entityId: identity(wire.id, 'attribute value id'),
    attributeEntityId: identity(wire.attribute_id, 'attribute value attribute_id'),
    customerEntityId:
      ownerId !== undefined && !isId(wire.customer_id)
        ? ownerId
        : identity(wire.customer_id, 'attribute value customer_id'),
    value: text(wire.attribute_value, 'attribute_value.attribute_value', onIrregular),
    createdAt: dateTime(wire.date_created, 'attribute_value.date_created', onIrregular),
    updatedAt: dateTime(wire.date_modified, 'attribute_value.date_modified', onIrregular),
  };
}
