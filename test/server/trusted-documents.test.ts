import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrustedDocuments } from '../../src/server/trusted-documents.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

const KNOWN = 'query Known($id: Int!) { customer(by: { entityId: $id }) { entityId } }';
const HASH = createHash('sha256').update(KNOWN).digest('hex');
const OTHER = '{ __typename }';
const variables = { id: 1 };

type Gateway = Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let open: Gateway;
let strict: Gateway;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trusted-'));
  const documents = new Map([[HASH, KNOWN]]);
  const withTrusted = (only: boolean) =>
    startGatewayOnSandbox({ customers: 1 }, { front: { trusted: { documents, only } } });
  [open, strict] = [await withTrusted(false), await withTrusted(true)];
});
afterAll(async () => {
  await Promise.all([open.close(), strict.close()]);
  await rm(folder, { recursive: true });
});

async function send(gateway: Gateway, body: object): Promise<{ status: number; answer: unknown }> {
  const response = await gateway.app.yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}

const persistedQuery = { version: 1, sha256Hash: HASH };

describe('a trusted document', () => {
  test.each([
    ['by its id', { documentId: HASH, variables }],
    ['by its id with the algorithm', { documentId: `sha256:${HASH}`, variables }],
    ['by the extension', { extensions: { persistedQuery }, variables }],
    ['by its id, with its name', { documentId: HASH, operationName: 'Known', variables }],
  ])('runs %s', async (_name, body) => {
    for (const gateway of [open, strict])
      expect(await send(gateway, body)).toEqual({
        status: 200,
        answer: { data: { customer: { entityId: 1 } } },
      });
  });

  test.each([
    ['by its id', { documentId: HASH }],
    ['by the extension', { extensions: JSON.stringify({ persistedQuery }) }],
  ])('runs by GET, %s', async (_name, parameters) => {
    const search = new URLSearchParams({ ...parameters, variables: JSON.stringify(variables) } as Record<
      string,
      string
    >);
    const response = await strict.app.yoga.fetch(`http://gateway/graphql?${search}`);
    expect(await response.json()).toEqual({ data: { customer: { entityId: 1 } } });
  });
});

test.each([
  ['of no document', { documentId: '0'.repeat(64) }],
  ['of an object of ours', { documentId: 'constructor' }],
  ['that is no hash', { extensions: { persistedQuery: { version: 1, sha256Hash: '' } } }],
])('a hash %s runs nothing', async (_name, body) => {
  for (const gateway of [open, strict])
    expect(await send(gateway, body)).toEqual({
      status: 400,
      answer: {
        errors: [
          { message: 'No trusted document is known by that hash.', extensions: { code: 'BAD_USER_INPUT' } },
        ],
      },
    });
});

describe('any other document', () => {
  test('runs where it may', async () => {
    expect((await send(open, { query: OTHER })).answer).toEqual({ data: { __typename: 'Query' } });
  });

  test.each([
    ['by itself', { query: OTHER }],
    ['beside the hash of a trusted one', { query: OTHER, extensions: { persistedQuery } }],
    ['beside the id of a trusted one', { query: OTHER, documentId: HASH }],
    ['that is a trusted one with a comment', { query: `${KNOWN} #` }],
  ])('does not run where only trusted ones do: %s', async (_name, body) => {
    strict.calls();
    expect(await send(strict, { ...body, variables })).toMatchObject({
      status: 403,
      answer: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    expect(strict.calls()).toEqual([]);
  });

  test('nor by GET', async () => {
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
])('a request without a document runs nothing: %j', async (body) => {
  for (const gateway of [open, strict]) expect((await send(gateway, body)).status).toBe(400);
});

describe('the file of documents', () => {
  async function read(content: string) {
    const file = join(folder, 'documents.json');
    await writeFile(file, content);
    return readTrustedDocuments(file);
  }

  test('is what the code generator writes', async () => {
    expect(await read(JSON.stringify({ [`sha256:${HASH}`]: KNOWN, abc: OTHER }))).toEqual({
      documents: new Map([
        [HASH, KNOWN],
        ['abc', OTHER],
      ]),
    });
  });

  test.each(['', '{', '[]', 'null', '"x"'])('that holds %o is refused', async (content) => {
    expect(await read(content)).toEqual({
      problems: ['TRUSTED_DOCUMENTS is not a file that holds an object of documents, as JSON'],
    });
  });

  test('that is not there is refused', async () => {
    expect(await readTrustedDocuments(join(folder, 'nowhere.json'))).toHaveProperty('problems');
  });

  test('with documents that could not run is refused, all of them at once', async () => {
    expect(await read(JSON.stringify({ a: '{ nope }', b: '{ oops', c: 5, d: OTHER }))).toEqual({
      problems: [
        'TRUSTED_DOCUMENTS holds under a a document that does not fit the schema: Cannot query field "nope" on type "Query".',
        'TRUSTED_DOCUMENTS holds under b what is no document: Syntax Error: Expected Name, found <EOF>.',
        'TRUSTED_DOCUMENTS holds under c what is no text',
      ],
    });
  });
});
