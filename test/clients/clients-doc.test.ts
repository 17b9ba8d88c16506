import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// The tests of each client run these files. Readers know the packages by their usual names.
const PACKAGES = [
  ['apollo-client-4', '@apollo/client'],
  ['@tanstack/query-core', '@tanstack/react-query'],
] as const;

const folder = new URL('./settings/', import.meta.url);
const page = readFileSync('docs/clients.md', 'utf8');
// Blocks with the word `file` belong to the typed client: test/client/typed-page.test.ts.
const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);

test('docs/clients.md contains each of the settings, and no other code', () => {
  const files = readdirSync(folder).map((name) =>
    PACKAGES.reduce(
      (text, [installed, usual]) => text.replaceAll(installed, usual),
      readFileSync(new URL(name, folder), 'utf8'),
    ),
  );
  expect(files).toHaveLength(4);
  expect(blocks.toSorted()).toEqual(files.toSorted());
});
