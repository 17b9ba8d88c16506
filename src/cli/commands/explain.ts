import type { Command } from 'commander';
import { parseConfig } from '../../config/index.ts';
import { choiceOption } from '../choices.ts';
import { configFailure, failure, type PrintResult } from '../command-result.ts';
import type { CALLERS } from '../explain.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';

/** Where the stores of BigCommerce are, for the length of URLs if no store is configured. */
const USUAL_API_URL = 'https://api.bigcommerce.com/stores/abcdefghij/v3';

interface Options extends JsonOptions {
  readonly variables?: string;
  readonly operation?: string;
  readonly as: keyof typeof CALLERS;
}

export function addExplain(program: Command, print: PrintResult): void {
  program
    .command('explain')
    .argument('<document>', 'file of a GraphQL document; - reads standard input')
    .description('prints the REST calls that the operations of a document may cost, without making one')
    .option('--variables <json>', 'variables: a JSON object, or the name of a file of it')
    .option('--operation <name>', 'the operation to explain (default: all)')
    .addOption(
      choiceOption('--as <caller>', 'whom to explain it for', [
        'backend',
        'shopper',
        'public',
      ] satisfies (keyof typeof CALLERS)[]).default('backend'),
    )
    .addOption(jsonOption('the price of each operation, and its plan'))
    .addHelpText(
      'after',
      '\nFails with exit code 1 if the document is invalid or a limit of the gateway is exceeded.',
    )
    .action(async (file: string, options: Options) => {
      const parsed = parseConfig();
      if ('problems' in parsed) return print(configFailure(parsed.problems));
      const { config } = parsed;
      const [{ explain, CALLERS }, { readText }] = await Promise.all([
        import('../explain.ts'),
        import('../read-text.ts'),
      ]);
      const document = await readText(file);
      if ('problem' in document) return print(failure(document.problem));
      const variables = await readVariables(options.variables, readText);
      if ('problem' in variables) return print(failure(variables.problem));
      const result = explain({
        text: document.text,
        name: file === '-' ? 'standard input' : file,
        variables: variables.text,
        operation: options.operation ?? null,
        caller: CALLERS[options.as],
        limits: {
          maxCalls: config.operationMaxCalls,
          maxValues: config.operationMaxValues,
          document: config.guards.limits,
        },
        urlPrefixLength:
          config.store.kind === 'bigcommerce' ? config.store.apiUrl.length : USUAL_API_URL.length,
      });
      print(result, options);
    });
}

async function readVariables(
  given: string | undefined,
  readText: (file: string) => Promise<{ readonly text: string } | { readonly problem: string }>,
): Promise<{ readonly text: string | null } | { readonly problem: string }> {
  if (given === undefined) return { text: null };
  return given.trimStart().startsWith('{') ? { text: given } : readText(given);
}
