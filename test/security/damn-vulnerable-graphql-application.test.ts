import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorDetails } from '../../src/errors.ts';
import {
  expectNoInternals,
  expectRejected,
  type ProductionGateway,
  startProductionGateway,
} from '../support/production-gateway.ts';

// The scenarios of the Damn Vulnerable GraphQL Application that apply to this gateway. Not applicable: server-side request
// forgery, file upload and writing, and OS command injection (no field does any of these), and GraphiQL's cookie (there is
// none). test/access covers forged tokens.
let fortress: ProductionGateway;
beforeAll(async () => {
  fortress = await startProductionGateway();
});
afterAll(() => fortress.close());

const times = (count: number, item: (i: number) => string, separator = ' ') =>
  Array.from({ length: count }, (_, i) => item(i)).join(separator);

describe('denial of service', () => {
  test.each([
    ['a batch', Array.from({ length: 100 }, () => ({ query: '{ customers { totalCount } }' }))],
    [
      'deep recursion',
      {
        query: `{ customers { nodes { ${'addresses { nodes { customer { '.repeat(100)}id${' } } }'.repeat(100)} } } }`,
      },
    ],
    [
      'recursion within the depth limit',
      {
        query: `{ customers { nodes { ${'addresses { nodes { customer { '.repeat(4)}id${' } } }'.repeat(4)} } } }`,
      },
    ],
    [
      'a query that costs more than the quota of the store',
      { query: '{ customers(first: 250) { nodes { consent { allow } storedInstruments { id } } } }' },
    ],
    [
      'expensive queries under many aliases',
      {
        query: `{ ${times(30, (i) => `a${i}: customers(first: ${i + 20}) { nodes { consent { allow } } }`)} }`,
      },
    ],
    ['field duplication', { query: `{ customers { nodes { ${'email '.repeat(5_000)} } } }` }],
    [
      'many aliases for one field',
      { query: `{ ${times(5_000, (i) => `a${i}: customers { totalCount }`)} }` },
    ],
    [
      'a fragment cycle',
      {
        query:
          '{ customers { nodes { ...A } } } fragment A on Customer { email ...B } fragment B on Customer { email ...A }',
      },
    ],
    [
      'exponential fragment expansion',
      {
        query: `{ customers { nodes { ...f0 } } } ${times(30, (i) => `fragment f${i} on Customer { x: addresses { nodes { customer { ...f${i + 1} } } } y: addresses { nodes { customer { ...f${i + 1} } } } }`)} fragment f30 on Customer { id }`,
      },
    ],
    ['50,000 aliases', { query: `{ ${times(50_000, (i) => `a${i}: __typename`)} }` }],
    ['5,000 levels of depth', { query: `${'{a'.repeat(5_000)}${'}'.repeat(5_000)}` }],
    [
      'a filter with 100,000 ids',
      {
        query: 'query ($ids: [Int!]) { customers(filter: { entityIds: $ids }) { totalCount } }',
        variables: { ids: Array.from({ length: 100_000 }, (_, i) => i) },
      },
    ],
  ])('rejects %s', async (_name, body) => {
    const reply = await fortress.send(body);
    expectRejected(reply);
    expect(reply.text.length).toBeLessThan(20_000);
  });
});

describe('brute force', () => {
  test('rejects many password checks in one request', async () => {
    const guesses = times(
      100,
      (i) =>
        `g${i}: validateCustomerCredentials(input: { email: "a@example.org", password: "p${i}" }) { isValid }`,
    );
    const reply = await fortress.send({ query: `mutation { ${guesses} }` });
    expectRejected(reply);
    expect(reply.errors[0]?.extensions).toMatchObject({ limitName: 'passwordChecks' } satisfies ErrorDetails);
  });
});

describe('injection', () => {
  const PAYLOADS = [
    "' OR 1=1 --",
    'x&id:in=1&limit=1',
    'x#',
    '../../settings',
    '%2e%2e%2fsettings',
    '; cat /etc/passwd',
    '$(id)',
    '<script>alert(1)</script>',
    '{{7*7}}',
    '\r\nX-Auth-Token: other',
    '\u0000',
    '\ud800',
    '__proto__',
    'a'.repeat(1_500),
  ];

  test.each(PAYLOADS)('sends %j in a filter only as a value', async (value) => {
    const { status, text, calls } = await fortress.send({
      query:
        'query ($word: [String!]) { customers(first: 1, filter: { nameLike: $word }) { nodes { entityId } } }',
      variables: { word: [value] },
    });
    expect(status).toBeLessThan(500);
    expectNoInternals(text.replaceAll(value, ''));
    for (const call of calls) {
      const [method, address = ''] = call.split(' ');
      const { pathname, searchParams } = new URL(address, 'http://store');
      expect([method, pathname]).toEqual(['GET', '/customers']);
      expect(
        [...searchParams.keys()].filter((name) => !/^(limit|page|name:like|sort|direction)$/.test(name)),
      ).toEqual([]);
      expect(searchParams.get('name:like')).toBe(value);
    }
  });

  test.each(PAYLOADS)('sends no other call for %j as an id, cursor or e-mail address', async (value) => {
    const { status, text, calls } = await fortress.send({
      query: `query ($id: ID!, $text: String!) {
        node(id: $id) { id }
        customers(first: 1, after: $text) { nodes { id } }
        customer(by: { email: $text }) { id }
      }`,
      variables: { id: value, text: value },
    });
    expect(status).toBeLessThan(500);
    expectNoInternals(text.replaceAll(value, ''));
    for (const call of calls) expect(call).toMatch(/^GET \/customers\?(?!.*email:in=[^&]*&id)/);
  });

  test('writes no caller input to the log', async () => {
    const spoof = 'spoofed\r\n{"level":30,"msg":"spoofed"}';
    const query = 'query spoofed { __typename }';
    await fortress.send({ query, operationName: spoof, variables: { spoofed: spoof } });
    await fortress.send({ query: `# ${spoof}`, extensions: { spoofed: spoof } });
    await fortress.send({ query, spoofed: spoof });
    await fortress.send({ query }, { 'x-request-id': 'spoofed', 'user-agent': 'spoofed' });
    await fortress.request(`/graphql?query=${encodeURIComponent(query)}&spoofed=1`);
    await fortress.request(`/${encodeURIComponent(spoof)}`);
    for (const line of fortress.log) expect(() => JSON.parse(line)).not.toThrow();
    const fields = fortress.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    expect(fields.length).toBeGreaterThan(5);
    expect(fields.filter((field) => field.requestId === 'spoofed')).toEqual([]);
    expect(fortress.log.filter((line) => line.includes('spoofed'))).toEqual([]);
  });
});

describe('information disclosure', () => {
  test.each([
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['introspection with aliases', { query: 'query { a: __type(name: "Customer") { b: fields { name } } }' }],
    [
      'introspection in a fragment',
      { query: '{ ...a } fragment a on Query { __schema { types { name } } }' },
    ],
    ['field suggestions', { query: '{ custome { id } }' }],
    [
      'suggestions for input fields',
      { query: 'query ($by: CustomerBy!) { customer(by: $by) { id } }', variables: { by: { entityI: 1 } } },
    ],
    [
      'a stack trace for a variable of the wrong type',
      {
        query: 'query ($id: Int!) { customer(by: { entityId: $id }) { id } }',
        variables: { id: { secret: 'ana@example.org' } },
      },
    ],
    ['a stack trace for a body that is not JSON', '{"query": "ana@example.org'],
    ['a stack trace for parameters of the wrong type', { query: { toString: 'ana@example.org' } }],
    ['the calls to the store', { query: '{ customers { totalCount } }', extensions: { explain: true } }],
    ['the plan of the operation', { query: '{ customers { totalCount } }', extensions: { explain: 'only' } }],
  ])('does not disclose %s', async (_name, body) => {
    const reply = await fortress.send(body);
    expectRejected(reply);
    expect(reply.text).not.toMatch(/Did you mean|ana@example/);
  });
});
