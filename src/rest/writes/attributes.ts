import type { WriteAttempt } from '../client/http.ts';
import type { RequestClient } from '../client/request-client.ts';
import type { CustomerAttributeType } from '../records/attributes.ts';
import { listParameter } from '../wire/query.ts';
import { WRITE_RULES } from '../write-rules.ts';

export interface DefinitionCreation {
  readonly name: string;
  readonly type: CustomerAttributeType;
}

/** Only the name of a definition can change. */
export interface DefinitionUpdate {
  readonly entityId: number;
  readonly name: string;
}

/** A customer's new value of an attribute. */
export interface AttributeValueUpsert {
  readonly customerEntityId: number;
  readonly attributeEntityId: number;
  readonly value: string;
}

/** Writes of `/customers/attributes` and `/customers/attribute-values`. */
export interface AttributeWrites {
  createDefinitions(definitions: readonly DefinitionCreation[]): Promise<WriteAttempt>;
  updateDefinitions(definitions: readonly DefinitionUpdate[]): Promise<WriteAttempt>;
  deleteDefinitions(entityIds: readonly number[]): Promise<WriteAttempt>;
  upsertValues(values: readonly AttributeValueUpsert[]): Promise<WriteAttempt>;
  /** By the ids of the values themselves. */
  deleteValues(entityIds: readonly number[]): Promise<WriteAttempt>;
}

const DEFINITIONS = '/customers/attributes';
const VALUES = '/customers/attribute-values';

export function createAttributeWrites(client: RequestClient): AttributeWrites {
  return {
    createDefinitions: (definitions) =>
      client.write(
        WRITE_RULES.createDefinitions,
        DEFINITIONS,
        definitions.map(({ name, type }) => ({ name, type: type.toLowerCase() })),
      ),
    updateDefinitions: (definitions) =>
      client.write(
        WRITE_RULES.updateDefinitions,
        DEFINITIONS,
        definitions.map(({ entityId, name }) => ({ id: entityId, name })),
      ),
    deleteDefinitions: (entityIds) =>
      client.write(WRITE_RULES.deleteDefinitions, DEFINITIONS, undefined, [
        listParameter('id:in', entityIds),
      ]),
    upsertValues: (values) =>
      client.write(
        WRITE_RULES.upsertAttributeValues,
        VALUES,
        // Requests use the key `value`, responses `attribute_value`.
        values.map(({ customerEntityId, attributeEntityId, value }) => ({
          customer_id: customerEntityId,
          attribute_id: attributeEntityId,
          value,
        })),
      ),
    deleteValues: (entityIds) =>
      client.write(WRITE_RULES.deleteAttributeValues, VALUES, undefined, [listParameter('id:in', entityIds)]),
  };
}
