import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../../support/gateway.ts';
import { jsonPost } from '../../support/post.ts';
import { fc } from '../../support/property-tests.ts';

let gateway: Gateway;
beforeAll(() => {
  gateway = createGateway({ baseUrl: 'http://127.0.0.1:1/never-asked' });
});
afterAll(() => gateway.close());

test.each([
  'query($value: Int) { customer(by: { entityId: $value }) { id } }',
  'query($value: CustomerBy!) { customer(by: $value) { id } }',
  'query($value: String) { customers(filter: { emails: [$value, 1] }) { totalCount } }',
  'query($value: CustomerSort) { customers(sort: $value) { totalCount } }',
  'query($value: DateTime) { customers(filter: { createdAt: { min: $value } }) { totalCount } }',
  'query($value: Boolean!) { customers @include(if: $value) { totalCount } }',
  'query($value: ID!) { node(id: $value) { id } }',
  'query($value: String) { customers(after: $value) { totalCount } }',
  '{ customer(by: { entityId: VALUE }) { id } }',
  '{ customer(by: VALUE) { id } }',
  '{ customer(by: { VALUE: 1 }) { id } }',
  '{ customer VALUE }',
  'VALUE VALUE',
  '{ customers(sort: VALUE) { totalCount } }',
  '{ customers(filter: { createdAt: { min: VALUE } }) { totalCount } }',
  '{ customers @include(if: VALUE) { totalCount } }',
  '{ node(id: VALUE) { id } }',
  '{ customers(after: VALUE) { totalCount } }',
])('rejects an invalid value without quoting it: %s', async (query) => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (before, after) => {
      const value = `${before} jane.doe@example.org ${after}`;
      const { errors } = await gateway.executeText(
        query.replaceAll('VALUE', () => JSON.stringify(value)),
        { value },
      );
      expect(errors[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_(PARSE|VALIDATION)_FAILED)$/);
      expect(JSON.stringify(errors)).not.toContain('jane.doe');
    }),
    { numRuns: 50 },
  );
  expect(gateway.log.join()).not.toContain('jane.doe');
});

test('keeps the variable, the path in it and the expected type', async () => {
  const query = 'query($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }';
  const filter = { createdAt: { min: 'jane.doe@example.org; at "x"; ' } };
  const { errors } = await gateway.executeText(query, { filter });
  expect(errors[0]?.message).toBe(
    'Variable "$filter" is invalid at "filter.createdAt.min"; A DateTime is a timestamp such as 2026-04-01T14:23:48Z, or a date such as 2026-04-01, up to the year 9999 in UTC.',
  );
  const misspelt = await gateway.executeText(query, { filter: { emial: 1 } });
  expect(misspelt.errors[0]?.message).toMatch(
    'Variable "$filter" is invalid; A field is not defined by type "CustomerFilter".',
  );
  const key = await gateway.executeText(query, { filter: { 'jane.doe@example.org': 1 } });
  expect(key.errors[0]?.message).toBe(
    'Variable "$filter" is invalid; A field is not defined by type "CustomerFilter".',
  );
});

const CANARY = 'jane.doe@example.org';
const FILTER = 'query($f: CustomerFilter) { customers(filter: $f) { totalCount } }';

test.each([
  ['a key', FILTER, { f: { [CANARY]: 1 } }, {}],
  ['a nested key', FILTER, { f: { createdAt: { [CANARY]: 1 } } }, {}],
  ['a key that is a name', FILTER, { f: { janedoeexampleorg: 1 } }, {}],
  ['a list', FILTER, { f: { emails: [[CANARY]] } }, {}],
  ['an object instead of a list', FILTER, { f: { emails: { [CANARY]: CANARY } } }, {}],
  ['an enum', 'query($s: CustomerSort) { customers(sort: $s) { totalCount } }', { s: CANARY }, {}],
  ['a default', `query($s: Int = "${CANARY}") { customers(first: $s) { totalCount } }`, {}, {}],
  ['a number literal', '{ customers(first: 4111111111111111) { totalCount } }', {}, {}],
  ['an operation name', 'query A { __typename }', {}, { operationName: CANARY }],
])('no error quotes %s', async (_name, query, variables, parameters) => {
  const response = await gateway.app.yoga.fetch(
    'http://gateway/graphql',
    jsonPost({ query, variables, ...parameters }),
  );
  const text = await response.text();
  expect(text).toContain('"errors"');
  expect(text).not.toMatch(/jane|4111/);
});

test('a list with thousands of invalid items gets at most 20 errors', async () => {
  const emails = Array.from({ length: 4_000 }, (_, i) => ({ i }));
  const { errors } = await gateway.executeText(FILTER, { f: { emails } });
  expect(errors).toHaveLength(20);
  expect(errors.map(({ message }) => message)).toContain(
    'Variable "$f" is invalid at "f.emails[18]"; String cannot represent a non string value.',
  );
});
