import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { fencesOf } from './pages.ts';

const run = promisify(execFile);
const PAGE = 'docs/quick-start.md';
const ADDRESS = 'http://127.0.0.1:4000';
/** The installed client, and its source: the tests do not build the package. */
const CLIENT = ['graphql-for-bigcommerce-customers/client', '../../../src/client/index.ts'] as const;

test('the files of the quick start make a typed program that prints customers', async () => {
  const files = fencesOf(PAGE).filter(({ marks }) => marks.has('file'));
  expect(files.map(({ marks }) => marks.get('file'))).toEqual(['codegen.ts', 'customers.graphql', 'page.ts']);
  const gateway = await startGatewayProcess({});
  // Inside the project, so its packages are found.
  const folder = await mkdtemp(join('test', 'docs', 'quick-start-'));
  const program = (name: string, ...args: readonly string[]) =>
    run(process.execPath, [resolve('node_modules', name), ...args], { cwd: folder });
  try {
    for (const { marks, code } of files)
      await writeFile(
        join(folder, marks.get('file') ?? ''),
        code.replace(ADDRESS, gateway.url).replace(...CLIENT),
      );
    await program('@graphql-codegen/cli/cjs/bin.js');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    await program('typescript/bin/tsc', '--project', 'tsconfig.json');
    const { stdout } = await run(process.execPath, ['page.ts'], { cwd: folder });
    expect(stdout.trim().split('\n')).toHaveLength(5);
    expect(stdout).toMatch(/^\S+.*, \S+/);

    await writeFile(
      join(folder, 'wrong.ts'),
      "import { CustomerTableDocument, type CustomerTableQueryVariables } from './generated.ts';\nexport const document = CustomerTableDocument;\nexport const variables: CustomerTableQueryVariables = { frist: 5 };\n",
    );
    await expect(program('typescript/bin/tsc', '--project', 'tsconfig.json')).rejects.toThrow();
  } finally {
    await gateway.stop();
    await rm(folder, { recursive: true });
  }
});

const settings = {
  extends: '../../../tsconfig.json',
  compilerOptions: { lib: ['es2025', 'dom'], types: ['node'] },
  include: ['*.ts'],
  exclude: ['codegen.ts'],
};
