import { type DocumentNode, getNamedType, getOperationAST, isAbstractType } from 'graphql';
import { ANONYMOUS } from '../src/access/caller.ts';
import { schema } from '../src/schema/index.ts';
import { collectFields, type SelectionContext } from '../src/schema/selected-fields.ts';

/** Fields whose resolver makes a call each time it runs, if it uses only its own parent. */
const FIELDS_WITH_CALL: ReadonlySet<string> = new Set([
  'Query.customers',
  'Query.customer',
  'Query.customerAddresses',
  'Query.customerSettings',
  'Customer.addresses',
  'Customer.attributes',
  'Customer.formFields',
  'Customer.storeCredit',
  'Customer.consent',
  'Customer.storedInstruments',
  'Customer.metafields',
  'Customer.metafield',
  'CustomerAddress.customer',
  'CustomerAddress.formFields',
  'CustomerAttributeValue.name',
  'CustomerAttributeValue.definition',
]);

/** Number of calls of an operation with this response if each field had its own resolver: the N + 1 problem. */
export function naiveCalls(document: DocumentNode, data: unknown): number {
  const scope: SelectionContext = { schema, fragments: {}, variableValues: {}, caller: ANONYMOUS };
  const operation = getOperationAST(document);
  return operation ? below(operation.selectionSet, 'Query', data) : 0;

  function below(set: Parameters<typeof collectFields>[0], typeName: string, value: unknown): number {
    if (Array.isArray(value)) return value.reduce((sum, item) => sum + below(set, typeName, item), 0);
    if (typeof value !== 'object' || value === null) return 0;
    const type = schema.getType(typeName);
    if (isAbstractType(type)) return 0;
    return collectFields(set, type, scope).reduce((sum, { parent, field, node }) => {
      const answer = (value as Readonly<Record<string, unknown>>)[node.alias?.value ?? field.name];
      const own = FIELDS_WITH_CALL.has(`${parent.name}.${field.name}`) ? 1 : 0;
      return sum + own + below(node.selectionSet, getNamedType(field.type).name, answer);
    }, 0);
  }
}
