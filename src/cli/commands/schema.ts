import type { Command } from 'commander';
import type { PrintResult } from '../command-result.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';

export function addSchema(program: Command, print: PrintResult): void {
  program
    .command('schema')
    .description('prints the GraphQL schema in SDL')
    .addOption(jsonOption('the result of an introspection query'))
    .action(async (options: JsonOptions) => {
      const { introspectionFromSchema, printSchema } = await import('graphql');
      const { schema } = await import('../../schema/index.ts');
      print(
        {
          output: [printSchema(schema)],
          messages: [],
          failed: false,
          ...(options.json && { data: introspectionFromSchema(schema) }),
        },
        options,
      );
    });
}
