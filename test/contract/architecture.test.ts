import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

interface Link {
  readonly text: string;
  readonly file: string;
}

/** The links of a page to files of the repository. */
function linksOf(page: string): readonly Link[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/\[([^\]]+)\]\(([^)#]+)\)/g)].map(([, label = '', target = '']) => ({
    text: label,
    file: join(dirname(page), target),
  }));
}

function exportsName(file: string, name: string): boolean {
  const declaration = new RegExp(`^export (async )?(function|const|interface|type|class) ${name}\\b`, 'm');
  return existsSync(file) && declaration.test(readFileSync(file, 'utf8'));
}

const namedLinks = linksOf('docs/architecture.md').filter(({ text }) => text.startsWith('`'));

test.each(namedLinks)('docs/architecture.md finds $text exported by $file', ({ text, file }) => {
  expect(exportsName(file, text.replaceAll('`', ''))).toBe(true);
});

test('a name that a file does not export is not found', () => {
  expect(exportsName('src/rest/operations.ts', 'OPERATIONS')).toBe(true);
  expect(exportsName('src/rest/operations.ts', 'OPERATION')).toBe(false);
  expect(exportsName('src/rest/gone.ts', 'OPERATIONS')).toBe(false);
});

test.each(['docs/architecture.md', 'docs/adding-a-resource.md'].flatMap(linksOf))(
  'the linked file $file exists',
  ({ file }) => {
    expect(existsSync(file)).toBe(true);
  },
);

test('"Where to look" answers at least ten questions, each with an exported name', () => {
  const section = readFileSync('docs/architecture.md', 'utf8')
    .split('## Where to look')[1]
    ?.split('\n## ')[0];
  const questions = (section ?? '').split('\n').filter((line) => /^\| [A-Z].*\? \|/.test(line));
  expect(questions.length).toBeGreaterThanOrEqual(10);
  for (const question of questions) expect(question).toMatch(/\[`\w+`\]\(\.\.\/src\//);
});
