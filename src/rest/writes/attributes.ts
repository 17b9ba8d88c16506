import type { RequestClient } from '../client/request-client.ts';
import { OPERATIONS } from '../operations.ts';
import {
  type CustomerAttributeDefinition,
  type CustomerAttributeType,
  type CustomerAttributeValue,
  readAttributeValue,
  readDefinition,
} from '../records/attributes.ts';
import { deleteByIds, listOf, readReply, type WriteReply } from './reply.ts';

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
  createDefinitions(
    definitions: readonly DefinitionCreation[],
  ): Promise<WriteReply<CustomerAttributeDefinition>>;
  updateDefinitions(
    definitions: readonly DefinitionUpdate[],
  ): Promise<WriteReply<CustomerAttributeDefinition>>;
  /** The records of the reply are the ids. */
  deleteDefinitions(entityIds: readonly number[]): Promise<WriteReply<number>>;
  upsertValues(values: readonly AttributeValueUpsert[]): Promise<WriteReply<CustomerAttributeValue>>;
  /** By the ids of the values themselves, which are the records of the reply. */
  deleteValues(entityIds: readonly number[]): Promise<WriteReply<number>>;
}

export function createAttributeWrites(client: RequestClient): AttributeWrites {
  const { onUnexpectedField } = client;
  const definitionsIn = listOf((item) => readDefinition(item, onUnexpectedField));
  const valuesIn = listOf((item) => readAttributeValue(item, onUnexpectedField));

  return {
    async createDefinitions(definitions) {
      const body = definitions.map(({ name, type }) => ({ name, type: type.toLowerCase() }));
      const operation = OPERATIONS.createCustomersAttributes;
      const attempt = await client.write(operation, { body });
      return readReply(attempt, definitionsIn, { operation, items: body });
    },
    async updateDefinitions(definitions) {
      const body = definitions.map(({ entityId, name }) => ({ id: entityId, name }));
      const operation = OPERATIONS.updateCustomersAttributes;
      const attempt = await client.write(operation, { body });
      return readReply(attempt, definitionsIn, { operation, items: body });
    },
    deleteDefinitions: (entityIds) => deleteByIds(client, OPERATIONS.deleteCustomersAttributes, entityIds),
    async upsertValues(values) {
      // Requests use the key `value`, responses `attribute_value`.
      const body = values.map(({ customerEntityId, attributeEntityId, value }) => ({
        customer_id: customerEntityId,
        attribute_id: attributeEntityId,
        value,
      }));
      const operation = OPERATIONS.upsertCustomersAttributeValues;
      const attempt = await client.write(operation, { body });
      return readReply(attempt, valuesIn, { operation, items: body });
    },
    deleteValues: (entityIds) => deleteByIds(client, OPERATIONS.deleteCustomersAttributeValues, entityIds),
  };
}
