import type { Command } from 'commander';
import { parseConfig } from '../../config/index.ts';
import { documentedVariables, type Variable } from '../../config/variables.ts';
import { configFailure, type PrintResult } from '../command-result.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';

const NAME_WIDTH = Math.max(...documentedVariables.map(({ name }) => name.length)) + 2;

export function addStart(program: Command, print: PrintResult): void {
  program
    .command('start')
    .description('runs the gateway, with a sandbox store unless a real one is configured')
    .addOption(
      jsonOption('a line with the address once the gateway listens, as if no terminal read the output'),
    )
    .addHelpText(
      'after',
      `\nEnvironment variables, also read from the file .env (defaults in parentheses):\n${documentedVariables.map(helpLine).join('\n')}`,
    )
    .action(async (options: JsonOptions) => {
      const parsed = parseConfig();
      if ('problems' in parsed) return print(configFailure(parsed.problems));
      const { runGateway } = await import('../gateway.ts');
      await runGateway(parsed.config, options);
    });
}

function helpLine({ name, meaning, defaultValue }: Variable): string {
  return `  ${name.padEnd(NAME_WIDTH)}${meaning}${defaultValue === null ? '' : ` (${defaultValue})`}`;
}
