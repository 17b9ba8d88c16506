import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { FENCES, type Fence } from './pages.ts';

// Readers know the packages by their usual names. A block cannot import what was not built.
const INSTALLED = [
  ['@apollo/client', 'apollo-client-4'],
  ['@tanstack/react-query', '@tanstack/query-core'],
] as const;
const PATHS = { 'graphql-for-bigcommerce-customers/*': ['./src/*/index.ts'] };

// Those of a file need the files beside them: test/client/typed-page.test.ts compiles them.
const blocks = FENCES.filter(
  ({ language, marks }) => language === 'ts' && !marks.has('not-run') && !marks.has('file'),
);

test('the compiler accepts every ts block', () => {
  expect(blocks.length).toBeGreaterThan(0);
  expect(problemsOf(blocks)).toEqual([]);
});

test('the compiler finds a wrong block', () => {
  const code =
    "import { startSandbox } from 'graphql-for-bigcommerce-customers/sandbox';\nawait startSandbox({ customer: 1 });";
  const wrong: Fence = { place: 'x.md:5', page: 'x.md', language: 'ts', marks: new Map(), code };
  expect(problemsOf([wrong])).toEqual([expect.stringMatching(/^x\.md:5, line 2: .*customer/)]);
});

/** What the compiler says of the blocks, each of which is a module of its own. */
function problemsOf(fences: readonly Fence[]): readonly string[] {
  const folder = resolve('test/docs');
  const files = new Map(fences.map((fence, index) => [join(folder, `block-${index}.ts`), fence]));
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const settings = {
    ...options,
    ...{ paths: PATHS, lib: ['lib.es2025.d.ts', 'lib.dom.d.ts'], types: ['node'] },
    ...{ noUnusedLocals: false, noUnusedParameters: false, moduleDetection: ts.ModuleDetectionKind.Force },
  };
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => installed(files.get(name)?.code) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const code = installed(files.get(name)?.code);
    return code === undefined
      ? getSourceFile(name, version, ...rest)
      : ts.createSourceFile(name, code, version);
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  return [...files].flatMap(([name, { place }]) => {
    const source = program.getSourceFile(name);
    return ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${place}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

function installed(code: string | undefined): string | undefined {
  return INSTALLED.reduce((text, [usual, name]) => text?.replaceAll(usual, name), code);
}
