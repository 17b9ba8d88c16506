import { idIn, lookUp } from './look-ups.ts';
import { everyPage, type PageRequest, pageParameters, readPage, type StorePage } from './page.ts';
import { type Portion, readPortions } from './portions.ts';
import { type DateRange, dateRange, list, type Parameter, scalar } from './query.ts';
import type { Upstream } from './upstream.ts';
import { dateTime, identity, isId, isObject, type OnIrregular, text, word } from './wire.ts';

export type CustomerAttributeType = 'STRING' | 'NUMBER' | 'DATE';

/** What an attribute is called and of which type it is. A store has 50 at the most. */
export interface CustomerAttributeDefinition {
  readonly nodeType: 'CustomerAttributeDefinition';
  readonly entityId: number;
  readonly name: string;
  /** Null: a type that appeared later than this program. */
  readonly type: CustomerAttributeType | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** What one customer has for one attribute. Its name and type are the definition's. */
export interface CustomerAttributeValue {
  readonly nodeType: 'CustomerAttributeValue';
  readonly entityId: number;
  readonly attributeEntityId: number;
  readonly customerEntityId: number;
  readonly value: string;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** Conditions on attribute values that must all hold. */
export interface AttributeValueFilter {
  readonly customerEntityIds?: readonly number[] | undefined;
  readonly attributeEntityIds?: readonly number[] | undefined;
  readonly attributeName?: string | undefined;
  readonly createdAt?: DateRange | undefined;
  readonly updatedAt?: DateRange | undefined;
}

/** Reads of `/customers/attributes` and `/customers/attribute-values`. */
export interface AttributesRest {
  /** All of them: there is no filter by id, and 50 fit one page. */
  definitions(): Promise<readonly CustomerAttributeDefinition[]>;
  valuesPage(request: PageRequest, filter: AttributeValueFilter): Promise<StorePage<CustomerAttributeValue>>;
  /** Complete, however many there are: a customer object shows ten at the most. */
  valuesOfCustomers(customerIds: readonly number[]): Promise<Portion<number, CustomerAttributeValue>[]>;
}

const DEFINITIONS = '/customers/attributes';
const NO_PARTS: ReadonlySet<never> = new Set();
const VALUES = '/customers/attribute-values';

export function createAttributes(upstream: Upstream): AttributesRest {
  const { onIrregular } = upstream;

  async function definitionsPage(request: PageRequest) {
    const body = await upstream.get('getCustomersAttributes', DEFINITIONS, pageParameters(request));
    return readPage(body, (item) => readDefinition(item, onIrregular));
  }

  async function valuesPage(request: PageRequest, filter: AttributeValueFilter) {
    const parameters = [...valueFilterParameters(filter), ...pageParameters(request)];
    const body = await upstream.get('getCustomersAttributeValues', VALUES, parameters);
    return readPage(body, (item) => readAttributeValue(item, onIrregular));
  }

  return {
    definitions: () => everyPage(definitionsPage),
    valuesPage,
    async valuesOfCustomers(customerIds) {
      const portions = await lookUp<number, never>(upstream, {
        operation: 'getCustomersAttributeValues',
        path: VALUES,
        keys: customerIds,
        parts: NO_PARTS,
        parametersFor: ({ keys }) => valueFilterParameters({ customerEntityIds: keys }),
        keyOf: idIn('customer_id'),
      });
      return readPortions(portions, (record) => readAttributeValue(record, onIrregular));
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

/** Reads one value as customers and `/customers/attribute-values` show it. */
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
