import { describe, expect, test } from 'vitest';
import { count, country, each, email, id, noNulls, text, within } from '../../src/resolvers/checks.ts';
import type { Problem } from '../../src/resolvers/write-results.ts';

function codes(problems: readonly Problem[]): string[] {
  return problems.map(({ code, field }) => `${code} ${field}`);
}

describe('text', () => {
  test.each([
    [null, []],
    [undefined, []],
    ['a', []],
    ['abc', []],
    ['', ['REQUIRED x']],
    ['   ', ['REQUIRED x']],
    ['abcd', ['INVALID x']],
    ['\ud800', ['INVALID x']],
  ])('of 1 to 3 characters: %j', (value, expected) => {
    expect(codes(text('x', value, 1, 3))).toEqual(expected);
  });

  test('that is too short, but there, is invalid', () => {
    expect(text('x', 'a', 2)).toEqual([
      { code: 'INVALID', field: 'x', message: 'x must have at least 2 characters.' },
    ]);
  });

  test('may be empty where nothing is asked of it, and of any length', () => {
    expect(text('x', '', 0)).toEqual([]);
    expect(text('x', 'x'.repeat(100_000), 0)).toEqual([]);
  });
});

test('an id is 1 or more, a group 0 or more', () => {
  expect(codes(id('x', 0))).toEqual(['INVALID x']);
  expect(codes(id('x', -1, 0))).toEqual(['INVALID x']);
  expect([id('x', 1), id('x', 0, 0), id('x', null), id('x', undefined)]).toEqual([[], [], [], []]);
});

test('a list holds so many at the most', () => {
  expect(codes(count('x', Array(11), 10))).toEqual(['LIMIT_EXCEEDED x']);
  expect([count('x', Array(10), 10), count('x', null, 10), count('x', undefined, 10)]).toEqual([[], [], []]);
});

test.each(['a', 'ab', 'a@b@c', 'a b@c', '@abc', 'abc@', 'a,b@c.d', `${'x'.repeat(254)}@y`])(
  'no e-mail address: %s',
  (value) => {
    expect(codes(email('x', value))).toEqual(['INVALID x']);
  },
);

test.each(['a@b', "o'neill+tag@example.org", 'ü@exämple.org'])('an e-mail address: %s', (value) => {
  expect(email('x', value)).toEqual([]);
});

test('a country is two letters', () => {
  expect([country('x', 'DE'), country('x', 'de'), country('x', null)]).toEqual([[], [], []]);
  for (const value of ['', 'D', 'DEU', '12', 'D ']) expect(codes(country('x', value))).toEqual(['INVALID x']);
});

test('null clears only what can be cleared, and what is absent is no matter', () => {
  expect(codes(noNulls({ a: null, b: null, c: undefined, d: 1 }, new Set(['a'])))).toEqual(['INVALID b']);
});

test('what stands inside of an item has a path of its own', () => {
  const check = (value: string | null) => [...text('name', value, 1, 1), ...(value === null ? [NONE] : [])];
  expect(codes(each('list', ['a', '', null], check))).toEqual(['REQUIRED list.1.name', 'INVALID list.2']);
  expect(codes(within('one', '', check))).toEqual(['REQUIRED one.name']);
  expect([each('list', null, check), within('one', null, check), within('one', undefined, check)]).toEqual([
    [],
    [],
    [],
  ]);
});

const NONE: Problem = { code: 'INVALID', message: 'There is none.', field: null };
