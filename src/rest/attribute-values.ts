import { dateTime, identity, isId, isObject, type OnIrregular, text } from './wire.ts';

/** What one customer has for one attribute. Its name and type are the definition's. */
export interface CustomerAttributeValue {
  readonly entityId: number;
  readonly attributeEntityId: number;
  readonly customerEntityId: number;
  readonly value: string;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
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
