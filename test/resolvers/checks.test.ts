import { describe, expect, test } from 'vitest';
import { count, country, each, email, id, noNulls, text, within } from '../../src/resolvers/checks.ts';
import type { Problem } from '../../src/resolvers/write-results.ts';

function codes(problems: readonly Problem[]): string[] {
  return problems.map(({ code, field }) => `${code} ${field}`);
}

describe('the check of a string', () => {
  test.each([
    [null, []],
    [undefined, []],
    ['a', []],
    ['abc', []],
    ['', ['REQUIRED x']],
    ['   ', ['REQUIRED x']],
    ['abcd', ['INVALID x']],
    ['\ud800', ['INVALID x']],
  ])('requires 1 to 3 characters: %j', (value, expected) => {
    expect(codes(text('x', value, 1, 3))).toEqual(expected);
  });

  test('returns INVALID for a string that is too short but not empty', () => {
    expect(text('x', 'a', 2)).toEqual([
      { code: 'INVALID', field: 'x', message: 'x must have at least 2 characters.' },
    ]);
  });

  test('accepts an empty string and any length without limits', () => {
    expect(text('x', '', 0)).toEqual([]);
    expect(text('x', 'x'.repeat(100_000), 0)).toEqual([]);
  });
});

test('the check of an id requires at least 1, of a customer group at least 0', () => {
  expect(codes(id('x', 0))).toEqual(['INVALID x']);
  expect(codes(id('x', -1, 0))).toEqual(['INVALID x']);
  expect([id('x', 1), id('x', 0, 0), id('x', null), id('x', undefined)]).toEqual([[], [], [], []]);
});

test('the check of a count rejects a list with more items than the maximum', () => {
  expect(codes(count('x', Array(11), 10))).toEqual(['LIMIT_EXCEEDED x']);
  expect([count('x', Array(10), 10), count('x', null, 10), count('x', undefined, 10)]).toEqual([[], [], []]);
});

test.each(['a', 'ab', 'a@b@c', 'a b@c', '@abc', 'abc@', 'a,b@c.d', `${'x'.repeat(254)}@y`])(
  'the check of an e-mail address rejects %s',
  (value) => {
    expect(codes(email('x', value))).toEqual(['INVALID x']);
  },
);

test.each(['a@b', "o'neill+tag@example.org", 'ü@exämple.org'])(
  'the check of an e-mail address accepts %s',
  (value) => {
    expect(email('x', value)).toEqual([]);
  },
);

test('the check of a country requires two letters', () => {
  expect([country('x', 'DE'), country('x', 'de'), country('x', null)]).toEqual([[], [], []]);
  for (const value of ['', 'D', 'DEU', '12', 'D ']) expect(codes(country('x', value))).toEqual(['INVALID x']);
});

test('the check for nulls rejects null for fields that cannot be cleared, and ignores absent fields', () => {
  expect(codes(noNulls({ a: null, b: null, c: undefined, d: 1 }, new Set(['a'])))).toEqual(['INVALID b']);
});

test('errors of nested values have the path of the value', () => {
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
