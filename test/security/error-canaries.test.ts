import { type GraphQLInputType, getNullableType, isEnumType, isInputObjectType, isListType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../src/access/authenticator.ts';
import { schema } from '../../src/schema/index.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type HostileStore, startHostileStore } from '../support/hostile-store.ts';
import { jsonPost } from '../support/post.ts';

// A word that stands in every position of a request in turn. No error and no log line may repeat it.
const CANARY = 'canary';
const EMAIL = 'canary.of@example.org';

let store: HostileStore;
let gateway: Gateway;
beforeAll(async () => {
  store = await startHostileStore();
  gateway = createGateway({ baseUrl: store.url, guards: { batching: true } });
});
afterAll(async () => {
  await gateway.close();
  await store.close();
});

interface Sent {
  readonly status: number;
  readonly text: string;
}

async function fetchText(url: string, init: RequestInit = {}): Promise<Sent> {
  const response = await gateway.app.yoga.fetch(url, init);
  return { status: response.status, text: await response.text() };
}

const send = (body: unknown, headers: Record<string, string> = {}) =>
  fetchText('http://gateway/graphql', jsonPost(body, headers));

function expectRefused({ text }: Sent, request: unknown): void {
  expect(text, JSON.stringify(request)).toContain('"errors"');
  expectNoCanary(text, request);
}

function expectNoCanary(text: string, request: unknown): void {
  expect(text.toLowerCase(), JSON.stringify(request)).not.toContain(CANARY);
}

afterAll(() => {
  expect(gateway.log.filter((line) => line.toLowerCase().includes(CANARY))).toEqual([]);
});

/** Input as JSON, or as the text of a literal. A bare word is an enum value or an unquoted text. */
type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value } | Bare;
interface Bare {
  readonly bare: string;
}

const isBare = (value: Value): value is Bare =>
  typeof value === 'object' && value !== null && Object.keys(value).join() === 'bare';

function literalOf(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isBare(value)) return String(value.bare);
  const fields = Object.entries(value).map(([key, inner]) => `${key}: ${literalOf(inner)}`);
  return `{ ${fields.join(', ')} }`;
}

/** A value of a type: valid, as deep as the type. */
function sampleOf(nullable: GraphQLInputType, asLiteral: boolean): Value {
  const type = getNullableType(nullable);
  if (isListType(type)) return [sampleOf(type.ofType, asLiteral)];
  if (isEnumType(type)) {
    const name = type.getValues()[0]?.name ?? '';
    return asLiteral ? { bare: name } : name;
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const given = type.isOneOf ? fields.slice(-1) : fields;
    return Object.fromEntries(given.map((field) => [field.name, sampleOf(field.type, asLiteral)]));
  }
  return SAMPLES[type.name] ?? 'text';
}

const SAMPLES: Readonly<Record<string, Value>> = {
  Int: 1,
  SafeInt: 1,
  Float: 1,
  Boolean: true,
  DateTime: '2026-04-01T14:23:48Z',
  Date: '2026-04-01',
};

/** All values that differ from a valid one in one place, where the canary stands. */
function* mutants(value: Value, asLiteral: boolean): Generator<Value> {
  yield* [
    [[EMAIL]],
    { [CANARY]: EMAIL },
    [{ [CANARY]: [EMAIL] }],
    `${EMAIL} got invalid value "x", found : "`,
  ];
  if (asLiteral) yield { bare: CANARY };
  if (Array.isArray(value)) {
    for (const inner of mutants(value[0] ?? null, asLiteral)) yield [inner];
  } else if (typeof value === 'object' && value !== null && !isBare(value)) {
    // A name in the document may be quoted, the key of a variable object may not.
    if (!asLiteral) yield { ...value, [EMAIL]: 1 };
    for (const [key, inner] of Object.entries(value))
      for (const changed of mutants(inner, asLiteral)) yield { ...value, [key]: changed };
  }
}

interface Argument {
  readonly kind: string;
  readonly field: string;
  readonly name: string;
  readonly type: GraphQLInputType;
}

const ARGUMENTS: readonly Argument[] = (['query', 'mutation'] as const).flatMap((kind) => {
  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  return Object.values(root?.getFields() ?? {}).flatMap((field) =>
    field.args.map(({ name, type }) => ({ kind, field: field.name, name, type })),
  );
});
const EXPLAIN = { explain: 'only' };

/** Messages of all errors, of a request whose estimate alone is asked for, so nothing is sent to the store. */
async function messagesOf(query: string, variables: object = {}): Promise<string> {
  const { text } = await send({ query, variables, extensions: EXPLAIN });
  const { errors = [] } = JSON.parse(text) as { errors?: { message: string; extensions: object }[] };
  return JSON.stringify(errors.map(({ message, extensions }) => [message, extensions]));
}

describe('no error about an argument quotes its value', () => {
  test.each(ARGUMENTS)('$field($name:)', { timeout: 60_000 }, async ({ kind, field, name, type }) => {
    const call = (value: string) => `${field}(${name}: ${value}) { __typename }`;
    for (const variable of mutants(sampleOf(type, false), false)) {
      const query = `${kind} ($input: ${type}) { ${call('$input')} }`;
      expectNoCanary(await messagesOf(query, { input: variable }), variable);
    }
    for (const literal of mutants(sampleOf(type, true), true)) {
      // The keys of a literal are names in the document.
      const text = literalOf(literal).replaceAll(`${CANARY}: `, 'other: ');
      expectNoCanary(await messagesOf(`${kind} { ${call(text)} }`), text);
      const withDefault = `${kind} ($input: ${getNullableType(type)} = ${text}) { ${call('$input')} }`;
      expectNoCanary(await messagesOf(withDefault), withDefault);
    }
  });

  test('the mutants reach every kind of error', async () => {
    const query = 'query ($input: CustomerFilter) { customers(filter: $input) { totalCount } }';
    const type = ARGUMENTS.find(({ field, name }) => field === 'customers' && name === 'filter')?.type;
    if (type === undefined) throw new Error('customers has no filter');
    const inputs = [...mutants(sampleOf(type, false), false)];
    const texts = await Promise.all(inputs.map((input) => messagesOf(query, { input })));
    const all = texts.join();
    for (const part of ['is not defined by type', 'cannot represent', 'A DateTime is', 'to be an object'])
      expect(all).toContain(part);
  });
});

describe('no error quotes', () => {
  const id = Buffer.from(`Customer:${CANARY}`).toString('base64url');

  test.each<[string, unknown]>([
    ['the operation name of the request', { query: 'query A { __typename }', operationName: EMAIL }],
    [
      'one of several operations',
      { query: 'query A { __typename } query B { __typename }', operationName: CANARY },
    ],
    ['an operation name in a validation error', { query: `query ${CANARY}($a: Int) { __typename }` }],
    [
      'an operation name in an error about a variable',
      { query: `query ${CANARY} { customer(by: { entityId: $a }) { id } }` },
    ],
    ['a parameter', { query: '{ __typename }', [EMAIL]: 1 }],
    ['extensions that are no object', { query: '{ __typename }', extensions: EMAIL }],
    ['variables that are no object', { query: '{ __typename }', variables: EMAIL }],
    ['variables that are a list', { query: '{ __typename }', variables: [EMAIL] }],
    ['a document that is no text', { query: { [EMAIL]: EMAIL } }],
    ['a document id', { documentId: EMAIL }],
    ['a document id beside a document', { documentId: EMAIL, query: '{ nope }' }],
    ['the hash of a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: EMAIL } } }],
    ['a document that is free text', { query: `${CANARY} ${CANARY}` }],
    ['a document that is an address', { query: EMAIL }],
    ['a text that does not end', { query: `{ customer(by: { email: "${EMAIL} }) { id } }` }],
    ['a block text', { query: `{ customer(by: """${EMAIL}""") { id } }` }],
    ['a text at the wrong place', { query: `{ customer "${EMAIL}" }` }],
    ['an escape sequence', { query: `{ customer(by: { email: "\\u{${CANARY}}" }) { id } }` }],
    ['an enum value that is a name', { query: `{ customers(sort: ${CANARY}) { totalCount } }` }],
    ['two words where one is expected', { query: `{ customers(sort: ${CANARY} ${CANARY}) }` }],
    ['a comment', { query: `{ # ${EMAIL}\n nope }` }],
    ['an argument of a directive', { query: `{ __typename @include(if: "${EMAIL}") }` }],
    ['a label of @defer', { query: `{ ... @defer(label: ${CANARY}) { __typename } }` }],
    [
      'a variable of @defer',
      { query: 'query ($a: String) { ... @defer(if: $a) { __typename } }', variables: { a: EMAIL } },
    ],
    ['a count of @stream', { query: `{ customers { nodes @stream(initialCount: "${EMAIL}") { id } } }` }],
    ['a cursor', { query: `{ customers(first: 1, after: "${EMAIL}") { totalCount } }` }],
    [
      'a cursor of base64',
      {
        query: `{ customers(first: 1, after: "${Buffer.from(EMAIL).toString('base64url')}") { totalCount } }`,
      },
    ],
    ['a global id', { query: `{ node(id: "${EMAIL}") { id } }` }],
    ['a global id of base64', { query: `{ node(id: "${id}") { id } nodes(ids: ["${id}"]) { id } }` }],
    ['an element of a batch', [{ query: '{ nope }' }, EMAIL]],
    ['a list in a batch', [[EMAIL], { query: EMAIL }]],
    ['a body that is a text', EMAIL],
    [
      'a name with a comma in a filter',
      { query: `{ customers(filter: { names: ["${EMAIL},x"] }) { totalCount } }` },
    ],
    ['an address that is too long', { query: `{ customer(by: { email: "${CANARY.repeat(60)}" }) { id } }` }],
  ])('%s', async (_name, body) => {
    expectRefused(await send(body), body);
  });

  test.each<[string, RequestInit]>([
    ['malformed JSON', { body: `{"query": ${EMAIL}` }],
    ['JSON that ends early', { body: `{"query": "${EMAIL}` }],
    ['a media type', { headers: { 'content-type': `text/${CANARY}` } }],
    ['a parameter of a media type', { headers: { 'content-type': `text/plain; ${CANARY}=${CANARY}` } }],
    ['a content encoding', { headers: { 'content-type': 'application/json', 'content-encoding': CANARY } }],
    [
      'an origin',
      {
        headers: {
          'content-type': 'application/json',
          origin: `https://${CANARY}.example`,
          'sec-fetch-site': 'cross-site',
        },
      },
    ],
  ])('%s', async (_name, init) => {
    const request = { ...jsonPost({ query: '{ nope }' }), ...init };
    expectRefused(await fetchText('http://gateway/graphql', request), init);
  });

  test.each([
    `query=${encodeURIComponent(`{ node(id: "${EMAIL}") { id } }`)}`,
    `query=${encodeURIComponent(`{ "${EMAIL}`)}`,
    `query={__typename}&variables=${EMAIL}`,
    `query={__typename}&extensions=${EMAIL}`,
    `query={__typename}&operationName=${EMAIL}`,
    `query=query A{nope}&operationName=A&variables=["${EMAIL}"]`,
    `documentId=${EMAIL}`,
    `${CANARY}=${CANARY}`,
  ])('a URL with the query %s', async (search) => {
    expectRefused(await fetchText(`http://gateway/graphql?${search}`), search);
  });

  test.each(['POST', 'GET', 'PUT', 'DELETE'])('the path and the headers of a %s request', async (method) => {
    const headers = {
      'x-canary': EMAIL,
      cookie: `a=${EMAIL}`,
      'user-agent': EMAIL,
      referer: `https://${CANARY}.example/`,
    };
    for (const path of [`/${CANARY}`, `/graphql/${CANARY}`, `/metrics?${CANARY}`, '/graphql']) {
      const { text } = await fetchText(`http://gateway${path}`, { method, headers });
      expectNoCanary(text, path);
    }
  });

  test('a credential', async () => {
    const authenticator = createAuthenticator({ findKey: null, tokenVerifiers: new Map() });
    const closed = createGateway({ baseUrl: store.url, authenticator });
    const token = [{ alg: CANARY, kid: CANARY }, { iss: CANARY, sub: EMAIL }, CANARY]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    for (const credential of [
      `Bearer ${EMAIL}`,
      `Bearer gfbc_${CANARY}`,
      `Bearer ${token}`,
      `Basic ${CANARY}`,
      EMAIL,
    ]) {
      const headers = { authorization: credential };
      const response = await closed.app.yoga.fetch(
        'http://gateway/graphql',
        jsonPost({ query: EMAIL }, headers),
      );
      expect(response.status).toBe(401);
      expectNoCanary((await response.text()) + [...response.headers].join(), credential);
    }
    expectNoCanary(closed.log.join(), 'the log');
    await closed.close();
  });
});
