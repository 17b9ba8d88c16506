import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { ALIAS, PROGRAM } from '../src/cli/command-line.ts';
import { EXIT_CODES } from '../src/cli/exit-codes.ts';
import { createProgram } from '../src/cli/program.ts';

const HELP_WIDTH = 100;

export const COMMAND_PAGE = 'docs/command.md';

/** The page about the program's commands, written from their help. */
export function commandPage(): string {
  const program = createProgram({ out: () => {}, err: () => {} }, () => {});
  const intro = `<!-- Generated from src/cli by npm run codegen. -->

# The command

The package installs one program under two names, \`${PROGRAM}\` and \`${ALIAS}\`. In a clone, \`npm start\`,
\`npm run sandbox\`, \`npm run keys --\` and \`npm run webhooks --\` run the command of that name, and \`npm run ${ALIAS} --\` any other.
Without a command it runs \`start\`. Commands read the [environment variables](configuration.md) and the file \`.env\`.

- \`--help\` after any command explains it, \`--version\` prints the version. An unknown command, option or choice is
  answered with the nearest one.
- What programs may read is written to standard output, everything else to standard error. With \`--json\` a command writes
  its output as JSON. If it fails before it has any, standard output stays empty.
- Output has colours on a terminal only. \`NO_COLOR=1\` switches them off, \`FORCE_COLOR=1\` on.

## Exit codes

| code | meaning |
| --- | --- |
| ${EXIT_CODES.done} | the command did what it was asked to do |
| ${EXIT_CODES.failed} | it could not, or found something wrong; standard error says what |
| ${EXIT_CODES.usage} | the arguments are wrong, and nothing was done |`;
  return `${[intro, ...program.commands.flatMap(sectionsOf)].join('\n\n')}\n`;
}

function sectionsOf(command: Command): string[] {
  return [section(command), ...command.commands.map(section)];
}

function section(command: Command): string {
  const names: string[] = [];
  for (let each = command; each.parent !== null; each = each.parent) names.unshift(each.name());
  const help = command
    .configureHelp({ ...command.configureHelp(), helpWidth: HELP_WIDTH })
    .helpInformation()
    .replaceAll(`${PROGRAM} `, `${ALIAS} `)
    .trim();
  return [`${'#'.repeat(names.length + 1)} \`${names.join(' ')}\``, `\`\`\`text\n${help}\n\`\`\``].join(
    '\n\n',
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(COMMAND_PAGE, commandPage());
