import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkImports } from '../../scripts/check-imports.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes a small project, with the import rules of this one. */
function writeProject(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries({ 'tsconfig.json': '{}', ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

const ERRORS = { 'src/errors.ts': 'export const code = 1;\n' };

test('a project that follows the rules has no violations and no unread files', async () => {
  writeProject({
    ...ERRORS,
    'src/rest/http.ts': "import { code } from '../errors.ts';\nexport const http = code;\n",
    'src/loaders/batch.ts': "import { http } from '../rest/http.ts';\nexport type Loaders = typeof http;\n",
    'src/resolvers/ids.ts':
      "import type { Loaders } from '../loaders/batch.ts';\nexport type Ids = Loaders;\n",
  });
  expect(await checkImports(root)).toEqual({ violations: [], unread: [] });
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    'an import from a higher layer',
    {
      'src/rest/http.ts': "import { load } from '../loaders/batch.ts';\nexport const http = load;\n",
      'src/loaders/batch.ts': 'export const load = 1;\n',
    },
    'rest-is-below: src/rest/http.ts -> src/loaders/batch.ts',
  ],
  [
    'a value import if only types are allowed',
    {
      'src/resolvers/ids.ts': "import { load } from '../loaders/batch.ts';\nexport const id = load;\n",
      'src/loaders/batch.ts': 'export const load = 1;\n',
    },
    'resolvers-take-loaders-by-context: src/resolvers/ids.ts -> src/loaders/batch.ts',
  ],
  [
    'a type import if no import is allowed',
    {
      'src/rest/http.ts': "import type { Ids } from '../resolvers/ids.ts';\nexport type Http = Ids;\n",
      'src/resolvers/ids.ts': 'export type Ids = 1;\n',
    },
    'rest-is-below: src/rest/http.ts -> src/resolvers/ids.ts',
  ],
  [
    'a module of Node in the client of browsers',
    {
      'src/client/client.ts': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    },
    'client-runs-anywhere: src/client/client.ts -> fs',
  ],
  [
    'code of the gateway in the client of browsers',
    { ...ERRORS, 'src/client/client.ts': "import { code } from '../errors.ts';\nexport const own = code;\n" },
    'client-shares-types-only: src/client/client.ts -> src/errors.ts',
  ],
  [
    'a sandbox that imports code of the client',
    {
      'src/sandbox/server.ts': "import { page } from '../rest/page.ts';\nexport const server = page;\n",
      'src/rest/page.ts': 'export const page = 1;\n',
    },
    'sandbox-stands-apart: src/sandbox/server.ts -> src/rest/page.ts',
  ],
  [
    'an import in errors.ts',
    {
      'src/errors.ts': "import { page } from './rest/page.ts';\nexport const code = page;\n",
      'src/rest/page.ts': 'export const page = 1;\n',
    },
    'errors-import-nothing: src/errors.ts -> src/rest/page.ts',
  ],
  [
    'an import cycle',
    {
      'src/rest/one.ts': "import { two } from './two.ts';\nexport const one = (): unknown => two;\n",
      'src/rest/two.ts': "import { one } from './one.ts';\nexport const two = (): unknown => one;\n",
    },
    'no-cycles: src/rest/one.ts -> src/rest/two.ts',
  ],
  [
    'a static import of tracing',
    {
      'src/main.ts':
        "import { tracing } from './server/observability/tracing.ts';\nexport const main = tracing;\n",
      'src/server/observability/tracing.ts': 'export const tracing = 1;\n',
    },
    'tracing-is-loaded-where-wanted: src/main.ts -> src/server/observability/tracing.ts',
  ],
  [
    'an import that does not resolve',
    { 'src/rest/one.ts': "import { two } from './gone.ts';\nexport const one = two;\n" },
    'no-unresolvable: src/rest/one.ts -> ./gone.ts',
  ],
])('reports %s', async (_name, files, violation) => {
  writeProject({ ...ERRORS, ...files });
  const { violations, unread } = await checkImports(root);
  expect(violations).toContain(violation);
  expect(unread).toEqual([]);
});

test('reports a file that the checker does not read', async () => {
  writeProject({ ...ERRORS, 'src/rest/node_modules/hidden.ts': "import '../../server/app.ts';\n" });
  expect(await checkImports(root)).toEqual({
    violations: [],
    unread: ['src/rest/node_modules/hidden.ts'],
  });
});
