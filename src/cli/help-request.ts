import type { Command } from 'commander';

const HELP_OPTIONS: ReadonlySet<string> = new Set(['--help', '-h']);

/**
 * The arguments, with `help a b` written as `a b --help`, and without a request for help if they name an unknown command. The
 * parser would print the help of all commands then, and never suggest the nearest.
 */
export function withHelpOfKnownCommand(program: Command, args: readonly string[]): readonly string[] {
  const words: string[] = [];
  let command = program;
  let asksHelp = false;
  for (const [index, word] of args.entries()) {
    if (word === 'help' && command.commands.length > 0) {
      asksHelp = true;
      continue;
    }
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) {
      const rest = args.slice(index);
      const isUnknown = command.commands.length > 0 && !word.startsWith('-');
      if (isUnknown) return [...words, ...rest.filter((each) => !HELP_OPTIONS.has(each))];
      return [...words, ...rest, ...(asksHelp ? ['--help'] : [])];
    }
    words.push(word);
    command = next;
  }
  return [...words, ...(asksHelp ? ['--help'] : [])];
}
