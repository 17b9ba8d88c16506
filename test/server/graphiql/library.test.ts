import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS } from '../../../src/access/caller.ts';
import { schema } from '../../../src/schema/index.ts';
import { library, libraryOperations } from '../../../src/server/graphiql/library/index.ts';
import type { LibraryOperation } from '../../../src/server/graphiql/library/operation.ts';
import type { Json } from '../../sandbox/support/store-client.ts';
import { mergeParts, readParts, readRest } from '../../support/incremental-response.ts';
import { jsonPost } from '../../support/post.ts';
import { type SignInGateway, startSignInGateway } from '../../support/sign-in-gateway.ts';

const THEMES = [
  'Find',
  'Nest',
  'Page',
  'Attributes',
  'Form fields',
  'Consent',
  'Instruments',
  'Metafields',
  'Bulk writes',
  'What failed and why',
  "Shopper's view",
  'Explain',
  'Cache',
];

test('the library has every theme, and an operation in each', () => {
  expect(library.map(({ name }) => name)).toEqual(THEMES);
  expect(library.filter(({ operations }) => operations.length === 0)).toEqual([]);
});

test('the name of each operation is unique, and is that of its document', () => {
  const names = libraryOperations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, query } of libraryOperations)
    expect(query).toMatch(new RegExp(`^(query|mutation) ${name}\\b`));
});

describe.each(libraryOperations)('$name', (operation) => {
  test('is valid', () => {
    expect(validate(schema, parse(operation.query))).toEqual([]);
  });

  test('does on a fresh sandbox what the library says, for the calls that it says', async () => {
    const gateway = await startSignInGateway({
      sandbox: { customers: 250 },
      gateway: { withoutCredential: ANONYMOUS },
    });
    const { errorCodes = [], outcomes, outcomesAgain = outcomes, nullFields = [] } = operation.expected ?? {};
    const answer = await run(gateway, operation);
    expect(codesOf(answer)).toEqual(errorCodes);
    expect(outcomesOf(answer.data)).toEqual(outcomes ?? []);
    expect(gateway.calls()).toHaveLength(operation.calls);
    const isRun = errorCodes.length === 0 && operation.extensions?.explain !== 'only';
    if (isRun) expect(nullFieldsOf(answer.data)).toEqual(nullFields);
    if (outcomes === undefined) return;
    const again = await run(gateway, operation);
    expect(codesOf(again)).toEqual(errorCodes);
    expect(outcomesOf(again.data)).toEqual(outcomesAgain);
  });
});

async function run(gateway: SignInGateway, operation: LibraryOperation): Promise<Json> {
  const { query, variables, extensions = { upstream: true } } = operation;
  const accept = query.includes('@defer') ? 'multipart/mixed' : 'application/graphql-response+json';
  const response = await gateway.app.yoga.fetch(
    'http://gateway/graphql',
    jsonPost({ query, variables, extensions }, { accept }),
  );
  return accept === 'multipart/mixed' ? mergeParts(await readRest(readParts(response))) : response.json();
}

function codesOf({ errors = [] }: Json): readonly string[] {
  return errors.map(({ extensions }: Json) => extensions.code);
}

/** The outcomes of the results of a write. */
function outcomesOf(data: Json): readonly string[] {
  return Object.values((data ?? {}) as Json)
    .flatMap((field: Json) => field?.results ?? [])
    .map(({ outcome }: Json) => outcome);
}

/** The root fields that are null. */
function nullFieldsOf(data: Json): readonly string[] {
  return Object.keys(data).filter((name) => data[name] === null);
}
