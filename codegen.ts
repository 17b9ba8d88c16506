import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { schema } from './src/schema/index.ts';

const sdl = printSchema(schema);

const config: CodegenConfig = {
  schema: sdl,
  generates: {
    'schema.graphql': { plugins: ['schema-ast'] },
    'test/generated/operations.ts': {
      documents: 'test/operations/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        useTypeImports: true,
        importExtension: '.ts',
        enumsAsTypes: true,
        scalars: { ID: 'string', DateTime: 'string', Date: 'string', SafeInt: 'number' },
        strictScalars: true,
      },
    },
  },
};

export default config;
