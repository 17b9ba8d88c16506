import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { schema } from '../../src/schema/index.ts';
import { FENCES, fencesOf, PAGES, readPage } from '../docs/pages.ts';
import { commandsOf, faultOf } from '../docs/shell.ts';

// What every snippet of README.md and docs/ must be, without running it. test/docs runs them.

/** The languages of snippets, with the marks of each. `text` and `mermaid` are shown, all others are checked. */
const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  graphql: ['as', 'fails', 'outcome', 'empty', 'explained', 'file', 'not-run'],
  http: [],
  json: ['variables', 'extensions', 'answer', 'not-run'],
  mermaid: [],
  sh: ['not-run'],
  text: [],
  ts: ['file', 'not-run'],
  yaml: [],
};

/** All blocks that no test runs, with the reason in their info string. */
const NOT_RUN: readonly string[] = [
  'docs/deploy.md: needs a Kubernetes cluster',
  'docs/deploy.md: needs a container engine',
];

test('every block has a language and marks that are known', () => {
  const faults = FENCES.flatMap(({ place, language, marks }) => {
    const known = LANGUAGES[language];
    if (known === undefined) return [`${place}: the language "${language}" is unknown`];
    return [...marks.keys()]
      .filter((mark) => !known.includes(mark))
      .map((mark) => `${place}: the mark "${mark}" of ${language} is unknown`);
  });
  expect(faults).toEqual([]);
});

test('the blocks that no test runs are listed, each with a reason', () => {
  const marked = FENCES.filter(({ marks }) => marks.has('not-run'));
  const listed = new Set(marked.map(({ page, marks }) => `${page}: ${marks.get('not-run')}`));
  expect([...listed].toSorted()).toEqual(NOT_RUN.toSorted());
});

test('every graphql block is valid, unless it is to fail', () => {
  const blocks = FENCES.filter(({ language, marks }) => language === 'graphql' && !marks.has('fails'));
  expect(blocks.length).toBeGreaterThan(2);
  for (const { place, code } of blocks) {
    const problems = validate(schema, parse(code)).map(({ message }) => message);
    expect(problems, place).toEqual([]);
  }
});

test('every json block is JSON, or a JSON value on each line', () => {
  for (const { place, code } of FENCES.filter(({ language }) => language === 'json')) {
    const isJson = isParsed(code) || code.split('\n').every(isParsed);
    expect(isJson, place).toBe(true);
  }
});

test('every yaml block is YAML', () => {
  for (const { place, code } of FENCES.filter(({ language }) => language === 'yaml')) {
    expect(parseDocument(code).errors, place).toEqual([]);
  }
});

test('every command of a sh block exists, with its options and variables', () => {
  const blocks = FENCES.filter(({ language, marks }) => language === 'sh' && !marks.has('not-run'));
  const faults = blocks.flatMap(({ place, code }) =>
    commandsOf(code)
      .map(faultOf)
      .filter((fault) => fault !== null)
      .map((fault) => `${place}: ${fault}`),
  );
  expect(faults).toEqual([]);
});

test('every name in capitals that a page mentions occurs in the code', () => {
  const code = codeOf('src', 'test', 'scripts', 'bench', '.github', '.ci');
  const words = new Set([...code.matchAll(/[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+/g)].map(([word]) => word));
  for (const page of PAGES.filter((name) => name !== 'CHANGELOG.md')) {
    const named = [...readPage(page).matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)];
    const unknown = named.map(([, name = '']) => name).filter((name) => !words.has(name));
    expect(unknown, page).toEqual([]);
  }
});

describe('the checks find', () => {
  test('a block that is not closed', () => {
    expect(() => fencesOf('x.md', 'text\n```sh\nnpm ci')).toThrow('x.md:2: the block is not closed');
  });

  test.each([
    ['npm run missing', 'npm has no script missing'],
    ['npm run keys -- creat --name x', 'keys has no command creat'],
    ['npm run keys -- create --nam x', 'create has no option --nam'],
    ['npx gfbc keyz', 'graphql-for-bigcommerce-customers has no command keyz'],
    ['PROT=4000 npm start', 'PROT is no variable of the gateway'],
    ['node dist/missing.js', 'dist/missing.js does not exist'],
    ['rm -rf x', 'rm is not known: run it in a test, or mark the block with not-run="reason"'],
  ])('the fault of %s', (line, fault) => {
    expect(commandsOf(line).map(faultOf)).toEqual([fault]);
  });
});

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function codeOf(...folders: readonly string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((name) => /\.(ts|cjs|yml|lua)$|run$/.test(name) && !name.endsWith('snippets.test.ts'))
    .map((name) => readFileSync(name, 'utf8'))
    .join('\n');
}
