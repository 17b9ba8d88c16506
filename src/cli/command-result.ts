import { commandLine } from './command-line.ts';

/** The result of a command. */
export interface CommandResult {
  /** Lines for standard output, which programs can read: a key, a list. */
  readonly output: readonly string[];
  /** Lines for standard error, for people. */
  readonly messages: readonly string[];
  readonly failed: boolean;
  /** Whether it failed because the arguments are wrong, and did nothing. */
  readonly isUsageError?: true;
  /** What `--json` prints on standard output instead of `output`. */
  readonly data?: unknown;
}

export function failure(...messages: readonly string[]): CommandResult {
  return { output: [], messages, failed: true };
}

/** The arguments are wrong, in a way that the parser does not know. */
export function usageFailure(...messages: readonly string[]): CommandResult {
  return { ...failure(...messages), isUsageError: true };
}

/** Prints the result of a command, and sets the exit code if it failed. */
export type PrintResult = (result: CommandResult, options?: { readonly json?: true }) => void;

/** The problems of the configuration, and where its variables are explained. */
export function configFailure(problems: readonly string[]): CommandResult {
  return failure(...problems, '', `${commandLine('start --help')} explains the variables`);
}
