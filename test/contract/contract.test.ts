import { readFileSync } from 'node:fs';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

const contract = buildSchema(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'));
const contractTypes = Object.values(contract.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

test('the schema has no breaking change against the contract', () => {
  expect(findBreakingChanges(contract, schema)).toEqual([]);
});

test.each(contractTypes.map((type) => [type.name, type] as const))(
  'the type %s has everything that the contract promises',
  (name, type) => {
    const built = schema.getType(name);
    expect(built?.constructor.name).toBe(type.constructor.name);
    const [ours, theirs] = [linesOf(built), linesOf(type)];
    expect(ours).toEqual(expect.arrayContaining(theirs));
  },
);

test('every type, field, argument and enum value has a description', () => {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const builtIn = ['Boolean', 'Float', 'ID', 'Int', 'String'];
  const undescribed = types
    .filter(({ name }) => !builtIn.includes(name))
    .flatMap((type) => [
      ...(type.description ? [] : [type.name]),
      ...membersOf(type).flatMap((member) => [
        ...(member.description ? [] : [`${type.name}.${member.name}`]),
        ...('args' in member ? member.args : [])
          .filter(({ description }) => !description)
          .map((argument) => `${type.name}.${member.name}(${argument.name})`),
      ]),
    ]);
  expect(undescribed).toEqual([]);
});

type Member =
  | GraphQLField<unknown, unknown>
  | GraphQLInputField
  | { readonly name: string; readonly description?: string | null | undefined };

function membersOf(type: GraphQLNamedType): readonly Member[] {
  if (isEnumType(type)) return type.getValues();
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
    ? Object.values(type.getFields())
    : [];
}

/** A type as lines, one for each part that the contract covers. */
function linesOf(type: GraphQLNamedType | undefined): string[] {
  if (type === undefined) return [];
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
  return [
    ...(isInputObjectType(type) && type.isOneOf ? ['@oneOf'] : []),
    ...interfaces.map(({ name }) => `implements ${name}`),
    ...membersOf(type).flatMap((member) => [
      'type' in member ? `${member.name}: ${member.type}` : member.name,
      ...('args' in member ? member.args : []).map(
        (argument) => `${member.name}(${argument.name}: ${argument.type})`,
      ),
    ]),
  ];
}
