import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTrustedDocuments } from '../../src/server/documents/trusted.ts';
import { jsonPost } from '../support/post.ts';
import { type ClientGateway, startClientGateway } from './client-gateway.ts';

// The package exports the path of the program for this machine, and no types.
const compiler = createRequire(import.meta.url)('relay-compiler') as string;

// What Relay's compiler makes of operations for the public schema: their text, and a file of persisted documents.

const SOURCE = `
graphql\`
  fragment Customers_customer on Customer { firstName ...Customers_consent @defer(label: "consent") }
\`;
graphql\`
  fragment Customers_consent on Customer { consent { allow } }
\`;
graphql\`
  query CustomersQuery($id: Int!) { customer(by: { entityId: $id }) { entityId ...Customers_customer } }
\`;
graphql\`
  mutation CustomersMutation($input: UpdateCustomersInput!) {
    updateCustomers(input: $input) { results { customer { ...Customers_customer } } }
  }
\`;
`;

let dir: string;
let gateway: ClientGateway;
let documents: ReadonlyMap<string, string>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-'));
  await mkdir(join(dir, 'src'));
  await mkdir(join(dir, 'artifacts'));
  await copyFile('schema.graphql', join(dir, 'schema.graphql'));
  await writeFile(join(dir, 'src/Customers.ts'), SOURCE);
  await writeFile(join(dir, 'persisted.json'), '{}');
  await writeFile(
    join(dir, 'relay.config.json'),
    JSON.stringify({
      src: './src',
      schema: './schema.graphql',
      artifactDirectory: './artifacts',
      language: 'typescript',
      persistConfig: { file: './persisted.json', algorithm: 'SHA256' },
    }),
  );
  await promisify(execFile)(compiler, ['relay.config.json'], { cwd: dir });
  const read = await parseTrustedDocuments(await readFile(join(dir, 'persisted.json'), 'utf8'));
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  documents = read.value;
  expect(JSON.parse(await readFile(join(dir, 'persisted.json'), 'utf8'))).toEqual(
    Object.fromEntries(documents),
  );
  gateway = await startClientGateway(documents);
});
afterAll(async () => {
  await gateway.close();
  await rm(dir, { recursive: true, force: true });
});

async function run(kind: string, variables: object): Promise<string> {
  const [id] = [...documents].find(([, text]) => text.startsWith(kind)) ?? [];
  const response = await fetch(
    gateway.url,
    jsonPost(
      { documentId: id, variables },
      { accept: 'multipart/mixed;deferSpec=20220824, application/json' },
    ),
  );
  return response.text();
}

test("the file of persisted documents of Relay's compiler is a list of trusted documents", async () => {
  expect(documents.size).toBe(2);
  const answer = await run('query', { id: 1 });
  expect(answer).toContain('"label":"Customers_customer$defer$consent"');
  expect(answer).toContain('"consent":{"allow":');
});

test("a mutation of Relay's compiler is executed", async () => {
  const answer = await run('mutation', { input: { customers: [{ entityId: 1, firstName: 'Ana' }] } });
  expect(answer).toContain('"firstName":"Ana"');
});
