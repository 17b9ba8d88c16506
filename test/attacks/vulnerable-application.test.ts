import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoInside, expectRefused, type Fortress, startFortress } from '../support/fortress.ts';

// The scenarios of the Damn Vulnerable GraphQL Application, as far as there is anything here that they could be tried on.
// Not here: requests that the server makes to an address from the input, files that are uploaded or written, commands of
// the operating system (no field does any of that), forged tokens (test/access) and GraphiQL's cookie (there is none).
let fortress: Fortress;
beforeAll(async () => {
  fortress = await startFortress();
});
afterAll(() => fortress.close());

const times = (count: number, one: (i: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, i) => one(i)).join(between);

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
      'recursion as deep as the depth alone would allow',
      {
        query: `{ customers { nodes { ${'addresses { nodes { customer { '.repeat(4)}id${' } } }'.repeat(4)} } } }`,
      },
    ],
    [
      'a query that costs what the store has',
      { query: '{ customers(first: 250) { nodes { consent { allow } storedInstruments { id } } } }' },
    ],
    [
      'such queries under many names',
      {
        query: `{ ${times(30, (i) => `a${i}: customers(first: ${i + 20}) { nodes { consent { allow } } }`)} }`,
      },
    ],
    ['one field many times', { query: `{ customers { nodes { ${'email '.repeat(5_000)} } } }` }],
    ['many names for one field', { query: `{ ${times(5_000, (i) => `a${i}: customers { totalCount }`)} }` }],
    [
      'fragments in a circle',
      {
        query:
          '{ customers { nodes { ...A } } } fragment A on Customer { email ...B } fragment B on Customer { email ...A }',
      },
    ],
    [
      'fragments that double at each step',
      {
        query: `{ customers { nodes { ...f0 } } } ${times(30, (i) => `fragment f${i} on Customer { x: addresses { nodes { customer { ...f${i + 1} } } } y: addresses { nodes { customer { ...f${i + 1} } } } }`)} fragment f30 on Customer { id }`,
      },
    ],
    ['fifty thousand aliases', { query: `{ ${times(50_000, (i) => `a${i}: __typename`)} }` }],
    ['a depth of five thousand', { query: `${'{a'.repeat(5_000)}${'}'.repeat(5_000)}` }],
    [
      'a filter of a hundred thousand ids',
      {
        query: 'query ($ids: [Int!]) { customers(filter: { entityIds: $ids }) { totalCount } }',
        variables: { ids: Array.from({ length: 100_000 }, (_, i) => i) },
      },
    ],
  ])('%s is refused', async (_name, body) => {
    const reply = await fortress.send(body);
    expectRefused(reply);
    expect(reply.text.length).toBeLessThan(20_000);
  });
});

describe('guessing of passwords', () => {
  test('many in one request is refused', async () => {
    const guesses = times(
      100,
      (i) =>
        `g${i}: validateCustomerCredentials(input: { email: "a@example.org", password: "p${i}" }) { isValid }`,
    );
    const reply = await fortress.send({ query: `mutation { ${guesses} }` });
    expectRefused(reply);
    expect(reply.errors[0]?.extensions).toMatchObject({ what: 'passwordChecks' });
  });
});

describe('injection', () => {
  const HOSTILE = [
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

  test.each(HOSTILE)('%j in a filter stays a value', async (value) => {
    const { status, text, calls } = await fortress.send({
      query:
        'query ($word: [String!]) { customers(first: 1, filter: { nameLike: $word }) { nodes { entityId } } }',
      variables: { word: [value] },
    });
    expect(status).toBeLessThan(500);
    expectNoInside(text.replaceAll(value, ''));
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

  test.each(HOSTILE)('%j as an id, a cursor or an e-mail address asks for nothing else', async (value) => {
    const { status, text, calls } = await fortress.send({
      query: `query ($id: ID!, $text: String!) {
        node(id: $id) { id }
        customers(first: 1, after: $text) { nodes { id } }
        customer(by: { email: $text }) { id }
      }`,
      variables: { id: value, text: value },
    });
    expect(status).toBeLessThan(500);
    expectNoInside(text.replaceAll(value, ''));
    for (const call of calls) expect(call).toMatch(/^GET \/customers\?(?!.*email:in=[^&]*&id)/);
  });

  test('nothing that is sent becomes a line of the log, or a part of one', async () => {
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

describe('disclosure', () => {
  test.each([
    ['introspection', { query: '{ __schema { types { name } } }' }],
    [
      'introspection by another name',
      { query: 'query { a: __type(name: "Customer") { b: fields { name } } }' },
    ],
    [
      'introspection in a fragment',
      { query: '{ ...a } fragment a on Query { __schema { types { name } } }' },
    ],
    ['suggestions', { query: '{ custome { id } }' }],
    [
      'suggestions for what is typed in',
      { query: 'query ($by: CustomerBy!) { customer(by: $by) { id } }', variables: { by: { entityI: 1 } } },
    ],
    [
      'a stack, by a value of the wrong kind',
      {
        query: 'query ($id: Int!) { customer(by: { entityId: $id }) { id } }',
        variables: { id: { secret: 'ana@example.org' } },
      },
    ],
    ['a stack, by a body that is no JSON', '{"query": "ana@example.org'],
    ['a stack, by parameters of the wrong kind', { query: { toString: 'ana@example.org' } }],
    ['an explanation', { query: '{ customers { totalCount } }', extensions: { explain: true } }],
    ['a plan', { query: '{ customers { totalCount } }', extensions: { explain: 'only' } }],
  ])('of %s does not happen', async (_name, body) => {
    const reply = await fortress.send(body);
    expectRefused(reply);
    expect(reply.text).not.toMatch(/Did you mean|ana@example/);
  });
});
