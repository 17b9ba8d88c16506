import { expect, test } from 'vitest';
import { parseSecret, parseSecrets } from '../../../src/access/files/secrets.ts';

test('a secret is read without the line break of an editor', () => {
  expect(parseSecret('TOKEN', ' abc-123\r\n')).toEqual({ value: 'abc-123' });
});

test.each([
  ['', 'TOKEN is empty'],
  [' \n', 'TOKEN is empty'],
  ['abc def', 'TOKEN contains characters that a secret cannot have'],
  ['abcäöü', 'TOKEN contains characters that a secret cannot have'],
])('a secret like %j is refused without being quoted', (text, problem) => {
  expect(parseSecret('TOKEN', text)).toEqual({ problems: [problem] });
});

test.each([
  ['new', ['new']],
  ['new\nold\n', ['new', 'old']],
  ['new, old', ['new', 'old']],
])('one or two secrets are read from %j', (text, value) => {
  expect(parseSecrets('SECRETS', text)).toEqual({ value });
});

test.each([
  ['\n', 'SECRETS is empty'],
  ['a,b,c', 'SECRETS contains more than two secrets'],
  ['a\u0000b', 'SECRETS contains characters that a secret cannot have'],
])('secrets like %j are refused without being quoted', (text, problem) => {
  expect(parseSecrets('SECRETS', text)).toEqual({ problems: [problem] });
});
