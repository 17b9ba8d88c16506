import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import { schema } from '../../src/schema/index.ts';

/** An operation with one root field, all of its arguments and most of its possible selection. */
export interface FullOperation {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Returns the value of an input scalar, given its type and the name of its field. */
export type MakeScalar = (type: string, field: string) => unknown;

/** One operation for each root field of the schema. */
export function fullOperations(
  makeScalar: MakeScalar,
  isWanted: (argument: string) => boolean = () => true,
): readonly FullOperation[] {
  return [
    ...operationsOf('query', schema.getQueryType()?.getFields() ?? {}),
    ...operationsOf('mutation', schema.getMutationType()?.getFields() ?? {}),
  ];

  function operationsOf(
    kind: string,
    fields: Readonly<Record<string, GraphQLField<unknown, unknown>>>,
  ): readonly FullOperation[] {
    return Object.values(fields).map(({ name, args, type }) => {
      const given = args.filter((argument) => isWanted(argument.name));
      const declared = given.map((argument) => `$${argument.name}: ${argument.type}`);
      const passed = given.map((argument) => `${argument.name}: $${argument.name}`);
      const head = declared.length > 0 ? `${kind} (${declared.join(', ')})` : kind;
      const call = passed.length > 0 ? `${name}(${passed.join(', ')})` : name;
      return {
        name,
        query: `${head} { ${call} ${fullSelection(type, 5)} }`,
        variables: Object.fromEntries(
          given.map((argument) => [argument.name, inputValue(makeScalar, argument.type, argument.name)]),
        ),
      };
    });
  }
}

/** A value of an input type, with all of its fields. */
export function inputValue(makeScalar: MakeScalar, nullable: GraphQLInputType, name: string): unknown {
  const type = getNullableType(nullable);
  if (isListType(type)) return [inputValue(makeScalar, type.ofType, name)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return makeScalar(type.name, name);
  const fields = Object.values(type.getFields());
  // A oneOf input takes exactly one field. The last one is a string if any is.
  const given = type.isOneOf ? fields.slice(-1) : fields;
  return Object.fromEntries(
    given.map((field) => [field.name, inputValue(makeScalar, field.type, field.name)]),
  );
}

function fullSelection(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isAbstractType(named)) {
    const parts = schema
      .getPossibleTypes(named)
      .map((one) => `... on ${one.name} ${fullSelection(one, depth - 1)}`);
    return `{ __typename ${parts.join(' ')} }`;
  }
  if (!isObjectType(named) || depth === 0) return '{ __typename }';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    if (field.args.some(({ type: argument }) => getNullableType(argument) !== argument)) return [];
    const isLeaf = isLeafType(getNamedType(field.type));
    // Two object types may have fields of one name and different types, so each field gets an alias.
    return isLeaf || depth > 1
      ? [`${named.name}_${field.name}: ${field.name} ${fullSelection(field.type, depth - 1)}`]
      : [];
  });
  return `{ __typename ${fields.join(' ')} }`;
}
