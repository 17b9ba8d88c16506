import { describe, expect, test } from 'vitest';
import {
  dateTime,
  flag,
  identity,
  integer,
  isId,
  isObject,
  listOf,
  type OnIrregular,
  optionalText,
  reference,
  text,
  word,
} from '../../src/rest/wire.ts';

type Reader = (value: unknown, field: string, onIrregular: OnIrregular) => unknown;

/** What a reader makes of a value, and which fields it found irregular. */
function read(reader: Reader, value: unknown): [unknown, string[]] {
  const irregular: string[] = [];
  return [reader(value, 'thing', (field) => irregular.push(field)), irregular];
}

const KINDS = { residential: 'RESIDENTIAL', commercial: 'COMMERCIAL' };
const asWord: Reader = (value, field, onIrregular) => word(value, KINDS, field, onIrregular);
const asTexts: Reader = (value, field, onIrregular) =>
  listOf(value, (item) => (typeof item === 'string' ? item : null), field, onIrregular);
const NOTED = ['thing'];

test.each<[string, Reader, unknown, unknown, string[]]>([
  ['text', text, 'Ana', 'Ana', []],
  ['text', text, '', '', []],
  ['text', text, null, '', NOTED],
  ['text', text, undefined, '', NOTED],
  ['text', text, 7, '', NOTED],
  ['optional text', optionalText, 'Ana', 'Ana', []],
  ['optional text', optionalText, '', null, []],
  ['optional text', optionalText, null, null, []],
  ['optional text', optionalText, undefined, null, []],
  ['optional text', optionalText, 7, null, NOTED],
  ['reference', reference, 3, 3, []],
  ['reference', reference, 0, null, []],
  ['reference', reference, null, null, []],
  ['reference', reference, -1, null, NOTED],
  ['reference', reference, '3', null, NOTED],
  ['integer', integer, 0, 0, []],
  ['integer', integer, -7, -7, []],
  ['integer', integer, 2_147_483_647, 2_147_483_647, []],
  ['integer', integer, 2_147_483_648, null, NOTED],
  ['integer', integer, 1.5, null, NOTED],
  ['integer', integer, undefined, null, []],
  ['flag', flag, false, false, []],
  ['flag', flag, 'true', null, NOTED],
  ['flag', flag, 1, null, NOTED],
  ['flag', flag, null, null, []],
  ['date', dateTime, '2023-02-01T05:06:55Z', new Date('2023-02-01T05:06:55Z'), []],
  ['date', dateTime, '2022-06-16T18:39:00+00:00', new Date('2022-06-16T18:39:00Z'), []],
  ['date', dateTime, '', null, []],
  ['date', dateTime, null, null, []],
  ['date', dateTime, 'yesterday', null, NOTED],
  ['date', dateTime, 1_700_000_000, null, NOTED],
  ['word', asWord, 'commercial', 'COMMERCIAL', []],
  ['word', asWord, 'lighthouse', null, NOTED],
  ['word', asWord, 'toString', null, NOTED],
  ['word', asWord, '', null, []],
  ['word', asWord, undefined, null, []],
  ['list', asTexts, ['a', 'b'], ['a', 'b'], []],
  ['list', asTexts, [], [], []],
  ['list', asTexts, ['a', 1, null], ['a'], ['thing[]', 'thing[]']],
  ['list', asTexts, null, null, []],
  ['list', asTexts, { 0: 'a' }, null, NOTED],
])('%s: %o', (_kind, reader, value, expected, irregular) => {
  expect(read(reader, value)).toEqual([expected, irregular]);
});

test('an id is a positive int32 and nothing else', () => {
  expect([1, 2_147_483_647].map(isId)).toEqual([true, true]);
  expect([0, -1, 2_147_483_648, 1.5, Number.NaN, '1', null, undefined, [1], true].map(isId)).toEqual(
    Array(10).fill(false),
  );
});

describe('an identity', () => {
  test('is the id', () => {
    expect(identity(12, 'customer id')).toBe(12);
  });

  test('that is missing says of what, and not what stood there', () => {
    expect(() => identity('ana@example.com', 'customer id')).toThrow(
      expect.objectContaining({
        code: 'UPSTREAM_BAD_RESPONSE',
        message: 'The store answered a record without a usable customer id.',
      }),
    );
  });
});

test('an object is neither null nor a list nor anything else', () => {
  expect([{}, Object.create(null)].map(isObject)).toEqual([true, true]);
  expect([null, [], 'text', 1, undefined].map(isObject)).toEqual(Array(5).fill(false));
});
