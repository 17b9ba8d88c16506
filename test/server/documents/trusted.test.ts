import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/access/caller.ts';
import { parseTrustedDocuments } from '../../../src/server/documents/trusted.ts';
import { shopper } from '../../support/callers.ts';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { jsonPost } from '../../support/post.ts';

const KNOWN = 'query Known($id: Int!) { customer(by: { entityId: $id }) { entityId } }';
const HASH = createHash('sha256').update(KNOWN).digest('hex');
const OTHER = '{ __typename }';
const variables = { id: 1 };

type Gateway = Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let open: Gateway;
let strict: Gateway;
beforeAll(async () => {
  [open, strict] = [await withTrusted([]), await withTrusted(['anyone'])];
});
afterAll(async () => {
  await Promise.all([open.close(), strict.close()]);
});

const documents = new Map([[HASH, KNOWN]]);

function withTrusted(bound: readonly Caller['kind'][]): Promise<Gateway> {
  const trusted = { documents: () => documents, bound: new Set(bound) };
  return startGatewayOnSandbox({ customers: 1 }, { guards: { trusted } });
}

async function send(gateway: Gateway, body: object): Promise<{ status: number; answer: unknown }> {
  const init = jsonPost(body, { accept: 'application/graphql-response+json' });
  const response = await gateway.app.yoga.fetch('http://gateway/graphql', init);
  return { status: response.status, answer: await response.json() };
}

function requestAs(caller: Caller, body: object) {
  return [jsonPost(body, { accept: 'application/graphql-response+json' }), { caller }] as const;
}

const persistedQuery = { version: 1, sha256Hash: HASH };

describe('a trusted document', () => {
  test.each([
    ['by its id', { documentId: HASH, variables }],
    ['by its id with the algorithm prefix', { documentId: `sha256:${HASH}`, variables }],
    ['by the persistedQuery extension', { extensions: { persistedQuery }, variables }],
    ['by its id and operation name', { documentId: HASH, operationName: 'Known', variables }],
  ])('runs %s', async (_name, body) => {
    for (const gateway of [open, strict])
      expect(await send(gateway, body)).toEqual({
        status: 200,
        answer: { data: { customer: { entityId: 1 } } },
      });
  });

  test.each([
    ['by its id', { documentId: HASH }],
    ['by the persistedQuery extension', { extensions: JSON.stringify({ persistedQuery }) }],
  ])('runs by GET %s', async (_name, parameters) => {
    const search = new URLSearchParams({ ...parameters, variables: JSON.stringify(variables) } as Record<
      string,
      string
    >);
    const response = await strict.app.yoga.fetch(`http://gateway/graphql?${search}`);
    expect(await response.json()).toEqual({ data: { customer: { entityId: 1 } } });
  });
});

test.each([
  ['of an unknown document', { documentId: '0'.repeat(64) }],
  ['that is the name of an object property', { documentId: 'constructor' }],
  ['that is empty', { extensions: { persistedQuery: { version: 1, sha256Hash: '' } } }],
])('rejects a hash %s', async (_name, body) => {
  for (const gateway of [open, strict])
    expect(await send(gateway, body)).toEqual({
      status: 400,
      answer: {
        errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
      },
    });
});

test('a hash without a document gets PersistedQueryNotSupported if there is no list', async () => {
  const gateway = await startGatewayOnSandbox({ customers: 1 });
  for (const body of [
    { extensions: { persistedQuery } },
    { documentId: HASH },
    { query: '', documentId: HASH },
  ])
    expect(await send(gateway, body)).toMatchObject({
      status: 400,
      answer: {
        errors: [
          { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } },
        ],
      },
    });
  await gateway.close();
});

test('a document that a client sends with its hash is not stored under the hash', async () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } };
  expect((await send(open, { query: OTHER, extensions })).answer).toEqual({ data: { __typename: 'Query' } });
  expect((await send(open, { extensions })).status).toBe(400);
});

test('a trusted document runs if its text is sent with its id', async () => {
  for (const gateway of [open, strict])
    expect((await send(gateway, { query: KNOWN, documentId: HASH, variables })).status).toBe(200);
  expect((await send(open, { query: OTHER, documentId: HASH })).status).toBe(400);
});

describe('any other document', () => {
  test('runs unless only trusted documents are allowed', async () => {
    expect((await send(open, { query: OTHER })).answer).toEqual({ data: { __typename: 'Query' } });
  });

  test.each([
    ['without a hash', { query: OTHER }],
    ['with the hash of a trusted document', { query: OTHER, extensions: { persistedQuery } }],
    ['with the id of a trusted document', { query: OTHER, documentId: HASH }],
    ['that is a trusted document with a comment', { query: `${KNOWN} #` }],
  ])('is rejected if only trusted documents are allowed: %s', async (_name, body) => {
    strict.calls();
    expect(await send(strict, { ...body, variables })).toMatchObject({
      status: 403,
      answer: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    expect(strict.calls()).toEqual([]);
  });

  test('is rejected by GET if only trusted documents are allowed', async () => {
    const search = new URLSearchParams({ query: OTHER, documentId: HASH });
    const headers = { accept: 'application/graphql-response+json' };
    const response = await strict.app.yoga.fetch(`http://gateway/graphql?${search}`, { headers });
    expect(response.status).toBe(403);
  });
});

test('the list can bind shoppers and users, and leave keys free', async () => {
  const gateway = await withTrusted(['shopper', 'user']);
  const statusFor = async (kind: Caller['kind'], body: object) => {
    const caller: Caller = { ...shopper(1), kind };
    const response = await gateway.app.yoga.fetch('http://gateway/graphql', ...requestAs(caller, body));
    return response.status;
  };
  for (const kind of ['shopper', 'user'] as const) {
    expect([kind, await statusFor(kind, { query: OTHER })]).toEqual([kind, 403]);
    expect([kind, await statusFor(kind, { documentId: HASH, variables })]).toEqual([kind, 200]);
  }
  expect(await statusFor('key', { query: OTHER })).toBe(200);
  expect(await statusFor('key', { documentId: HASH, variables })).toBe(200);
  await gateway.close();
});

test('a list that changes counts from the next request', async () => {
  let current: ReadonlyMap<string, string> = new Map();
  const trusted = { documents: () => current, bound: new Set<Caller['kind']>(['anyone']) };
  const gateway = await startGatewayOnSandbox({ customers: 1 }, { guards: { trusted } });
  expect((await send(gateway, { documentId: HASH, variables })).status).toBe(400);
  current = documents;
  expect((await send(gateway, { documentId: HASH, variables })).status).toBe(200);
  current = new Map();
  expect((await send(gateway, { documentId: HASH, variables })).status).toBe(400);
  await gateway.close();
});

test.each([
  [{}],
  [{ query: '' }],
  [{ query: null }],
  [{ query: 5 }],
  [{ documentId: 5 }],
  [{ documentId: {} }],
])('rejects a request without a document: %j', async (body) => {
  for (const gateway of [open, strict]) expect((await send(gateway, body)).status).toBe(400);
});

describe('the file of documents', () => {
  test('is accepted in the format of the code generator', async () => {
    expect(await parseTrustedDocuments(JSON.stringify({ [`sha256:${HASH}`]: KNOWN, abc: OTHER }))).toEqual({
      value: new Map([
        [HASH, KNOWN],
        ['abc', OTHER],
      ]),
    });
  });

  test.each(['', '{', '[]', 'null', '"x"'])('with the content %o is rejected', async (content) => {
    expect(await parseTrustedDocuments(content)).toEqual({
      problems: ['TRUSTED_DOCUMENTS is not a JSON file with an object of documents'],
    });
  });

  test('with invalid documents is rejected with a problem for each', async () => {
    expect(
      await parseTrustedDocuments(JSON.stringify({ a: '{ nope }', b: '{ oops', c: 5, d: OTHER })),
    ).toEqual({
      problems: [
        'TRUSTED_DOCUMENTS: the entry a does not match the schema: Cannot query field "nope" on type "Query".',
        'TRUSTED_DOCUMENTS: the entry b is not a valid document: Syntax Error: Expected Name, found <EOF>.',
        'TRUSTED_DOCUMENTS: the entry c is not a string',
      ],
    });
  });
});
