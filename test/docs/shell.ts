import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { ALIAS, PROGRAM } from '../../src/cli/command-line.ts';
import { createProgram } from '../../src/cli/program.ts';
import { documentedVariables } from '../../src/config/variables.ts';

/** A command of a shell block. */
export interface ShellCommand {
  /** The variables that are set for it alone. */
  readonly variables: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** Variables that other programs than ours read. */
const FOREIGN_VARIABLES = ['NODE_ENV', 'NO_COLOR', 'FORCE_COLOR', 'PROPERTY_SEED', 'HOSTILE_RUNS'];
const VARIABLES = new Set<string>([...documentedVariables.map(({ name }) => name), ...FOREIGN_VARIABLES]);
/** What npm does without a script of ours. */
const NPM_COMMANDS = ['ci', 'install', 'prune', 'pack'];

const TOKEN = /"(?:\\.|[^"\\])*"|'[^']*'|\$\([^)]*\)|&&|[;|&]|[^\s"'$;|&]+|\$/g;

/** The commands of a shell block, in order. Understands quotes, comments and continued lines, and no more of a shell. */
export function commandsOf(code: string): readonly ShellCommand[] {
  return code
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap(splitCommands)
    .map(toCommand)
    .filter(({ words, variables }) => words.length > 0 || Object.keys(variables).length > 0);
}

function splitCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let end = -1;
  for (const { 0: token, index } of line.matchAll(TOKEN)) {
    if (/^(&&|[;|&])$/.test(token)) commands.push([]);
    else if (index === end) commands.at(-1)?.push(`${commands.at(-1)?.pop() ?? ''}${unquoted(token)}`);
    else commands.at(-1)?.push(unquoted(token));
    end = index + token.length;
  }
  return commands;
}

function unquoted(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1).replaceAll('\\"', '"') : token;
}

function toCommand(tokens: readonly string[]): ShellCommand {
  const rest = tokens.findIndex((token) => !/^[A-Z][A-Z0-9_]*=/.test(token));
  const count = rest === -1 ? tokens.length : rest;
  const variables = tokens.slice(0, count).map((token): [string, string] => {
    const [name = ''] = token.split('=', 1);
    return [name, token.slice(name.length + 1)];
  });
  return { variables: Object.fromEntries(variables), words: tokens.slice(count) };
}

/** What is wrong with a command: an unknown variable, script, command or option. Null if nothing is. */
export function faultOf({ variables, words }: ShellCommand): string | null {
  const unknown = Object.keys(variables).find((name) => !VARIABLES.has(name));
  if (unknown !== undefined) return `${unknown} is no variable of the gateway`;
  const [program, ...args] = words;
  if (program === undefined || program === 'curl') return null;
  if (program === 'cd') return existsSync(args[0] ?? '') ? null : `${args[0]} does not exist`;
  if (program === 'npm') return npmFault(args);
  if (program === 'npx' && (args[0] === PROGRAM || args[0] === ALIAS)) return argumentsFault(args.slice(1));
  if (program === 'npx')
    return existsSync(`node_modules/.bin/${args[0]}`) ? null : `npx ${args[0]} is not installed`;
  if (program === ALIAS || program === PROGRAM) return argumentsFault(args);
  if (program === 'node') return nodeFault(args[0]);
  return `${program} is not known: run it in a test, or mark the block with not-run="reason"`;
}

function npmFault([command = '', ...args]: readonly string[]): string | null {
  if (NPM_COMMANDS.includes(command)) return null;
  const isRun = command === 'run';
  const script = isRun ? (args[0] ?? '') : command;
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  if (!Object.hasOwn(scripts, script)) return `npm has no script ${script}`;
  const [separator, ...own] = isRun ? args.slice(1) : args;
  if (separator !== undefined && separator !== '--') return `npm run ${script}: -- is missing`;
  if (script === ALIAS) return argumentsFault(own);
  return ['start', 'sandbox', 'keys', 'webhooks'].includes(script) ? argumentsFault([script, ...own]) : null;
}

function nodeFault(file = ''): string | null {
  const source = file.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts');
  return existsSync(file) || existsSync(source) ? null : `${file} does not exist`;
}

/** Compares arguments of our program with its commands and options, without running anything. */
function argumentsFault(args: readonly string[]): string | null {
  let command: Command = createProgram({ out: () => {}, err: () => {} }, () => {});
  let rest = args;
  while (command.commands.length > 0) {
    const [name = ''] = rest;
    const next = command.commands.find((each) => each.name() === name);
    if (next === undefined) return isGeneral(rest) ? null : `${command.name()} has no command ${name}`;
    command = next;
    rest = rest.slice(1);
  }
  const known = [...command.options.flatMap(({ long, short }) => [long, short]), '--help', '-h'];
  const options = rest.filter((arg) => arg.startsWith('-')).map((arg) => arg.split('=')[0]);
  const unknown = options.find((option) => !known.includes(option));
  return unknown === undefined ? null : `${command.name()} has no option ${unknown}`;
}

/** Whether a group of commands answers these arguments itself. Without any, the program starts the gateway. */
function isGeneral(args: readonly string[]): boolean {
  return args.length === 0 || ['--help', '-h', 'help', '--version', '-V'].includes(args[0] ?? '');
}
