import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/gql/**'],
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        scalars: { ID: 'string', Date: 'string', DateTime: 'string', SafeInt: 'number' },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
