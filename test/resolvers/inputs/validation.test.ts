import { describe, expect, test } from 'vitest';
import {
  checkCount,
  checkCountry,
  checkEach,
  checkEmail,
  checkId,
  checkNested,
  checkNoNulls,
  checkText,
} from '../../../src/resolvers/inputs/validation.ts';
import type { ItemError } from '../../../src/resolvers/writes/results.ts';

function codes(problems: readonly ItemError[]): string[] {
  return problems.map(({ code, field }) => `${code} ${field}`);
}

describe('the check of a string', () => {
  test.each([
    [null, []],
    [undefined, []],
    ['a', []],
    ['abc', []],
    ['', ['REQUIRED x']],
    ['   ', []],
    ['    ', ['INVALID x']],
    ['abcd', ['INVALID x']],
    ['\ud800', ['INVALID x']],
    ['𠮷𠮷𠮷', []],
    ['𠮷𠮷𠮷𠮷', ['INVALID x']],
    ['e\u0301a', []],
  ])('requires 1 to 3 characters: %j', (value, expected) => {
    expect(codes(checkText('x', value, 1, 3))).toEqual(expected);
  });

  test('returns INVALID for a string that is too short but not empty', () => {
    expect(checkText('x', 'a', 2)).toEqual([
      { code: 'INVALID', field: 'x', message: 'x must have at least 2 characters.' },
    ]);
  });

  test('counts characters, not UTF-16 units, for the minimum too', () => {
    expect(codes(checkText('x', '𠮷', 2))).toEqual(['INVALID x']);
    expect(codes(checkText('x', '𠮷𠮷', 2))).toEqual([]);
  });

  test('accepts an empty string and any length without limits', () => {
    expect(checkText('x', '', 0)).toEqual([]);
    expect(checkText('x', 'x'.repeat(100_000), 0)).toEqual([]);
  });
});

test('the check of an id requires at least 1, of a customer group at least 0', () => {
  expect(codes(checkId('x', 0))).toEqual(['INVALID x']);
  expect(codes(checkId('x', -1, 0))).toEqual(['INVALID x']);
  expect([checkId('x', 1), checkId('x', 0, 0), checkId('x', null), checkId('x', undefined)]).toEqual([
    [],
    [],
    [],
    [],
  ]);
});

test('the check of a count rejects a list with more items than the maximum', () => {
  expect(codes(checkCount('x', Array(11), 10))).toEqual(['LIMIT_EXCEEDED x']);
  expect([checkCount('x', Array(10), 10), checkCount('x', null, 10), checkCount('x', undefined, 10)]).toEqual(
    [[], [], []],
  );
});

test.each([
  'a',
  'ab',
  'a@b@c',
  'a b@c',
  '@abc',
  'abc@',
  'a,b@c.d',
  '"a"b c@d',
  '"a b@c',
  '""a b"@c',
  `${'x'.repeat(254)}@y`,
])('the check of an e-mail address rejects %s', (value) => {
  expect(codes(checkEmail('x', value))).toEqual(['INVALID x']);
});

test.each([
  'a@b',
  "o'neill+tag@example.org",
  'ü@exämple.org',
  '"ada king"@example.org',
  '"a@b, c"@example.org',
  '"say \\"hi\\""@example.org',
])('the check of an e-mail address accepts %s', (value) => {
  expect(checkEmail('x', value)).toEqual([]);
});

test('the check of a country requires two characters', () => {
  for (const value of ['DE', 'de', 'D ', '12', null]) expect(checkCountry('x', value)).toEqual([]);
  for (const value of ['', 'D', 'DEU', '\ud800D'])
    expect(codes(checkCountry('x', value))).toEqual(['INVALID x']);
});

test('the check for nulls rejects null for fields that cannot be cleared, and ignores absent fields', () => {
  expect(codes(checkNoNulls({ a: null, b: null, c: undefined, d: 1 }, new Set(['a'])))).toEqual([
    'INVALID b',
  ]);
});

test('errors of nested values have the path of the value', () => {
  const check = (value: string | null) => [
    ...checkText('name', value, 1, 1),
    ...(value === null ? [NONE] : []),
  ];
  expect(codes(checkEach('list', ['a', '', null], check))).toEqual([
    'REQUIRED list.1.name',
    'INVALID list.2',
  ]);
  expect(codes(checkNested('one', '', check))).toEqual(['REQUIRED one.name']);
  expect([
    checkEach('list', null, check),
    checkNested('one', null, check),
    checkNested('one', undefined, check),
  ]).toEqual([[], [], []]);
});

const NONE: ItemError = { code: 'INVALID', message: 'There is none.', field: null };
