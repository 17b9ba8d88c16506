import { writeFileSync } from 'node:fs';
import { library } from '../src/server/graphiql/library/index.ts';
import type { LibraryOperation } from '../src/server/graphiql/library/operation.ts';

const INTRO = `<!-- Generated from src/server/graphiql/library by npm run codegen. -->

# The operations of GraphiQL

The library of [GraphiQL](graphiql.md), by theme. Each operation works at once on the sandbox, with these variables. A test runs all of
them, and compares their outcomes and the number of their REST calls.`;

function section(operation: LibraryOperation): string {
  const { name, title, explanation, query, variables, extensions, calls } = operation;
  return [
    `### ${title}`,
    `${explanation} \`${name}\`, REST calls on a fresh sandbox: ${calls}.`,
    `\`\`\`graphql${marks(operation)}\n${query.trim()}\n\`\`\``,
    ...(variables === undefined ? [] : ['Variables:', json('variables', variables)]),
    ...(extensions === undefined ? [] : ['Extensions of the request:', json('extensions', extensions)]),
  ].join('\n\n');
}

/** What the test that runs the snippets of the docs is to expect. */
function marks({ expected = {}, extensions }: LibraryOperation): string {
  const { errorCodes = [], outcomes = [], nullFields = [] } = expected;
  return [
    ...errorCodes.map((code) => ` fails=${code}`),
    ...(outcomes.includes('FAILED') ? [' outcome=FAILED'] : []),
    ...(nullFields.length > 0 && errorCodes.length === 0 ? [' empty'] : []),
    ...(extensions?.explain === undefined ? [] : [' explained']),
  ].join('');
}

function json(mark: string, value: object): string {
  return `\`\`\`json ${mark}\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

const themes = library.map(({ name, operations }) => [`## ${name}`, ...operations.map(section)].join('\n\n'));
writeFileSync('docs/graphiql-operations.md', `${[INTRO, ...themes].join('\n\n')}\n`);
