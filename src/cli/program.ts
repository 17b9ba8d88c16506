import { existsSync, readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { Command, CommanderError } from 'commander';
import { commandLine, PROGRAM } from './command-line.ts';
import { type CommandResult, failure, type PrintResult } from './command-result.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addImport } from './commands/import.ts';
import { addKeys } from './commands/keys.ts';
import { addSandbox } from './commands/sandbox.ts';
import { addSchema } from './commands/schema.ts';
import { addStart } from './commands/start.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { EXIT_CODES, EXIT_CODES_HELP } from './exit-codes.ts';
import { errorMessage } from './fail.ts';
import { withHelpOfKnownCommand } from './help-request.ts';
import { printable } from './printable.ts';

/** Adds a command to the program. The command prints its result by `print`, and imports what it runs only when it runs. */
export type AddCommand = (program: Command, print: PrintResult) => void;

/** The commands, in the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addStart,
  addSandbox,
  addKeys,
  addWebhooks,
  addDoctor,
  addExplain,
  addSchema,
  addImport,
  addExport,
];

/** Where a command writes. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const PROCESS_STREAMS: Streams = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** The commands that run until they are stopped. */
const SERVERS: ReadonlySet<string | undefined> = new Set(['start', 'sandbox']);

/** Runs the command that the arguments name, and sets the exit code of the process. Without arguments it runs `start`. */
export async function runProgram(args: readonly string[]): Promise<void> {
  // The reader of the output may stop early: `gfbc schema | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  const [command = 'start', ...rest] = args;
  const exitCode = await runCommand([command, ...rest]);
  if (exitCode === EXIT_CODES.done) return;
  process.exitCode = exitCode;
  // The sandbox store of a gateway that could not start would keep the process alive.
  if (SERVERS.has(command)) process.exit();
}

/** Runs the command that the arguments name. Returns the exit code. */
export async function runCommand(
  args: readonly string[],
  streams: Streams = PROCESS_STREAMS,
): Promise<number> {
  let exitCode: number = EXIT_CODES.done;
  const print: PrintResult = (result, options) => {
    writeResult(result, options?.json === true, streams);
    if (result.failed) exitCode = result.isUsageError ? EXIT_CODES.usage : EXIT_CODES.failed;
  };
  try {
    const program = createProgram(streams, print);
    await program.parseAsync([...withHelpOfKnownCommand(program, args)], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) print(failure(errorMessage(error, SERVERS.has(args[0]))));
    // Help that was asked for, and the version, end the parser too.
    else if (error.exitCode !== 0) exitCode = EXIT_CODES.usage;
  }
  return exitCode;
}

/** The program with all its commands. */
export function createProgram(streams: Streams, print: PrintResult): Command {
  const program = new Command(PROGRAM)
    .description(
      "A GraphQL gateway over BigCommerce's Customers V3 REST API. Without a command it runs `start`.",
    )
    .version(packageVersion(), '-V, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this help')
    .helpCommand('help [command]', 'prints the help of a command')
    .configureHelp({ commandUsage, styleTitle: (title) => styleText('bold', title) })
    .configureOutput({
      writeOut: streams.out,
      writeErr: streams.err,
      outputError: (text, write) => write(styleText('red', printable(text), { stream: process.stderr })),
    })
    .showHelpAfterError('Add --help for the commands and options.')
    .exitOverride()
    .addHelpText(
      'after',
      () => `\n${EXIT_CODES_HELP}\n${commandLine('start --help')} lists the environment variables.`,
    )
    // Variables that are set already override the file.
    .hook('preAction', () => {
      if (existsSync('.env')) process.loadEnvFile('.env');
    });
  for (const add of COMMANDS) add(program, print);
  return program;
}

/** The first line of the help, with the command as the user types it. */
function commandUsage(command: Command): string {
  const names: string[] = [];
  for (let each = command; each.parent !== null; each = each.parent) names.unshift(each.name());
  return commandLine([...names, command.usage()].join(' '));
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function writeResult({ output, messages, data }: CommandResult, json: boolean, { out, err }: Streams): void {
  if (json && data !== undefined) out(`${JSON.stringify(data, null, 2)}\n`);
  if (!json) for (const line of output) out(`${line}\n`);
  for (const line of messages) err(`${line}\n`);
}
