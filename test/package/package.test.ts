import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { jsonPost } from '../support/post.ts';

const { CI, NODE_22_PATH, NODE_26_PATH } = process.env;
const NAME = 'graphql-for-bigcommerce-customers';
/** Building and installing take 10 s each on a machine that does nothing else. */
const PATIENCE_MS = 300_000;
const run = promisify(execFile);

vi.setConfig({ testTimeout: PATIENCE_MS });

let work: string;
let tarball: string;
let files: readonly { readonly path: string }[];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'package-'));
  await run('npm', ['run', 'build']);
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', work]);
  const [packed] = Object.values(JSON.parse(stdout)) as { filename: string; files: typeof files }[];
  tarball = join(work, packed?.filename ?? '');
  files = packed?.files ?? [];
}, PATIENCE_MS);

afterAll(() => rm(work, { recursive: true, force: true }));

test('the package holds the program, the schema, the settings, the dashboard and the alerts', () => {
  const paths = files.map(({ path }) => path);
  expect(paths.filter((path) => !path.startsWith('dist/')).toSorted()).toEqual([
    '.env.example',
    'LICENSE',
    'README.md',
    'docs/grafana/alerts.yml',
    'docs/grafana/dashboard.json',
    'package.json',
    'schema.graphql',
  ]);
  expect(paths).toContain('dist/main.js');
  expect(paths.filter((path) => /(?<!\.d)\.ts$|\.map$/.test(path))).toEqual([]);
  expect(paths).toContain('dist/server/graphiql/page/page.js');
  expect(paths).toContain('dist/server/graphiql/page/packages/graphiql.js');
});

test('publint has nothing to say', async () => {
  const file = await readFile(tarball);
  const { messages } = await publint({ pack: { tarball: new Uint8Array(file).buffer }, strict: true });
  expect(messages).toEqual([]);
});

test('the types resolve as the code does', async () => {
  const args = [tarball, '--profile', 'esm-only', '--exclude-entrypoints', './schema.graphql'];
  const { stdout } = await run(resolve('node_modules/.bin/attw'), [
    ...args,
    '--no-emoji',
    '--format',
    'ascii',
  ]);
  expect(stdout).toContain('node16 (from ESM): OK (ESM)');
});

describe.each([
  { version: 24, node: process.execPath },
  { version: 26, node: NODE_26_PATH },
])('on Node $version', ({ version, node = '' }) => {
  const skipped = node === '' && !CI;
  if (skipped)
    console.warn(
      `SKIPPED: the package on Node ${version}. Set NODE_${version}_PATH, the path of its program.`,
    );

  test.skipIf(skipped)('installs into an empty folder, answers a query, and stops', async () => {
    expect(node).not.toBe('');
    const cwd = await installed(node);
    const PATH = pathWith(node);
    const gateway = await startGatewayProcess(
      { PATH },
      { command: [join(cwd, 'node_modules/.bin', NAME)], cwd },
    );
    const query = '{ customers(first: 1) { nodes { entityId } } }';
    const response = await fetch(`${gateway.url}/graphql`, jsonPost({ query }));
    expect(await response.json()).toMatchObject({ data: { customers: { nodes: [{ entityId: 1 }] } } });
    expect(gateway.output()).toContain(`"node":"v${version}.`);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.errors()).toBe('');
  });
});

describe('as a dependency', () => {
  test('its entries have types, and its schema can be read', async () => {
    const cwd = await installed(process.execPath);
    const program = `import { createClient, type ErrorCode } from '${NAME}/client';
import { startSandbox, type Sandbox } from '${NAME}/sandbox';
const sandbox: Sandbox = await startSandbox({ customers: 1 });
const schema: string = import.meta.resolve('${NAME}/schema.graphql');
const client = createClient({ url: \`\${sandbox.url}/nothing\`, retries: 0 });
const codes: readonly ErrorCode[] = ['FORBIDDEN'];
const code: unknown = await client.request('{ a }').catch((failure) => failure.code);
console.log(new URL(sandbox.url).protocol, schema.endsWith('schema.graphql'), code, codes.length);
await sandbox.close();
`;
    await writeFile(join(cwd, 'use.mts'), program);
    const options = ['--module', 'nodenext', '--target', 'es2024', '--strict', '--noEmit', '--types', 'node'];
    const typeRoots = ['--typeRoots', resolve('node_modules/@types')];
    await run(resolve('node_modules/.bin/tsc'), [...options, ...typeRoots, 'use.mts'], { cwd });
    const { stdout } = await run(process.execPath, ['use.mts'], { cwd });
    expect(stdout).toBe('http: true BAD_RESPONSE 1\n');
  });

  const skipped = !NODE_22_PATH && !CI;
  if (skipped) console.warn('SKIPPED: the package on Node 22. Set NODE_22_PATH, the path of its program.');

  test.skipIf(skipped)('on Node 22 one line says what is needed', async () => {
    const cwd = await installed(process.execPath);
    const main = join(cwd, 'node_modules', NAME, 'dist/main.js');
    const { code, stderr } = (await run(NODE_22_PATH ?? '', [main], { cwd }).catch(
      (error: unknown) => error,
    )) as ExecFileException;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Node 24 or later is required, this is 22\.\d+\.\d+\n$/);
  });
});

const installations = new Map<string, Promise<string>>();

/** A folder into which npm, running on this Node, has installed the package. */
function installed(node: string): Promise<string> {
  const known = installations.get(node) ?? install(node);
  installations.set(node, known);
  return known;
}

async function install(node: string): Promise<string> {
  const cwd = await mkdtemp(join(work, 'installed-'));
  const args = ['install', '--prefix', cwd, '--prefer-offline', '--no-audit', '--no-fund', tarball];
  await run('npm', args, { cwd, env: { ...process.env, PATH: pathWith(node) } });
  return cwd;
}

function pathWith(node: string): string {
  return [dirname(node), process.env.PATH].join(delimiter);
}
