import type { Command } from 'commander';
import { parseConfig } from '../../config/index.ts';
import { configFailure, type PrintResult } from '../command-result.ts';

export function addSandbox(program: Command, print: PrintResult): void {
  program
    .command('sandbox')
    .description('runs the sandbox store alone')
    .action(async () => {
      const parsed = parseConfig();
      if ('problems' in parsed) return print(configFailure(parsed.problems));
      const { runSandbox } = await import('../sandbox.ts');
      await runSandbox(parsed.config);
    });
}
