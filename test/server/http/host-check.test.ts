import { expect, test } from 'vitest';
import { checkHost } from '../../../src/server/http/host-check.ts';

test.each([
  'localhost',
  'LOCALHOST:4000',
  '127.0.0.1:4000',
  '[::1]:4000',
  'shop.example',
  'shop.example:443',
])('allows the host %s', (host) => {
  expect(checkHost([host], ['shop.example'])).toBeNull();
});

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', '[::2]'])(
  'rejects the host %s unless every name is allowed',
  (host) => {
    expect(checkHost([host], ['shop.example'])).toBe('unknown');
    expect(checkHost([host], null)).toBeNull();
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
])('rejects the malformed host %o', (host) => {
  expect(checkHost([host], null)).toBe('malformed');
});

test('rejects two Host headers', () => {
  expect(checkHost(['localhost', 'localhost'], null)).toBe('malformed');
});

test('rejects a missing Host unless every name is allowed', () => {
  expect(checkHost([], null)).toBeNull();
  expect(checkHost(undefined, [])).toBe('unknown');
});
