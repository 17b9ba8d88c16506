import type { Command } from 'commander';
import { parseConfig } from '../../config/index.ts';
import type { PrintResult } from '../command-result.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';

export function addDoctor(program: Command, print: PrintResult): void {
  program
    .command('doctor')
    .description('says what is wrong with the store and the configuration, and what to do; writes nothing')
    .addOption(jsonOption('the findings, and the fields of the schema by whether they work'))
    .addHelpText(
      'after',
      '\nIt sends the store at most four GET requests. Fails with exit code 1 if something is wrong.',
    )
    .action(async (options: JsonOptions) => {
      const parsed = parseConfig();
      const [{ configurationFindings, diagnose }, { report }] = await Promise.all([
        import('../doctor/index.ts'),
        import('../doctor/report.ts'),
      ]);
      if ('problems' in parsed) return print(report(configurationFindings(parsed.problems)), options);
      print(report(await diagnose({ config: parsed.config })), options);
    });
}
