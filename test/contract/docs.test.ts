import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentedVariables } from '../../src/config/variables.ts';

const readme = readFileSync('README.md', 'utf8');
const contributing = readFileSync('CONTRIBUTING.md', 'utf8');
const { dependencies, scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

test('.env.example lists exactly the supported variables', () => {
  const example = readFileSync('.env.example', 'utf8');
  const lines = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)];
  const names = documentedVariables.map(({ name }) => name);
  expect(lines.map(([, name]) => name).toSorted()).toEqual(names.toSorted());
  for (const { name, defaultValue } of documentedVariables) {
    if (defaultValue !== null) expect(example).toContain(`\n# ${name}=${defaultValue}\n`);
  }
});

test('--help describes every variable', () => {
  const help = execFileSync(process.execPath, ['src/main.ts', 'start', '--help'], { encoding: 'utf8' });
  for (const { name, meaning } of documentedVariables) {
    expect(meaning).not.toBe('');
    expect(help).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
    expect(help).toContain(meaning);
  }
});

test('CONTRIBUTING.md describes each runtime dependency', () => {
  for (const name of Object.keys(dependencies)) {
    expect(contributing).toMatch(new RegExp(`^\\| \`${name}\` \\| \\S.* \\|$`, 'm'));
  }
});

test('README.md and CONTRIBUTING.md mention only existing npm scripts', () => {
  const named = [...`${readme}\n${contributing}`.matchAll(/`npm (?:run )?([\w-]+)`/g)]
    .map(([, name]) => name)
    .filter((name) => name !== 'ci');
  expect(named).toContain('start');
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});
