import { type DocumentNode, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Caller, PUBLIC } from '../../../src/access/caller.ts';
import { toGlobalId } from '../../../src/resolvers/inputs/ids.ts';
import { encodeCursor } from '../../../src/resolvers/paging/cursors.ts';
import { schema } from '../../../src/schema/index.ts';
import { estimate, estimateOnce } from '../../../src/server/cost/estimate.ts';

interface Question {
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Number of cached definitions. @default they are not cached */
  readonly definitions?: number;
  readonly caller?: Caller;
}

/** @param query one document has the same nodes for each estimate, under which much is remembered */
function estimateOf(
  query: string | DocumentNode,
  { variables = {}, definitions, caller = ANONYMOUS }: Question = {},
) {
  const document = typeof query === 'string' ? parse(query) : query;
  expect(validate(schema, document)).toEqual([]);
  const facts = {
    definitionCount: definitions ?? null,
    knowsDefinitions: definitions !== undefined && definitions !== null,
    knowsFormFields: false,
    urlPrefixLength: 50,
    maxReads: 500,
    addressIds: 'known' as const,
  };
  return estimate({ schema, document, variableValues: variables, facts, caller });
}

function ids(count: number): string {
  return Array.from({ length: count }, (_, i) => i + 1).join(',');
}

function nodeIds(...all: readonly string[]): string {
  return JSON.stringify(all);
}

/** A cursor inside a page that has store cursors. */
function storeCursor(fromStart: number, toEnd: number): string {
  return encodeCursor('a list', {
    kind: 'store',
    start: 's',
    end: 'e',
    fromStart,
    toEnd,
    key: 1,
    index: fromStart,
    total: 1_000,
    totalReadAt: 0,
  });
}

const offsetCursor = (index: number) => encodeCursor('a list', { kind: 'number', index, size: null });

const dateCursor = (count: number) =>
  encodeCursor('a list', { kind: 'date', index: count, size: null, entityId: 1, date: 1, from: 1, count });

describe('the estimated calls', () => {
  test.each([
    ['no store data', '{ __typename __schema { queryType { name } } }', 0],
    ['a page', '{ customers(first: 250) { nodes { email } } }', 1],
    ['a page with its total count', '{ customers { totalCount nodes { email } } }', 1],
    ['an empty page', '{ customers(first: 0) { nodes { email consent { allow } } } }', 0],
    ['an empty page with its total count', '{ customers(first: 0) { totalCount } }', 1],
    [
      'everything that a customer record embeds',
      '{ customers { nodes { storeCredit { amount } segmentIds formFields { name } } } }',
      1,
    ],
    [
      'address books of fifty customers with fifty addresses each',
      '{ customers { nodes { addresses { nodes { city } } } } }',
      1 + 10,
    ],
    [
      'attribute values of fifty customers, who have at most fifty each, with their names',
      '{ customers { nodes { attributes { name value } } } }',
      1 + 10 + 1,
    ],
    [
      'an attribute by name',
      '{ customer(by: { entityId: 1 }) { attribute(by: { name: "a" }) { value } } }',
      3,
    ],
    [
      'an attribute by id',
      '{ customer(by: { entityId: 1 }) { attribute(by: { attributeEntityId: 1 }) { value } } }',
      2,
    ],
    [
      'fields with one call per customer',
      '{ customers(first: 20) { nodes { consent { allow } storedInstruments { type } } } }',
      41,
    ],
    [
      'metafields of two customers',
      '{ customers(first: 2) { nodes { metafields { nodes { value } } } } }',
      3,
    ],
    [
      'metafields of three customers',
      '{ customers(first: 3) { nodes { metafields { nodes { value } } } } }',
      5,
    ],
    [
      'metafields by name',
      '{ customers(first: 3) { nodes { metafield(by: { name: { namespace: "a", key: "b" } }) { value } } } }',
      5,
    ],
    ['metafields by id', '{ customers(first: 3) { nodes { metafield(by: { entityId: 7 }) { value } } } }', 4],
    [
      'several selections of metafields',
      '{ customers(first: 3) { nodes { a: metafields(keys: ["a"]) { totalCount } b: metafields(keys: ["b"]) { totalCount } } } }',
      5,
    ],
    ['the last page of a list', '{ customers(last: 10) { nodes { email } } }', 3],
    [
      'lists of other records',
      '{ customerAddresses { nodes { city } } customerAttributeValues { nodes { value } } formFieldValues { nodes { name } } customerMetafields { nodes { value } } }',
      4,
    ],
    [
      'the customers of other records',
      '{ customerAddresses(first: 150) { nodes { customer { email } } } customerMetafields { nodes { customer { email } } } }',
      4,
    ],
    [
      'more customers of other records than long ids fit one URL',
      '{ customerAddresses(first: 250) { nodes { customer { email } } } }',
      1 + 2,
    ],
    [
      'customers nested below customers',
      '{ customers(first: 2) { nodes { metafields { nodes { customer { email consent { deny } } } } consent { allow } } } }',
      5,
    ],
    [
      'settings under two aliases',
      '{ a: customerSettings { id } b: customerSettings { id } channelCustomerSettings(channelId: 1) { id } }',
      2,
    ],
    [
      'lookups under aliases',
      '{ a: customer(by: { entityId: 1 }) { email } b: customer(by: { entityId: 2 }) { email } c: customer(by: { email: "a@b" }) { id } }',
      2,
    ],
    [
      'addresses under aliases, with their customers',
      '{ a: customerAddress(entityId: 1) { customer { email } } b: customerAddress(entityId: 2) { customer { email } } }',
      2,
    ],
    [
      'one record under several aliases',
      '{ a: customers(first: 9) { nodes { consent { allow } } } b: customers(first: 9) { nodes { consent { deny } } } }',
      10,
    ],
    [
      'listed customers',
      `{ customers(filter: { entityIds: [${ids(250)}] }) { nodes { consent { allow } } } }`,
      51,
    ],
    [
      'fewer listed customers than the page size',
      '{ customers(filter: { entityIds: [1, 2, 3] }) { nodes { consent { allow } } } }',
      4,
    ],
    [
      'listed customers with an empty page',
      '{ customers(first: 0, filter: { entityIds: [1, 2] }) { nodes { email } } }',
      0,
    ],
    ['a page by number', '{ customers(first: 50, offset: 5000) { totalCount nodes { email } } }', 1],
    [
      'a page between two numbered pages',
      '{ customerAddresses(first: 200, offset: 100) { nodes { city } } }',
      2,
    ],
    ['the first page by offset', '{ formFieldValues(offset: 0) { totalCount } }', 1],
    ['nothing at an offset', '{ customerMetafields(first: 0, offset: 10) { nodes { key } } }', 0],
    [
      'the root fields of one customer',
      '{ customerConsent(customerEntityId: 1) { allow } customerStoredInstruments(customerEntityId: 1) { type } customerMetafields(customerEntityId: 1) { totalCount } customerMetafield(customerEntityId: 1, by: { entityId: 5 }) { key } }',
      4,
    ],
    [
      'the root fields of one customer beside that customer',
      '{ customerConsent(customerEntityId: 1) { allow } customerMetafields(customerEntityId: 1) { totalCount } customer(by: { entityId: 1 }) { consent { deny } metafields { totalCount } } }',
      3,
    ],
    [
      'metafields of a customer, and one of them, by ids that can exceed 32 bits',
      '{ customerMetafields(resourceId: 10000000000, customerEntityId: null) { totalCount } customerMetafield(resourceId: 10000000000, by: { metafieldId: 3000000000 }) { key } }',
      1 + 1,
    ],
    [
      'the same metafield by both of its ids',
      '{ a: customerMetafield(customerEntityId: 1, by: { entityId: 5 }) { key } b: customerMetafield(resourceId: 1, by: { metafieldId: 5 }) { key } }',
      1,
    ],
    [
      'the customer of the metafields of one customer',
      '{ customerMetafields(customerEntityId: 1) { nodes { customer { email consent { allow } } } } }',
      3,
    ],
    [
      'no metafields of one customer',
      '{ customerMetafields(customerEntityId: 1, first: 0) { nodes { key } } }',
      0,
    ],
    ['an empty list', '{ customers(filter: { emails: [] }) { nodes { consent { allow } } } }', 0],
    [
      'arguments that are null',
      '{ customers(first: null, last: null, after: null, filter: null) { nodes { email } } }',
      1,
    ],
    [
      'an invalid id',
      '{ customer(by: { id: "nonsense" }) { consent { allow } } node(id: "x") { ... on Customer { consent { allow } } } }',
      0,
    ],
  ])('%s', (_name, query, calls) => {
    expect(estimateOf(query).calls).toBe(calls);
  });

  test('are 0 for names and types of attributes if the definitions are cached', () => {
    const query = '{ customerAttributeDefinitions { name } customers { nodes { attributes { name } } } }';
    expect(estimateOf(query).calls).toBe(1 + 1 + 10);
    expect(estimateOf(query, { definitions: 50 }).calls).toBe(1 + 10);
  });

  test('are fewer for attribute values if the store is known to have few attributes', () => {
    const query = '{ customers { nodes { attributes { value } } } }';
    expect([9, 10, 20].map((definitions) => estimateOf(query, { definitions }).calls)).toEqual([1, 3, 5]);
  });

  test('respect @skip and @include', () => {
    const query = `query ($with: Boolean!, $without: Boolean!) { customers(first: 9) { nodes {
      consent @include(if: $with) { allow }
      ... @skip(if: $without) { storedInstruments { type } }
      ...Metafields @include(if: $with)
    } } } fragment Metafields on Customer { metafields { totalCount } }`;
    expect(estimateOf(query, { variables: { with: false, without: true } }).calls).toBe(1);
    expect(estimateOf(query, { variables: { with: true, without: true } }).calls).toBe(20);
    expect(estimateOf(query, { variables: { with: false, without: false } }).calls).toBe(10);
  });

  test.each([
    [
      'a condition on a spread',
      'query ($v: Boolean!) { customers(first: 9) { nodes { ...Book @include(if: $v) } } }',
      false,
      true,
    ],
    [
      'a condition on a fragment',
      'query ($v: Boolean!) { customers(first: 9) { nodes { ... on Node @skip(if: $v) { ...Book } } } }',
      true,
      false,
    ],
    ['an argument', 'query ($v: Int!) { customers(first: $v) { nodes { ...Book } } }', 9, 20],
    [
      'an argument below',
      'query ($v: Int!) { customers(first: 9) { nodes { ...Book consents: metafields(first: $v) { nodes { key } } } } }',
      0,
      9,
    ],
  ])(
    'are those of the variables at each execution of a document, if they decide %s',
    (_, query, ...values) => {
      const text = `${query} fragment Book on Customer { addresses { ...Of } } fragment Of on CustomerAddressConnection { nodes { city } }`;
      const document = parse(text);
      const fresh = values.map((v) => estimateOf(text, { variables: { v } }));
      expect(fresh[0]).not.toEqual(fresh[1]);
      expect([...values, ...values].map((v) => estimateOf(document, { variables: { v } }))).toEqual([
        ...fresh,
        ...fresh,
      ]);
    },
  );

  test('include the fields of fragments', () => {
    const query = `{ customers(first: 9) { ...Page edges { node { ... on Node { ... on Customer { consent { deny } } } } } } }
      fragment Page on CustomerConnection { nodes { ...Each } } fragment Each on Customer { consent { allow } }`;
    expect(estimateOf(query).calls).toBe(10);
  });

  test('use variables and their default values', () => {
    const query = 'query ($first: Int = 7) { customers(first: $first) { nodes { consent { allow } } } }';
    expect(estimateOf(query, { variables: { first: 3 } }).calls).toBe(4);
    // The executor applies default values before the estimate.
    expect(estimateOf(query, { variables: { first: 7 } }).calls).toBe(8);
  });

  test.each([
    ['forward from the end of a page', `first: 250, after: "${storeCursor(249, 0)}"`, 1],
    ['forward from inside a page', `first: 100, after: "${storeCursor(150, 99)}"`, 1],
    ['forward from inside a page, past 250', `first: 250, after: "${storeCursor(150, 99)}"`, 2],
    ['backward from the start of a page', `last: 250, before: "${storeCursor(0, 249)}"`, 1],
    ['backward from inside a page, past 250', `last: 250, before: "${storeCursor(150, 99)}"`, 2],
    ['forward from an offset', `first: 50, after: "${offsetCursor(49)}"`, 1],
    ['forward from an offset across two pages', `first: 200, after: "${offsetCursor(149)}"`, 2],
    [
      'backward to the start of the list, which may have become shorter',
      `last: 50, before: "${offsetCursor(10)}"`,
      2,
    ],
    ['forward by date', `first: 250, sort: CREATED_AT_ASC, after: "${dateCursor(3)}"`, 1],
    [
      'forward by date, after many equal dates',
      `first: 250, sort: CREATED_AT_ASC, after: "${dateCursor(499)}"`,
      5,
    ],
    ['backward by date', `last: 100, sort: CREATED_AT_ASC, before: "${dateCursor(500)}"`, 2],
    ['backward from the start of the list', `last: 50, before: "${offsetCursor(0)}"`, 0],
    ['from an invalid cursor', 'first: 50, after: "nonsense"', 1],
  ])('of a page %s', (_name, args, calls) => {
    expect(estimateOf(`{ customers(${args}) { nodes { email } } }`).calls).toBe(calls);
  });

  test('add one call for a total count with a store cursor, and none with an offset cursor', () => {
    const total = (after: string) =>
      estimateOf(`{ customers(first: 9, after: "${after}") { totalCount nodes { email } } }`).calls;
    expect(total(storeCursor(8, 0))).toBe(2);
    expect(total(offsetCursor(8))).toBe(1);
  });

  test('count the parts of a customer once if its id is listed several times', () => {
    const customer = toGlobalId('Customer', 1);
    const query = `{
      customer(by: { entityId: 1 }) { addresses { nodes { city } } }
      nodes(ids: ${nodeIds(customer, customer, customer)}) { ... on Customer { addresses { nodes { city } } } }
    }`;
    expect(estimateOf(query).calls).toBe(2);
  });

  test('of nodes depend on their types', () => {
    const nodes = nodeIds(
      toGlobalId('Customer', 1),
      toGlobalId('CustomerAddress', 1),
      toGlobalId('CustomerAddress', 2),
      toGlobalId('CustomerMetafield', 4, 3),
      toGlobalId('CustomerMetafield', 5, 4),
      toGlobalId('CustomerAttributeValue', 1, 2, 3),
      toGlobalId('CustomerAttributeValue', 2, 2, 4),
      toGlobalId('CustomerAttributeDefinition', 1),
      toGlobalId('CustomerSettings'),
      toGlobalId('ChannelCustomerSettings', 1),
    );
    expect(estimateOf(`{ nodes(ids: ${nodes}) { id } }`).calls).toBe(8);
    // One consent of the customer, two of the owners of the addresses, which take one call to find.
    const below =
      '... on Customer { consent { allow } } ... on CustomerAddress { customer { consent { allow } } }';
    expect(estimateOf(`{ nodes(ids: ${nodes}) { ${below} } }`).calls).toBe(8 + 1 + 1 + 2);
    // Metafields arrive one by one, and so may their owners.
    expect(
      estimateOf(`{ nodes(ids: ${nodes}) { ... on CustomerMetafield { customer { email } } } }`).calls,
    ).toBe(10);
  });

  test('of long lists depend on the length of their URLs', () => {
    const emails = Array.from({ length: 100 }, (_, i) => `somebody.with.a.long.name.${i}@example.com`);
    const filtered = (names: readonly string[]) =>
      estimateOf('query ($filter: CustomerFilter) { customers(filter: $filter) { nodes { id } } }', {
        variables: { filter: { emails, names } },
      }).calls;
    expect(filtered(['a'])).toBe(3);
    expect(filtered(['a'.repeat(1_000)])).toBe(7);
  });

  test('count metafields of customers that are known only later as a separate wave', () => {
    const owners = (first: number) =>
      `customerAddresses(first: ${first}) { nodes { customer { metafields { totalCount } } } }`;
    expect(estimateOf(`{ ${owners(2)} }`).calls).toBe(1 + 1 + 2);
    expect(estimateOf(`{ ${owners(3)} }`).calls).toBe(1 + 1 + 4);
    const roots = 'customers(first: 5) { nodes { metafields { totalCount } } }';
    expect(estimateOf(`{ ${roots} ${owners(3)} }`).calls).toBe(1 + 6 + 1 + 1 + 4);
  });
});

test('the plan lists each read with its path, its numbers of calls and the first field that needs it', () => {
  const query =
    '{ page: customers(first: 3) { nodes { consent { allow } them: metafields { totalCount } } } }';
  expect(estimateOf(query)).toMatchObject({
    calls: 8,
    atMost: 11,
    usual: 8,
    plan: [
      { operation: 'getCustomers', path: '/customers', calls: 1, atMost: 1, field: 'page', note: null },
      {
        operation: 'getCustomerConsent',
        path: '/customers/{customerId}/consent',
        calls: 3,
        atMost: 3,
        field: 'page.nodes.consent',
        note: null,
      },
      {
        operation: 'getCustomersMetafields',
        path: '/customers/{customerId}/metafields',
        calls: 4,
        atMost: 7,
        field: 'page.nodes.them',
        note: "one per customer, or the store's list if that takes fewer",
      },
    ],
  });
});

test('the estimate of a caller who is refused is not taken for that of one who is not', () => {
  const document = parse(
    'mutation { signInShopper(input: { email: "a@example.org", password: "p" }) { viewer { kind } } }',
  );
  const facts = {
    ...{ definitionCount: null, knowsDefinitions: false, knowsFormFields: false },
    ...{ urlPrefixLength: 50, maxReads: 500 },
    addressIds: 'known' as const,
  };
  const costFor = (caller: Caller) =>
    estimateOnce({ schema, document, variableValues: {}, facts, caller }).calls;
  const user: Caller = { ...ANONYMOUS, kind: 'user', name: 'user', scopes: new Set() };
  expect([costFor(user), costFor(PUBLIC)]).toEqual([0, 2]);
});
