import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { choiceOption } from '../choices.ts';
import type { PrintResult } from '../command-result.ts';
import { DELIMITER_CHOICES } from '../import/delimiter.ts';
import type { ImportOptions } from '../import/index.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';
import { addRemoteOptions } from '../remote-gateway.ts';
import { onStopRequest } from '../signals.ts';

export function addImport(program: Command, print: PrintResult): void {
  const command = program
    .command('import')
    .argument('<file>', 'CSV with the names of its columns in the first line, or one JSON object a line')
    .description(
      'creates and updates customers from a file, matched by e-mail address, through a running gateway',
    )
    .option('--mapping <file>', 'JSON: what the columns fill, if they have other names than the fields')
    .option('--dry-run', 'checks all rows and looks up which customers exist; writes nothing')
    .addOption(
      choiceOption('--format <format>', 'format of the file (default: by its name)', ['csv', 'jsonl']),
    )
    .addOption(
      choiceOption(
        '--delimiter <name>',
        'delimiter of CSV (default: that of the first line)',
        DELIMITER_CHOICES,
      ),
    )
    .option('--rejects <file>', 'file for the rows that were rejected (default: <name>.rejects.<csv|jsonl>)')
    .option('--journal <file>', 'file for the progress (default: <file>.journal)')
    .option('--restart', 'forgets the progress of an earlier run');
  addRemoteOptions(command)
    .addOption(jsonOption('the counts, and the rows that were rejected'))
    .addHelpText(
      'after',
      `
The same command again goes on where an earlier run ended, however that ended. SIGINT and SIGTERM end it after the batch in
flight. It fails with exit code 1 if rows were rejected or are left.`,
    )
    .action(async (file: string, options: ImportOptions & JsonOptions) => {
      const { importFile } = await import('../import/index.ts');
      const stop = new AbortController();
      const write = program.configureOutput().writeErr ?? (() => {});
      const ignoreSignals = onStopRequest(process.env.npm_lifecycle_event !== undefined, (reason) => {
        write(`\n${reason}: ending with the batch in flight; a second signal ends at once\n`);
        stop.abort();
      });
      const result = await importFile(file, options, {
        write,
        isTerminal: process.stderr.isTTY === true,
        stop: stop.signal,
        now: () => performance.now(),
        sleep: (ms) => sleep(ms, undefined, { signal: stop.signal }).catch(() => {}),
      }).finally(ignoreSignals);
      print(result, options);
    });
}
