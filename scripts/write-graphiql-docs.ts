import { writeFileSync } from 'node:fs';
import { library } from '../src/server/graphiql/library/index.ts';
import type { LibraryOperation } from '../src/server/graphiql/library/operation.ts';

const INTRO = `<!-- Generated from src/server/graphiql/library by npm run codegen. -->

# The operations of GraphiQL

The library of [GraphiQL](graphiql.md), by theme. Each operation works at once on the sandbox, with these variables. A test runs all of
them, and compares their outcomes and the number of their REST calls.`;

function section({
  name,
  title,
  explanation,
  query,
  variables,
  extensions,
  calls,
}: LibraryOperation): string {
  return [
    `### ${title}`,
    `${explanation} \`${name}\`, REST calls on a fresh sandbox: ${calls}.`,
    `\`\`\`graphql\n${query.trim()}\n\`\`\``,
    ...(variables === undefined ? [] : [`Variables:`, json(variables)]),
    ...(extensions === undefined ? [] : [`Extensions of the request:`, json(extensions)]),
  ].join('\n\n');
}

function json(value: object): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

const themes = library.map(({ name, operations }) => [`## ${name}`, ...operations.map(section)].join('\n\n'));
writeFileSync('docs/graphiql-operations.md', `${[INTRO, ...themes].join('\n\n')}\n`);
