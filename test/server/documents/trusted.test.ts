import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrustedDocuments } from '../../../src/server/documents/trusted.ts';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { jsonPost } from '../../support/post.ts';

const KNOWN = 'query Known($id: Int!) { customer(by: { entityId: $id }) { entityId } }';
const HASH = createHash('sha256').update(KNOWN).digest('hex');
const OTHER = '{ __typename }';
const variables = { id: 1 };

type Gateway = Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let open: Gateway;
let strict: Gateway;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trusted-'));
  const documents = new Map([[HASH, KNOWN]]);
  const withTrusted = (only: boolean) =>
    startGatewayOnSandbox({ customers: 1 }, { guards: { trusted: { documents, only } } });
  [open, strict] = [await withTrusted(false), await withTrusted(true)];
});
afterAll(async () => {
  await Promise.all([open.close(), strict.close()]);
  await rm(directory, { recursive: true });
});

async function send(gateway: Gateway, body: object): Promise<{ status: number; answer: unknown }> {
  const init = jsonPost(body, { accept: 'application/graphql-response+json' });
  const response = await gateway.app.yoga.fetch('http://gateway/graphql', init);
  return { status: response.status, answer: await response.json() };
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
  async function read(content: string) {
    const file = join(directory, 'documents.json');
    await writeFile(file, content);
    return readTrustedDocuments(file);
  }

  test('is accepted in the format of the code generator', async () => {
    expect(await read(JSON.stringify({ [`sha256:${HASH}`]: KNOWN, abc: OTHER }))).toEqual({
      documents: new Map([
        [HASH, KNOWN],
        ['abc', OTHER],
      ]),
    });
  });

  test.each(['', '{', '[]', 'null', '"x"'])('with the content %o is rejected', async (content) => {
    expect(await read(content)).toEqual({
      problems: ['TRUSTED_DOCUMENTS is not a JSON file with an object of documents'],
    });
  });

  test('is rejected if it does not exist', async () => {
    expect(await readTrustedDocuments(join(directory, 'nowhere.json'))).toHaveProperty('problems');
  });

  test('with invalid documents is rejected with a problem for each', async () => {
    expect(await read(JSON.stringify({ a: '{ nope }', b: '{ oops', c: 5, d: OTHER }))).toEqual({
      problems: [
        'TRUSTED_DOCUMENTS: the entry a does not match the schema: Cannot query field "nope" on type "Query".',
        'TRUSTED_DOCUMENTS: the entry b is not a valid document: Syntax Error: Expected Name, found <EOF>.',
        'TRUSTED_DOCUMENTS: the entry c is not a string',
      ],
    });
  });
});
