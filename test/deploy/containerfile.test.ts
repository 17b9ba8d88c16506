import { readFileSync } from 'node:fs';
import { type Copy, DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';

const text = readFileSync('Containerfile', 'utf8');
const containerfile = DockerfileParser.parse(text);

test('the linter finds nothing in the Containerfile', () => {
  expect(validate(text)).toEqual([]);
  expect(validate('FROM scratch\nFORM x').map(({ message }) => message)).not.toEqual([]);
});

test('the image is built with the version of Node that the project uses', () => {
  const [base] = containerfile.getFROMs().map((from) => from.getImage());
  expect(base).toMatch(new RegExp(`^node:${readFileSync('.node-version', 'utf8').trim()}-`));
});

test('the build context holds what the Containerfile copies, and nothing else', () => {
  const copied = containerfile
    .getCOPYs()
    .filter((copy: Copy) => copy.getFromFlag() === null)
    .flatMap((copy) => copy.getArguments().slice(0, -1))
    .map((argument) => argument.getValue());
  const [first, ...allowed] = readFileSync('.dockerignore', 'utf8').trim().split('\n');
  expect(first).toBe('*');
  expect(allowed.toSorted()).toEqual([...new Set(copied)].map((path) => `!${path}`).toSorted());
});
