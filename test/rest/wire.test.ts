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

/** The decoded value, and the fields that were reported as unexpected. */
function read(reader: Reader, value: unknown): [unknown, string[]] {
  const unexpected: string[] = [];
  return [reader(value, 'thing', (field) => unexpected.push(field)), unexpected];
}

const KINDS = { residential: 'RESIDENTIAL', commercial: 'COMMERCIAL' };
const asEnum: Reader = (value, field, onIrregular) => word(value, KINDS, field, onIrregular);
const asStrings: Reader = (value, field, onIrregular) =>
  listOf(value, (item) => (typeof item === 'string' ? item : null), field, onIrregular);
const REPORTED = ['thing'];

test.each<[string, Reader, unknown, unknown, string[]]>([
  ['string', text, 'Ana', 'Ana', []],
  ['string', text, '', '', []],
  ['string', text, null, '', REPORTED],
  ['string', text, undefined, '', REPORTED],
  ['string', text, 7, '', REPORTED],
  ['nullable string', optionalText, 'Ana', 'Ana', []],
  ['nullable string', optionalText, '', null, []],
  ['nullable string', optionalText, null, null, []],
  ['nullable string', optionalText, undefined, null, []],
  ['nullable string', optionalText, 7, null, REPORTED],
  ['reference', reference, 3, 3, []],
  ['reference', reference, 0, null, []],
  ['reference', reference, null, null, []],
  ['reference', reference, -1, null, REPORTED],
  ['reference', reference, '3', null, REPORTED],
  ['integer', integer, 0, 0, []],
  ['integer', integer, -7, -7, []],
  ['integer', integer, 2_147_483_647, 2_147_483_647, []],
  ['integer', integer, 2_147_483_648, null, REPORTED],
  ['integer', integer, 1.5, null, REPORTED],
  ['integer', integer, undefined, null, []],
  ['boolean', flag, false, false, []],
  ['boolean', flag, 'true', null, REPORTED],
  ['boolean', flag, 1, null, REPORTED],
  ['boolean', flag, null, null, []],
  ['date', dateTime, '2023-02-01T05:06:55Z', new Date('2023-02-01T05:06:55Z'), []],
  ['date', dateTime, '2022-06-16T18:39:00+00:00', new Date('2022-06-16T18:39:00Z'), []],
  ['date', dateTime, '', null, []],
  ['date', dateTime, null, null, []],
  ['date', dateTime, 'yesterday', null, REPORTED],
  ['date', dateTime, 1_700_000_000, null, REPORTED],
  ['enum', asEnum, 'commercial', 'COMMERCIAL', []],
  ['enum', asEnum, 'lighthouse', null, REPORTED],
  ['enum', asEnum, 'toString', null, REPORTED],
  ['enum', asEnum, '', null, []],
  ['enum', asEnum, undefined, null, []],
  ['array', asStrings, ['a', 'b'], ['a', 'b'], []],
  ['array', asStrings, [], [], []],
  ['array', asStrings, ['a', 1, null], ['a'], ['thing[]', 'thing[]']],
  ['array', asStrings, null, null, []],
  ['array', asStrings, { 0: 'a' }, null, REPORTED],
])('decoding as %s: %o', (_kind, reader, value, expected, unexpected) => {
  expect(read(reader, value)).toEqual([expected, unexpected]);
});

test('only a positive int32 is a valid id', () => {
  expect([1, 2_147_483_647].map(isId)).toEqual([true, true]);
  expect([0, -1, 2_147_483_648, 1.5, Number.NaN, '1', null, undefined, [1], true].map(isId)).toEqual(
    Array(10).fill(false),
  );
});

describe('the id of a record', () => {
  test('is returned if it is valid', () => {
    expect(identity(12, 'customer id')).toBe(12);
  });

  test('is named in the error if it is invalid, without its value', () => {
    expect(() => identity('ana@example.com', 'customer id')).toThrow(
      expect.objectContaining({
        code: 'UPSTREAM_BAD_RESPONSE',
        message: 'The store answered a record without a usable customer id.',
      }),
    );
  });
});

test('only a JSON object is an object, not null, an array or a scalar', () => {
  expect([{}, Object.create(null)].map(isObject)).toEqual([true, true]);
  expect([null, [], 'text', 1, undefined].map(isObject)).toEqual(Array(5).fill(false));
});
