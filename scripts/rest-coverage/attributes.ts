import { fieldsOf, type OperationCoverage, placesOf, type Rows, valuesOf } from './rows.ts';
import { dates, deletedIds, pages } from './shared.ts';

const ALL_READ =
  'A store has at most 50 definitions. They are read in one call, cached, and filtered by the gateway.';

/** The same places, for parameters that the gateway applies itself. */
function appliedHere(rows: Rows): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [name, { at: placesOf(row), how: ALL_READ }]),
  );
}

export const ATTRIBUTES: Readonly<Record<string, OperationCoverage>> = {
  getCustomersAttributes: {
    group: 'Attributes',
    query: {
      ...appliedHere({ page: 'Query.customerAttributeDefinitions' }),
      limit: { at: 'Query.customerAttributeDefinitions', how: 'Always 250.' },
      ...appliedHere({
        name: 'CustomerAttributeDefinitionFilter.name',
        'name:like': 'CustomerAttributeDefinitionFilter.nameLike',
        type: 'CustomerAttributeDefinitionFilter.type',
        ...dates('CustomerAttributeDefinitionFilter'),
      }),
    },
    returns: ['attributeDefinition', 'page'],
  },
  createCustomersAttributes: {
    group: 'Attributes',
    body: {
      ...fieldsOf('CreateCustomerAttributeDefinitionInput', 'name type'),
      ...valuesOf('type', 'CustomerAttributeType', 'string number date'),
    },
    returns: ['attributeDefinition', 'error'],
  },
  updateCustomersAttributes: {
    group: 'Attributes',
    body: {
      id: 'UpdateCustomerAttributeDefinitionInput.entityId',
      name: 'UpdateCustomerAttributeDefinitionInput.name',
    },
    returns: ['attributeDefinition', 'error'],
  },
  deleteCustomersAttributes: {
    group: 'Attributes',
    query: deletedIds('deleteCustomerAttributeDefinitions'),
    returns: ['nothing', 'error'],
  },
  getCustomersAttributeValues: {
    group: 'Attribute values',
    query: {
      ...pages('customerAttributeValues'),
      'customer_id:in': ['CustomerAttributeValueFilter.customerEntityIds', 'Customer.attributes'],
      'attribute_id:in': 'CustomerAttributeValueFilter.attributeEntityIds',
      name: 'CustomerAttributeValueFilter.attributeName',
      ...dates('CustomerAttributeValueFilter'),
    },
    returns: ['attributeValue', 'page'],
  },
  upsertCustomersAttributeValues: {
    group: 'Attribute values',
    body: {
      id: { why: 'The customer and the attribute identify the value, so its id adds nothing.' },
      attribute_id: [
        'UpsertCustomerAttributeValueInput.attributeEntityId',
        'UpsertCustomerAttributeValueInput.attributeName',
      ],
      value: 'UpsertCustomerAttributeValueInput.value',
      customer_id: 'UpsertCustomerAttributeValueInput.customerEntityId',
    },
    returns: ['attributeValue', 'error'],
  },
  deleteCustomersAttributeValues: {
    group: 'Attribute values',
    query: { 'id:in': ['Mutation.deleteCustomerAttributeValues', 'CustomerAttributeValueRefInput.entityId'] },
    returns: ['nothing', 'error'],
  },
};
