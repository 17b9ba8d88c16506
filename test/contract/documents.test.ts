import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { documentedVariables } from '../../src/config.ts';
import { schema } from '../../src/schema/index.ts';

const readme = readFileSync('README.md', 'utf8');
const { dependencies, scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

test('.env.example holds every variable, and no other', () => {
  const example = readFileSync('.env.example', 'utf8');
  const lines = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)];
  const names = documentedVariables.map(({ name }) => name);
  expect(lines.map(([, name]) => name).toSorted()).toEqual(names.toSorted());
  for (const { name, fallback } of documentedVariables) {
    if (fallback !== null) expect(example).toContain(`\n# ${name}=${fallback}\n`);
  }
});

test('--help tells of every variable', () => {
  const help = execFileSync(process.execPath, ['src/main.ts', '--help'], { encoding: 'utf8' });
  for (const { name, meaning } of documentedVariables) {
    expect(meaning).not.toBe('');
    expect(help).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
    expect(help).toContain(meaning);
  }
});

test('the README says what each runtime dependency is for', () => {
  for (const name of Object.keys(dependencies)) {
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\| \\S.* \\|$`, 'm'));
  }
});

test('the README names no command that does not exist', () => {
  const named = [...readme.matchAll(/`npm (?:run )?([\w-]+)`/g)]
    .map(([, name]) => name)
    .filter((name) => name !== 'ci');
  expect(named).toContain('start');
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test('the queries of the README are questions that the schema takes', () => {
  const queries = [...readme.matchAll(/```graphql\n(.*?)```/gs)].map(([, query]) => query ?? '');
  expect(queries).toHaveLength(5);
  for (const query of queries) expect(validate(schema, parse(query))).toEqual([]);
});
