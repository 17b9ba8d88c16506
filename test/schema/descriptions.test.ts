import {
  assertObjectType,
  type ConstValueNode,
  type GraphQLArgument,
  type GraphQLEnumValue,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  parse,
  parseConstValue,
  valueFromAST,
} from 'graphql';
import { expect, test } from 'vitest';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { toGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { acceptedScopes, requirementOf } from '../../src/schema/authorization.ts';
import { schema } from '../../src/schema/index.ts';
import { INPUT_EXAMPLES } from '../../src/schema/input-examples.ts';
import { estimate } from '../../src/server/cost/estimate.ts';
import { fullOperations } from '../support/full-operations.ts';

/** All operations of the Customers V3 API. */
const OPERATIONS = [
  'GET /customers',
  'POST /customers',
  'PUT /customers',
  'DELETE /customers',
  'GET /customers/addresses',
  'POST /customers/addresses',
  'PUT /customers/addresses',
  'DELETE /customers/addresses',
  'GET /customers/attributes',
  'POST /customers/attributes',
  'PUT /customers/attributes',
  'DELETE /customers/attributes',
  'GET /customers/attribute-values',
  'PUT /customers/attribute-values',
  'DELETE /customers/attribute-values',
  'GET /customers/form-field-values',
  'PUT /customers/form-field-values',
  'GET /customers/{customerId}/consent',
  'PUT /customers/{customerId}/consent',
  'GET /customers/{customerId}/stored-instruments',
  'GET /customers/{customerId}/metafields',
  'POST /customers/{customerId}/metafields',
  'GET /customers/{customerId}/metafields/{metafieldId}',
  'PUT /customers/{customerId}/metafields/{metafieldId}',
  'DELETE /customers/{customerId}/metafields/{metafieldId}',
  'GET /customers/metafields',
  'POST /customers/metafields',
  'PUT /customers/metafields',
  'DELETE /customers/metafields',
  'GET /customers/settings',
  'PUT /customers/settings',
  'GET /customers/settings/channels/{channel_id}',
  'PUT /customers/settings/channels/{channel_id}',
  'POST /customers/validate-credentials',
];

type Field = GraphQLField<unknown, unknown>;

const Query = assertObjectType(schema.getQueryType());
const Mutation = assertObjectType(schema.getMutationType());
const Customer = assertObjectType(schema.getType('Customer'));

/** Root fields that leave authorization to the types that they return. They have no scope of their own. */
const INHERITED: Readonly<Record<string, string>> = {
  'Query.node': 'Requires the scope of the returned type.',
  'Query.nodes': 'Requires the scope of the returned type.',
  'Query.viewer': 'Requires no scope.',
};

/** The sentence of a field that takes a key or a user, whatever their scopes. */
const IDENTIFIED = 'Requires an API key or the token of a user, with any scope. Not available to shoppers.';

/** The sentence of a field about the shopper who selects it. */
const SHOPPERS_ONLY = 'Requires a shopper. Shoppers can access only their own records.';

/** Root fields that cause no REST call. */
const WITHOUT_CALLS = ['Query.viewer', 'Query.rateLimit', 'Mutation.signOutShopper'];

const costingFields: readonly (readonly [name: string, type: GraphQLObjectType, field: Field])[] = [
  ...namedFields(Query),
  ...namedFields(Mutation),
  ...namedFields(Customer).filter(([, , { extensions }]) => extensions.cost),
];

function namedFields(type: GraphQLObjectType): [name: string, type: GraphQLObjectType, field: Field][] {
  return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, type, field]);
}

test('the fields that cost REST calls include every kind', () => {
  const names = costingFields.map(([name]) => name);
  for (const name of [
    'Query.customers',
    'Mutation.createCustomers',
    'Customer.consent',
    'Customer.addresses',
  ])
    expect(names).toContain(name);
});

test.each(costingFields)('the description of %s names its REST operations', (name, _type, field) => {
  const line = lineOf(field, /^REST operations?: (.*)$/);
  if (WITHOUT_CALLS.includes(name)) return expect(line).toBe('none.');
  const operations = line.split(' (')[0]?.split(', ') ?? [];
  expect(operations.length).toBeGreaterThan(0);
  for (const operation of operations) expect(OPERATIONS).toContain(operation.replaceAll('`', ''));
});

test.each(costingFields)(
  'the description of %s names the scope that the store requires',
  (name, _type, field) => {
    if (WITHOUT_CALLS.includes(name)) return;
    const line = lineOf(field, /^REST operations?: (.*)$/);
    const scope = / \(scope of the store's API token: `(.*)`\)\.$/.exec(line)?.[1];
    if (line.includes('/stored-instruments'))
      return expect(scope).toBe('store_stored_payment_instruments_read_only');
    const isWrite = /`(POST|PUT|DELETE) /.test(line);
    expect(scope).toBe(isWrite ? 'store_v2_customers' : 'store_v2_customers_read_only');
  },
);

test.each(costingFields)('the description of %s states its cost in REST calls', (_name, _type, field) => {
  const cost = lineOf(field, /^Cost: (.*)$/);
  expect(cost).toMatch(/\.$/);
  expect(cost).toMatch(
    field.extensions.include
      ? /^none; (it is|they are) loaded with the customer \(`include=\w+`\)/
      : /\bREST call\b/,
  );
});

test.each(costingFields)(
  'the description of %s names exactly the scope that it requires',
  (name, type, field) => {
    const line = lineOf(field, /^(Requires .*)$/);
    const requirement = requirementOf(field) ?? requirementOf(type);
    if (requirement === null) return expect(line).toBe(INHERITED[name]);
    if (requirement.identified) return expect(line).toBe(IDENTIFIED);
    if (acceptedScopes(requirement).length === 0) return expect(line).toBe(SHOPPERS_ONLY);
    expect(INHERITED).not.toHaveProperty([name]);
    const named = [...line.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope);
    expect(named).toEqual(acceptedScopes(requirement));
    expect(line).toContain(
      requirement.own === undefined
        ? 'Not available to shoppers.'
        : 'Shoppers can access only their own records.',
    );
  },
);

const fieldsWithCost = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type))
  .flatMap(namedFields)
  .filter(([, , { extensions }]) => extensions.cost);

test.each(fieldsWithCost)('the description of %s, which has a cost, states it', (_name, _type, field) => {
  expect(field.description).toMatch(/^Cost: .*\.$/m);
  expect(field.description).toMatch(/^REST operations?: (`.*|none)\.$/m);
});

test('every root field has a cost', () => {
  const roots = [...namedFields(Query), ...namedFields(Mutation)];
  const names = fieldsWithCost.map(([name]) => name);
  expect(roots.map(([name]) => name).filter((name) => !names.includes(name))).toEqual([]);
});

test('the description of a field names every REST operation that is planned for it', () => {
  const planned = fullOperations(makeScalar).flatMap(({ name, query, variables }) => {
    const document = parse(query);
    const root = getOperationAST(document)?.operation === 'mutation' ? 'Mutation' : 'Query';
    const facts = {
      definitionCount: null,
      knowsDefinitions: false,
      knowsFormFields: false,
      urlPrefixLength: 50,
      maxReads: 500,
      addressIds: 'known' as const,
    };
    const options = { schema, document, variableValues: variables, facts };
    return estimate({ ...options, caller: ANONYMOUS }).plan.map(({ field, path }) => {
      // Below the root, the aliases of whole operations are `Type_field`.
      const alias = field.split('.').at(-1) ?? '';
      return { field: field === name ? `${root}.${name}` : alias.replace('_', '.'), path: pathKey(path) };
    });
  });
  expect(planned.length).toBeGreaterThan(50);
  for (const { field, path } of planned) {
    const [typeName = '', fieldName = ''] = field.split('.');
    const { description } = assertObjectType(schema.getType(typeName)).getFields()[fieldName] ?? {};
    const described = [...(description ?? '').matchAll(/`[A-Z]+ (\/customers[^`]*)`/g)];
    expect(
      described.map(([, each]) => pathKey(each ?? '')),
      field,
    ).toContain(path);
  }
});

/** A path without the names of its parameters. */
function pathKey(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}');
}

function makeScalar(type: string, field: string): unknown {
  if (field === 'first') return 1;
  if (['after', 'before', 'last'].includes(field)) return null;
  const values: Readonly<Record<string, unknown>> = {
    ID: toGlobalId('Customer', 1),
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: '2026-04-01T14:23:48Z',
  };
  return values[type] ?? 'text';
}

test('every field that requires a scope names it, and only that one', () => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const described of [type, ...Object.values(type.getFields())]) {
      const requirement = requirementOf(described);
      if (requirement === null || acceptedScopes(requirement).length === 0) continue;
      const sentences = described.description?.match(/Requires scope [^.]*\./g);
      const scopes = acceptedScopes(requirement).map((scope) => `\`${scope}\``);
      expect(sentences).toEqual([`Requires scope ${scopes.join(' or ')}.`]);
    }
  }
});

test('every type, field, argument, input field and enum value has a description', () => {
  expect(describedParts().filter(([, description]) => !description?.trim())).toEqual([]);
});

test('every description is made of sentences', () => {
  const fragments = describedParts().filter(([, description]) => !/^["A-Z`].*\.$/s.test(description ?? ''));
  expect(fragments).toEqual([]);
});

type Part = readonly [name: string, description: string | null | undefined];

/** Everything in the schema that can have a description. */
function describedParts(): readonly Part[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type))
    .flatMap((type): Part[] => {
      const members: readonly (Field | GraphQLInputField | GraphQLEnumValue)[] = isEnumType(type)
        ? type.getValues()
        : isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
          ? Object.values(type.getFields())
          : [];
      return [
        [type.name, type.description],
        ...members.flatMap((member): Part[] => [
          [`${type.name}.${member.name}`, member.description],
          ...argumentsOf(member).map(
            (argument): Part => [`${type.name}.${member.name}(${argument.name})`, argument.description],
          ),
        ]),
      ];
    });
}

function argumentsOf(member: Field | GraphQLInputField | GraphQLEnumValue): readonly GraphQLArgument[] {
  return 'args' in member ? member.args : [];
}

/** What the pattern captures in the one line of the description that matches it. */
function lineOf({ description }: Field, pattern: RegExp): string {
  const matches = (description ?? '').split('\n').flatMap((line) => pattern.exec(line)?.[1] ?? []);
  expect(matches).toHaveLength(1);
  return matches[0] ?? '';
}

const inputTypes = Object.values(schema.getTypeMap()).filter((type) => isInputObjectType(type));

test.each(inputTypes.map((type) => [type.name, type] as const))(
  'the description of %s ends with an example, which is valid',
  (_name, type) => {
    const example = /\n\nExample: `(.*)`\.$/.exec(type.description ?? '')?.[1] ?? '';
    const literal = parseConstValue(example);
    expect(valueFromAST(literal, type)).toBeTypeOf('object');
    expect(unknownFields(literal, type)).toEqual([]);
  },
);

test('every example is that of an input type', () => {
  const names = inputTypes.map(({ name }) => name);
  expect(Object.keys(INPUT_EXAMPLES).filter((name) => !names.includes(name))).toEqual([]);
});

/** The fields of a literal that its type does not have: `valueFromAST` ignores them. */
function unknownFields(literal: ConstValueNode, declared: GraphQLInputType): readonly string[] {
  const type = getNamedType(declared);
  if (literal.kind === Kind.LIST) return literal.values.flatMap((item) => unknownFields(item, type));
  if (literal.kind !== Kind.OBJECT || !isInputObjectType(type)) return [];
  return literal.fields.flatMap(({ name, value }) => {
    const field = type.getFields()[name.value];
    return field === undefined ? [`${type.name}.${name.value}`] : unknownFields(value, field.type);
  });
}
