import { getIntrospectionQuery, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../../../src/access/caller.ts';
import { schema } from '../../../src/schema/index.ts';
import { estimate } from '../../../src/server/cost/estimate.ts';
import { keyWith, shopper } from '../../support/callers.ts';

function estimateOf(query: string, caller: Caller = ANONYMOUS) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const facts = {
    definitionCount: null,
    knowsDefinitions: false,
    knowsFormFields: false,
    urlPrefixLength: 50,
    maxReads: 500,
    addressIds: 'known' as const,
  };
  return estimate({ schema, document, variableValues: {}, facts, caller });
}

const BOTH_WAYS = 'customers(first: 10) { nodes { id } edges { node { id } } }';

test.each([
  ['a single value', '{ __typename }', 1],
  ['an object and its fields', '{ customer(by: { entityId: 1 }) { id email } }', 3],
  ['one response name once', '{ customer(by: { entityId: 1 }) { id id ... on Customer { id } } }', 2],
  ['a page: itself, its list, and its records', '{ customers(first: 100) { nodes { id } } }', 1 + 1 + 200],
  ['edges', '{ customers(first: 100) { edges { node { id } } } }', 1 + 1 + 300],
  ['a page of fifty by default', '{ customers { nodes { id } } }', 1 + 1 + 100],
  [
    'the records that a filter lists',
    '{ customers(filter: { entityIds: [1, 2] }) { nodes { id } } }',
    1 + 1 + 4,
  ],
  ['an empty page', '{ customers(first: 0) { nodes { id } } }', 1],
  [
    'a list inside a record as ten',
    '{ customer(by: { entityId: 1 }) { addresses { nodes { id } } } }',
    1 + 1 + 1 + 20,
  ],
  [
    'fewer if fewer are asked for',
    '{ customer(by: { entityId: 1 }) { addresses(first: 2) { nodes { id } } } }',
    1 + 1 + 1 + 4,
  ],
  [
    'a list inside such a list as three',
    '{ customer(by: { entityId: 1 }) { addresses { nodes { formFields { name } } } } }',
    1 + 1 + 1 + 10 + 10 + 60,
  ],
  ['a list of strings as one', '{ customer(by: { entityId: 1 }) { consent { allow } } }', 3],
  ['aliases, and nodes beside edges', `{ a: ${BOTH_WAYS} b: ${BOTH_WAYS} }`, 2 * (1 + 1 + 20 + 1 + 30)],
  ['nodes by id', '{ nodes(ids: ["a", "b", "c"]) { id } }', 1 + 3 + 3],
  [
    'the results of a mutation',
    'mutation { deleteCustomers(input: { entityIds: [1, 2, 3] }) { results { index outcome errors { code } } summary { total } } }',
    1 + 1 + 3 + 3 * (1 + 1 + 1 + 1 + 1) + 2,
  ],
  [
    'the parts of an upsert as many as its items have',
    'mutation { upsertCustomers(input: { customers: [{ entityId: 1, formFields: [{ name: "A", value: { clear: true } }, { name: "B", value: { clear: true } }], consent: {} }, { entityId: 2 }] }) { results { parts { outcome } } } }',
    1 + (1 + 2) + (2 + 3) + 3,
  ],
])('the estimate counts %s', (_what, query, values) => {
  expect(estimateOf(query).values).toBe(values);
});

test('a field that the caller is not authorized for counts as an error', () => {
  const query = '{ customers(first: 10) { nodes { id storedInstruments { __typename } } } }';
  expect(estimateOf(query, keyWith('customers:read')).values).toBe(1 + 1 + 20 + 100);
  expect(estimateOf(query, shopper(1)).calls).toBe(0);
});

test('the largest list is named', () => {
  const { largestList } = estimateOf(
    '{ few: customers(first: 1) { nodes { id } } many: customers(first: 9) { nodes { id addresses { nodes { id city } } } } }',
  );
  expect(largestList).toEqual({ field: 'many.nodes.addresses.nodes', values: 9 + 9 * 30 });
});

test('introspection is counted, and the query of GraphiQL stays within the limit', () => {
  const { values } = estimateOf(getIntrospectionQuery({ oneOf: true }));
  expect(values).toBeGreaterThan(10_000);
  expect(values).toBeLessThan(250_000);
});
