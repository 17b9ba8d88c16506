import { expect, test } from 'vitest';
import { hostProblem } from '../../src/server/hosts.ts';

test.each([
  'localhost',
  'LOCALHOST:4000',
  '127.0.0.1:4000',
  '[::1]:4000',
  'shop.example',
  'shop.example:443',
])('%s is a name that is known', (host) => {
  expect(hostProblem([host], ['shop.example'])).toBeNull();
});

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', '[::2]'])(
  '%s is a name that is not, and is taken where every name is',
  (host) => {
    expect(hostProblem([host], ['shop.example'])).toBe('unknown');
    expect(hostProblem([host], null)).toBeNull();
  },
);

test.each([
  '',
  '[',
  'a b',
  'a/b',
  'a@b',
  'a?b',
  '%zz',
  'a:port',
  'a:99999',
  '[12345]',
  '[::1',
  'a,b',
  'ä',
  'a\0b',
  '256.1.1.1',
])('%o is no name', (host) => {
  expect(hostProblem([host], null)).toBe('malformed');
});

test('two names are none', () => {
  expect(hostProblem(['localhost', 'localhost'], null)).toBe('malformed');
});

test('no name at all is taken where every name is', () => {
  expect(hostProblem([], null)).toBeNull();
  expect(hostProblem(undefined, [])).toBe('unknown');
});
