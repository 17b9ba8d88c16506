import { extname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { choiceOption, choicesOption } from '../choices.ts';
import { failure, type PrintResult, usageFailure } from '../command-result.ts';
import { defaultPageSize, FORMATS, type Format, JSONL_ONLY, PARTS, type Part } from '../export/parts.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';
import { addRemoteOptions, openRemoteGateway, type RemoteOptions } from '../remote-gateway.ts';
import { onStopRequest } from '../signals.ts';

interface Options extends RemoteOptions, JsonOptions {
  readonly format?: Format;
  readonly include?: readonly Part[];
  readonly createdSince?: string;
  readonly updatedSince?: string;
  readonly customerGroup?: number;
  readonly addressColumns: number;
  readonly pageSize?: number;
  readonly force?: true;
}

/** The client waits so long for a gateway that restarts: about 16 seconds. */
const RETRIES = 6;
const TIMEOUT_MS = 120_000;
/** The budget of a key comes back within a minute. */
const MAX_WAIT_MS = 90_000;

export function addExport(program: Command, print: PrintResult): void {
  const command = program
    .command('export')
    .argument('<file>', 'file to write, readable by its owner alone; .jsonl or .csv')
    .description('writes all customers of a running gateway to a file, which import reads');
  addRemoteOptions(command)
    .addOption(choiceOption('--format <format>', 'format of the file (default: by its name)', FORMATS))
    .addOption(choicesOption('--include <parts>', 'what to export beside the customers themselves', PARTS))
    .option('--created-since <time>', 'only customers created since then, such as 2026-01-31T09:00:00Z', time)
    .option('--updated-since <time>', 'only customers changed since then', time)
    .option('--customer-group <id>', 'only customers of this group', whole(0, 2 ** 31 - 1))
    .option(
      '--address-columns <number>',
      'addresses of a customer that CSV has columns for',
      whole(1, 100),
      5,
    )
    .option('--page-size <number>', 'customers per request, 1 to 250 (default: by --include)', whole(1, 250))
    .option('--force', 'replaces a file that exists, and begins an incomplete export anew')
    .addOption(jsonOption('the file, the number of customers, and whether it is complete'))
    .addHelpText(
      'after',
      '\nIf it is interrupted, the same command goes on after the last complete page: <file>.export-journal says where.',
    )
    .action(async (file: string, options: Options) => {
      if (file === '-')
        return print(usageFailure('standard output cannot be cut back to resume: name a file'));
      const format = options.format ?? formatOf(file);
      if (format === null)
        return print(usageFailure('the name of the file ends with neither .jsonl nor .csv: add --format'));
      const parts = PARTS.filter((part) => options.include?.includes(part));
      const [unfit] = format === 'csv' ? parts.filter((part) => JSONL_ONLY.has(part)) : [];
      if (unfit !== undefined) return print(usageFailure(`CSV has no columns for ${unfit}: export JSONL`));
      const opened = await openRemoteGateway(options, process.env, {
        retries: RETRIES,
        timeoutMs: TIMEOUT_MS,
        maxWaitMs: MAX_WAIT_MS,
      });
      if ('problems' in opened) return print(failure(...opened.problems));
      const { exportCustomers } = await import('../export/index.ts');
      const write = program.configureOutput().writeErr ?? (() => {});
      let isStopping = false;
      const ignoreSignals = onStopRequest(process.env.npm_lifecycle_event !== undefined, (reason) => {
        write(`\n${reason}: stopping after this page; once more stops at once\n`);
        isStopping = true;
      });
      const result = await exportCustomers({
        gateway: opened.gateway,
        file,
        settings: { format, parts, filter: filterOf(options), addressColumns: options.addressColumns },
        pageSize: options.pageSize ?? defaultPageSize(parts),
        force: options.force === true,
        isStopping: () => isStopping,
        terminal: process.stderr.isTTY ? write : null,
      }).finally(ignoreSignals);
      print(result, options);
    });
}

function formatOf(file: string): Format | null {
  const extension = extname(file).toLowerCase();
  if (extension === '.csv') return 'csv';
  return extension === '.jsonl' || extension === '.ndjson' ? 'jsonl' : null;
}

function filterOf({ createdSince, updatedSince, customerGroup }: Options) {
  return {
    ...(createdSince !== undefined && { createdAt: { min: createdSince } }),
    ...(updatedSince !== undefined && { updatedAt: { min: updatedSince } }),
    ...(customerGroup !== undefined && { customerGroupIds: [customerGroup] }),
  };
}

/** Without a time zone the same command would mean other customers on another machine. */
function time(value: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const text = day ? `${value}T00:00:00Z` : value;
  if (
    !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text) ||
    Number.isNaN(Date.parse(text))
  )
    throw new InvalidArgumentError('It is no time with a time zone, such as 2026-01-31T09:00:00Z.');
  return new Date(text).toISOString();
}

function whole(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max))
      throw new InvalidArgumentError(`It is no whole number from ${min} to ${max}.`);
    return number;
  };
}
