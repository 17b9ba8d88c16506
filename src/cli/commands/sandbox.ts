import type { Command } from 'commander';
import { parseConfig } from '../../config/index.ts';
import { configFailure, type PrintResult } from '../command-result.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';

export function addSandbox(program: Command, print: PrintResult): void {
  program
    .command('sandbox')
    .description('runs the sandbox store alone')
    .addOption(jsonOption('the address and the token, once the store listens'))
    .action(async (options: JsonOptions) => {
      const parsed = parseConfig();
      if ('problems' in parsed) return print(configFailure(parsed.problems));
      const { runSandbox } = await import('../sandbox.ts');
      await runSandbox(parsed.config, (listening) => print(listening, options));
    });
}
