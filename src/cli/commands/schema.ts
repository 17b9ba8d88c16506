import type { Command } from 'commander';
import type { PrintResult } from '../command-result.ts';

export function addSchema(program: Command, print: PrintResult): void {
  program
    .command('schema')
    .description('prints the GraphQL schema in SDL')
    .option('--json', 'prints the result of an introspection query')
    .action(async (options: { json?: true }) => {
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
