import { expect, test, vi } from 'vitest';
import { remember } from '../../../src/server/http/remember.ts';

test('a result is computed once for a text, also if it is null', () => {
  const parse = vi.fn((text: string) => (text === 'a' ? null : { text }));
  const parsed = remember(parse);
  expect([parsed('a'), parsed('a'), parsed('b')]).toEqual([null, null, { text: 'b' }]);
  expect(parsed('b')).toBe(parsed('b'));
  expect(parse).toHaveBeenCalledTimes(2);
});

test('neither a long text nor more than 100 texts are remembered', () => {
  const parse = vi.fn((text: string) => text.length);
  const parsed = remember(parse);
  for (let count = 0; count < 2; count += 1) expect(parsed('a'.repeat(201))).toBe(201);
  expect(parse).toHaveBeenCalledTimes(2);
  for (let count = 0; count < 101; count += 1) parsed(String(count));
  parsed('0');
  expect(parse).toHaveBeenCalledTimes(104);
  parsed('0');
  expect(parse).toHaveBeenCalledTimes(104);
});

test('the number of texts that are remembered can be chosen', () => {
  const parse = vi.fn((text: string) => text.length);
  const parsed = remember(parse, 2);
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) parsed(text);
  expect(parse.mock.calls.flat()).toEqual(['a', 'b', 'c', 'b']);
});

test('a text that cannot be parsed throws each time', () => {
  const parsed = remember(() => {
    throw new Error('no');
  });
  expect(() => parsed('a')).toThrow('no');
  expect(() => parsed('a')).toThrow('no');
});
