import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { parseTrustedDocuments } from '../../src/server/documents/trusted.ts';
import { listen } from '../../src/server/listen.ts';
import { type GatewayOptions, startGatewayOnSandbox } from '../support/gateway.ts';
import { emailOf, PASSWORD, startSignInGateway } from '../support/sign-in-gateway.ts';
import { createRecordingClock } from './recording-clock.ts';

// The blocks of docs/clients.md, used as a reader would: written to the files that they name, in a folder that has installed the package.
const NAME = 'graphql-for-bigcommerce-customers';
const run = promisify(execFile);
const bin = (name: string) => resolve('node_modules/.bin', name);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'typed-page-'));
  await linkPackages();
  const page = await readFile('docs/clients.md', 'utf8');
  for (const [, file = '', code = ''] of page.matchAll(/```ts file\n\/\/ (\S+)\n(.*?)```/gs)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), code);
  }
  await run(bin('graphql-codegen'), [], { cwd: folder });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Links the packages of this project, and puts the package itself beside them. */
async function linkPackages(): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, NAME), { recursive: true });
  for (const entry of await readdir('node_modules')) {
    if (!entry.startsWith('.')) await symlink(resolve('node_modules', entry), join(modules, entry));
  }
  for (const file of ['package.json', 'schema.graphql']) await cp(file, join(modules, NAME, file));
  const config = join(folder, 'tsconfig.package.json');
  await writeFile(
    config,
    JSON.stringify({
      extends: resolve('tsconfig.build.json'),
      compilerOptions: {
        rootDir: resolve('src'),
        outDir: join(modules, NAME, 'dist'),
        typeRoots: [resolve('node_modules/@types')],
      },
      include: [],
      files: [resolve('src/client/index.ts')],
    }),
  );
  await run(bin('tsc'), ['-p', config]);
}

test('codegen writes typed documents for the blocks of the docs, and their types hold in a project for browsers', async () => {
  // No types of Node: those of the client are declared for browsers too.
  const config = {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023', 'dom', 'dom.iterable'],
      module: 'esnext',
      moduleResolution: 'bundler',
      types: [],
      strict: true,
      noEmit: true,
    },
    include: ['src'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await writeFile(
    join(folder, 'src/mistakes.ts'),
    `import { createClient } from '${NAME}/client';
import { graphql } from './gql/gql';
const document = graphql(\`query One($id: Int!) { customer(by: { entityId: $id }) { firstName } }\`);
const client = createClient({ url: '/graphql' });
// @ts-expect-error the variable is a number
await client.request(document, { id: 'one' });
// @ts-expect-error the variables are missing
await client.request(document);
const { customer } = await client.request(document, { id: 1 });
// @ts-expect-error the field is not selected
customer?.lastName;
export const name: string | undefined = customer?.firstName;
`,
  );
  await run(bin('graphql-codegen'), [], { cwd: folder });
  await run(bin('tsc'), ['-p', folder]);
});

test('the page of the README is that of the example', async () => {
  const [, page] = /```ts file\n(.*?)```/s.exec(await readFile('README.md', 'utf8')) ?? [];
  expect(page).toBe(await readFile('examples/typed-page/src/page.ts', 'utf8'));
});

/** The exports of a block, run from a bundle as a page would load them. */
async function load<T>(file: string): Promise<T> {
  const build = await rolldown({ input: join(folder, 'src', file), cwd: folder, platform: 'browser' });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}

async function start(options: Omit<GatewayOptions, 'baseUrl'> = {}): Promise<string> {
  const gateway = await startGatewayOnSandbox({ customers: 25 }, options);
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  onTestFinished(async () => {
    await listener.stop();
    await gateway.close();
  });
  return `${listener.url}/graphql`;
}

interface Customers {
  createCustomers(url: string): {
    list(after?: string | null): Promise<{ readonly lines: readonly string[]; readonly next: string | null }>;
    rename(changes: readonly object[]): Promise<readonly object[]>;
  };
}

test('the page of the docs lists customers and renames some', async () => {
  const { createCustomers } = await load<Customers>('customers.ts');
  const customers = createCustomers(await start());
  const { lines, next } = await customers.list();
  expect(lines).toHaveLength(20);
  expect((await customers.list(next)).lines).toHaveLength(5);
  const changes = [
    { entityId: 1, firstName: 'Ana' },
    { entityId: 9_999, firstName: 'No one' },
  ];
  expect(await customers.rename(changes)).toMatchObject([
    { index: 0, outcome: 'UPDATED', reasons: [] },
    { index: 1, outcome: 'FAILED', reasons: [expect.any(String)] },
  ]);
  expect((await customers.list()).lines[0]).toMatch(/^Ana /);
});

interface Account {
  createAccount(url: string): {
    signIn(email: string, password: string): Promise<void>;
    signOut(): Promise<void>;
    load(): Promise<{ readonly viewer: { readonly customer: object | null } | null }>;
  };
}

test('the account of the docs signs a shopper in', async () => {
  const { createAccount } = await load<Account>('account.ts');
  const gateway = await startSignInGateway();
  // The page has the clock of the machine.
  gateway.clock.time = Date.now();
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  onTestFinished(() => listener.stop());
  const account = createAccount(`${listener.url}/graphql`);
  await account.signIn(await emailOf(gateway, 3), PASSWORD);
  expect((await account.load()).viewer?.customer).toMatchObject({ firstName: expect.any(String) });
  await account.signOut();
});

test('a gateway that takes trusted documents only runs those of the same codegen, by their hashes', async () => {
  const manifest = await readFile(join(folder, 'src/gql/persisted-documents.json'), 'utf8');
  const trusted = await parseTrustedDocuments(manifest);
  if ('problems' in trusted) throw new Error(trusted.problems.join('\n'));
  const url = await start({
    guards: { trusted: { documents: () => trusted.value, bound: new Set(['anyone'] as const) } },
  });
  const { CustomersWithAddressesDocument: document } = await load<Record<string, string>>('gql/graphql.ts');
  const sent: string[] = [];
  const options = {
    url,
    clock: createRecordingClock(),
    fetch: (...args: Parameters<typeof fetch>) => {
      sent.push(String(args[1]?.body));
      return fetch(...args);
    },
  };
  const client = createClient({ ...options, trustedDocuments: true });
  expect(await client.request(document ?? '', { first: 1 })).toMatchObject({
    customers: { nodes: [{ entityId: 1 }] },
  });
  expect(JSON.parse(sent[0] ?? '')).toMatchObject({
    documentId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
  expect(sent[0]).not.toContain('"query"');
  await expect(createClient(options).request('{ viewer { kind } }')).rejects.toMatchObject({
    code: 'FORBIDDEN',
    mayHaveRun: false,
  });
  await expect(client.request('{ viewer { kind } }')).rejects.toThrow('The document has no hash');
});
