import { readdirSync, readFileSync } from 'node:fs';
import {
  type DocumentNode,
  getOperationAST,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  typeFromAST,
} from 'graphql';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { schema } from '../../src/schema/index.ts';
import { libraryOperations } from '../../src/server/graphiql/library/index.ts';
import { fullOperations, inputValue, type MakeScalar } from '../support/full-operations.ts';
import type { GatewayQuery } from './gateway-comparison.ts';

/** The query in a document. @throws if it has none */
export function queryIn(document: DocumentNode, name?: string): OperationDefinitionNode {
  const operation = getOperationAST(document, name);
  if (operation?.operation !== OperationTypeNode.QUERY) throw new Error('The document has no such query.');
  return operation;
}

const CUSTOMER = 7;

/** Values that find something in the store. A cursor is refused: no list has it. */
const makeScalar: MakeScalar = (type, field) => {
  if (type === 'Int' || type === 'Float') return /first|last|limit/i.test(field) ? 3 : CUSTOMER;
  if (type === 'SafeInt') return CUSTOMER;
  if (type === 'Boolean') return true;
  if (type === 'DateTime') return '2020-04-01T14:23:48Z';
  if (type === 'Date') return '2020-04-01';
  if (type === 'ID') return toGlobalId('Customer', CUSTOMER);
  return /email/i.test(field) ? 'nobody@example.org' : field;
};

const FOLDER = new URL('../operations/', import.meta.url);

/** The queries of the tests and of the library in GraphiQL, and one query for each root field with everything in it. */
export function knownQueries(): readonly GatewayQuery[] {
  const texts = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
  const isPaging = (argument: string) => /^(last|after|before|offset)$/.test(argument);
  return [
    ...[...texts, ...libraryOperations.map(({ query }) => query)].flatMap(queriesOf),
    ...fullOperations(makeScalar, (argument) => !isPaging(argument)).filter(isQuery),
    ...fullOperations(makeScalar).filter(isQuery),
  ];
}

function isQuery({ query }: GatewayQuery): boolean {
  return query.startsWith('query');
}

/** Each query of a document, with all of its variables and with none but the required ones. */
function queriesOf(text: string): readonly GatewayQuery[] {
  const { definitions } = parse(text);
  return definitions.flatMap((operation) => {
    if (operation.kind !== Kind.OPERATION_DEFINITION || operation.operation !== OperationTypeNode.QUERY)
      return [];
    const name = operation.name && { operationName: operation.name.value };
    return [false, true].map((onlyRequired) => ({
      query: text,
      ...name,
      variables: variablesOf(operation, onlyRequired),
    }));
  });
}

function variablesOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  onlyRequired: boolean,
): GatewayQuery['variables'] {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ type: node, variable, defaultValue }) => {
      const isRequired = node.kind === Kind.NON_NULL_TYPE && defaultValue === undefined;
      // biome-ignore lint/suspicious/noExplicitAny: there is an overload for each kind of type
      const type = typeFromAST(schema, node as any);
      if ((onlyRequired && !isRequired) || !isInputType(type)) return [];
      return [[variable.name.value, inputValue(makeScalar, type, variable.name.value)]];
    }),
  );
}
