import { isObject, type OnUnexpectedField, readDateTime, readEnum, readText } from '../wire/decode.ts';
import { readId, readOwnerId } from '../wire/ids.ts';

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
    entityId: readId(wire.id, 'attribute.id', onUnexpectedField),
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
  readonly value?: unknown;
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
    entityId: readId(wire.id, 'attribute_value.id', onUnexpectedField),
    attributeEntityId: readId(wire.attribute_id, 'attribute_value.attribute_id', onUnexpectedField),
    customerEntityId: readOwnerId(
      wire.customer_id,
      ownerId,
      'attribute_value.customer_id',
      onUnexpectedField,
    ),
    // Documents show both names for it. A write sends `value`.
    value: readText(wire.attribute_value ?? wire.value, 'attribute_value.attribute_value', onUnexpectedField),
    createdAt: readDateTime(wire.date_created, 'attribute_value.date_created', onUnexpectedField),
    updatedAt: readDateTime(wire.date_modified, 'attribute_value.date_modified', onUnexpectedField),
  };
}
