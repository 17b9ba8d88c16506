import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_PAGE, commandPage } from '../../scripts/write-command-docs.ts';
import { commandLine } from '../../src/cli/command-line.ts';
import { createProgram } from '../../src/cli/program.ts';
import { tempDir } from '../support/temp-dir.ts';
import { runLine } from './support/run-line.ts';

const { version, engines, bin, scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

const streams = { out: () => {}, err: () => {} };
const commands = createProgram(streams, () => {}).commands;
const paths = commands.flatMap((command) => [
  command.name(),
  ...command.commands.map((each) => `${command.name()} ${each.name()}`),
]);

test.each(paths)('`%s --help` describes the command and its options, and exits with 0', async (path) => {
  const { output, messages, exitCode } = await runLine(`${path} --help`);
  expect([exitCode, messages]).toEqual([0, []]);
  expect(output[0]).toMatch(new RegExp(`^Usage: graphql-for-bigcommerce-customers ${path}( |$)`));
  expect(output[2]).toMatch(/^\S/);
});

test('the help names no npm script unless npm runs it', async () => {
  for (const path of ['', ...paths]) {
    const { output } = await runLine(`${path} --help`.trim());
    expect(output.join('\n')).not.toMatch(/\bnpm\b/);
  }
});

test.each(['help keys create', 'keys help create'])('`%s` prints the help of that command', async (line) => {
  expect(await runLine(line)).toEqual(await runLine('keys create --help'));
});

test('every command has --json, except those that only contain others', async () => {
  for (const command of commands.flatMap((each) => (each.commands.length > 0 ? each.commands : [each])))
    expect(
      command.options.map(({ long }) => long),
      command.name(),
    ).toContain('--json');
});

test('the help lists every command', async () => {
  const { output, exitCode } = await runLine('--help');
  expect(exitCode).toBe(0);
  for (const command of commands) expect(output.join('\n')).toMatch(new RegExp(`^  ${command.name()} `, 'm'));
});

test('--version prints the version of the package', async () => {
  expect(await runLine('--version')).toEqual({ output: [version], messages: [], exitCode: 0 });
});

test.each([
  ['sandbx', "error: unknown command 'sandbx'", '(Did you mean sandbox?)'],
  ['key list', "error: unknown command 'key'", '(Did you mean keys?)'],
  ['keys creat', "error: unknown command 'creat'", '(Did you mean create?)'],
  ['--versoin', "error: unknown option '--versoin'", '(Did you mean --version?)'],
  ['keys list --jsn', "error: unknown option '--jsn'", '(Did you mean --json?)'],
  ['sandbx --help', "error: unknown command 'sandbx'", '(Did you mean sandbox?)'],
  ['help sandbx', "error: unknown command 'sandbx'", '(Did you mean sandbox?)'],
  ['keys creat -h', "error: unknown command 'creat'", '(Did you mean create?)'],
  ['keys help creat', "error: unknown command 'creat'", '(Did you mean create?)'],
  ['help keys creat', "error: unknown command 'creat'", '(Did you mean create?)'],
  [
    'explain query.graphql --as shoper',
    "error: option '--as <caller>' argument 'shoper' is invalid. Allowed choices are backend, shopper, public.",
    '(Did you mean shopper?)',
  ],
  [
    'keys create --name shop --scopes customers:read --lane bluk',
    "error: option '--lane <lane>' argument 'bluk' is invalid. Allowed choices are interactive, standard, bulk.",
    '(Did you mean bulk?)',
  ],
  [
    'keys create --name shop --scopes customers:read,customers:reed',
    expect.stringContaining("argument 'customers:read,customers:reed' is invalid"),
    '(Did you mean customers:read?)',
  ],
])('`%s` suggests the nearest', async (line, problem, suggestion) => {
  const { output, messages, exitCode } = await runLine(line);
  expect([exitCode, output]).toEqual([2, []]);
  expect(messages.slice(0, 2)).toEqual([problem, suggestion]);
});

test.each(['zzzzzzzz', 'keys', 'start now', 'keys list --file', 'explain x --as zzzzzzzz'])(
  '`%s` is refused with exit code 2',
  async (line) => {
    const { output, messages, exitCode } = await runLine(line);
    expect([exitCode, output]).toEqual([2, []]);
    expect(messages.join('\n')).toMatch(/--help/);
    expect(messages.join('\n')).not.toMatch(/^ +at /m);
  },
);

test('an argument cannot control the terminal that shows it', async () => {
  const { messages } = await runLine('\u001b[2Jkeyz\u0007\u009b31m');
  expect(messages.join('')).toMatch(/unknown command/);
  expect(messages.join('')).not.toMatch(/\p{Cc}/u);
});

describe('texts name commands as they are typed', () => {
  const installed = { environment: {}, path: '/app/node_modules/.bin/graphql-for-bigcommerce-customers' };
  const byNpm = (script: string, name = 'graphql-for-bigcommerce-customers') => ({
    environment: { npm_lifecycle_event: script, npm_package_name: name },
    path: '/clone/src/main.ts',
  });

  test.each([
    ['start --help', installed, 'graphql-for-bigcommerce-customers start --help'],
    ['start --help', { environment: {}, path: '/app/node_modules/.bin/gfbc' }, 'gfbc start --help'],
    ['start', byNpm('start'), 'npm start'],
    ['start --help', byNpm('start'), 'npm start -- --help'],
    [
      'start --help',
      { environment: { npm_lifecycle_event: 'start' }, path: undefined },
      'npm start -- --help',
    ],
    ['keys list', byNpm('keys'), 'npm run keys -- list'],
    ['schema', byNpm('start'), 'npm run gfbc -- schema'],
    ['', byNpm('gfbc'), 'npm run gfbc'],
    // A script of another package, and `npx`, run the installed program.
    ['start', byNpm('start', 'a-shop'), 'graphql-for-bigcommerce-customers start'],
    ['start', byNpm('npx'), 'graphql-for-bigcommerce-customers start'],
  ])('`%s` %#', (command, invocation, line) => {
    expect(commandLine(command, invocation)).toBe(line);
  });

  test('each npm script that they name exists', () => {
    for (const command of ['start', ...paths]) {
      const [, script = 'start'] = /npm run (\S+)/.exec(commandLine(command, byNpm('start'))) ?? [];
      expect(scripts[script]).toMatch(/^node src\/main\.ts/);
    }
  });
});

describe('the program in a process of its own', () => {
  test('has colour on a terminal only, and none with NO_COLOR', async () => {
    const bold = '\u001b[1m';
    expect((await run(['--help'])).stdout).not.toContain(bold);
    expect((await run(['--help'], { FORCE_COLOR: '1' })).stdout).toContain(bold);
    expect((await run(['--help'], { NO_COLOR: '1' })).stdout).not.toContain(bold);
  });

  test('calls itself by its short name if it is run by that', async () => {
    const alias = join(await tempDir(), 'gfbc');
    await symlink(resolve('src/main.ts'), alias);
    const { stdout } = await run(['--help'], {}, alias);
    expect(stdout).toMatch(/^Usage: gfbc /);
  });

  test('ends with one line on a Node that is too old', async () => {
    expect(engines.node).toBe('>=24');
    const old = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.1.0' } })`;
    const { code, stdout, stderr } = await run([], {
      NODE_OPTIONS: `--import "${old.replaceAll(' ', '%20')}"`,
    });
    expect([code, stdout, stderr]).toEqual([1, '', 'Node 24 or later is required, this is 22.1.0\n']);
  });
});

test('docs/command.md is written from the help', () => {
  expect(readFileSync(COMMAND_PAGE, 'utf8')).toBe(commandPage());
});

test('both names install the same program', () => {
  expect(bin).toEqual({ 'graphql-for-bigcommerce-customers': 'dist/main.js', gfbc: 'dist/main.js' });
});

function run(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  path = 'src/main.ts',
) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    const env = { PATH: process.env.PATH, ...variables };
    execFile(process.execPath, [path, ...args], { env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}
