import { instant } from '../dates.ts';

export interface AttributeValueRow {
  readonly id: number;
  readonly customer_id: number;
  readonly attribute_id: number;
  readonly attribute_value: string;
  readonly date_created: number;
  readonly date_modified: number;
}

export function wireAttributeValue(row: AttributeValueRow) {
  return {
    id: row.id,
    customer_id: row.customer_id,
    attribute_id: row.attribute_id,
    attribute_value: row.attribute_value,
    date_created: instant(row.date_created),
    date_modified: instant(row.date_modified),
  };
}
