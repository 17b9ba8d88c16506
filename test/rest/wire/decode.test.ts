import { describe, expect, test } from 'vitest';
import {
  isObject,
  type OnUnexpectedField,
  readBoolean,
  readDateTime,
  readDecimal,
  readEnum,
  readInteger,
  readIntegerOrError,
  readList,
  readOptionalText,
  readText,
  unreadable,
} from '../../../src/rest/wire/decode.ts';
import { isId, isSafeId, readId, readOptionalId, readOwnerId } from '../../../src/rest/wire/ids.ts';

type Reader = (value: unknown, field: string, onIrregular: OnUnexpectedField) => unknown;

/** The decoded value, and the fields that were reported as unexpected. */
function read(reader: Reader, value: unknown): [unknown, string[]] {
  const unexpected: string[] = [];
  return [reader(value, 'thing', (field) => unexpected.push(field)), unexpected];
}

const KINDS = { residential: 'RESIDENTIAL', commercial: 'COMMERCIAL' };
const asEnum: Reader = (value, field, onIrregular) => readEnum(value, KINDS, field, onIrregular);
const asStrings: Reader = (value, field, onIrregular) =>
  readList(value, (item) => (typeof item === 'string' ? item : null), field, onIrregular);
const asMonth: Reader = (value, field, onIrregular) =>
  readInteger(value, field, onIrregular, { least: 1, most: 12 });
const REPORTED = ['thing'];

test.each<[string, Reader, unknown, unknown, string[]]>([
  ['string', readText, 'Ana', 'Ana', []],
  ['string', readText, '', '', []],
  ['string', readText, null, '', REPORTED],
  ['string', readText, undefined, '', REPORTED],
  ['string', readText, 7, '7', REPORTED],
  ['string', readText, { a: 1 }, '', REPORTED],
  ['nullable string', readOptionalText, 'Ana', 'Ana', []],
  ['nullable string', readOptionalText, '', null, []],
  ['nullable string', readOptionalText, null, null, []],
  ['nullable string', readOptionalText, undefined, null, []],
  ['nullable string', readOptionalText, 7, null, REPORTED],
  ['reference', readOptionalId, 3, 3, []],
  ['reference', readOptionalId, 0, null, []],
  ['reference', readOptionalId, null, null, []],
  ['reference', readOptionalId, '3', 3, REPORTED],
  ['reference', readOptionalId, '0', null, REPORTED],
  ['reference', readOptionalId, '', null, REPORTED],
  ['reference', readOptionalId, -1, unreadable('thing'), REPORTED],
  ['reference', readOptionalId, 2_147_483_648, unreadable('thing'), REPORTED],
  ['reference', readOptionalId, 'three', unreadable('thing'), REPORTED],
  ['reference', readOptionalId, { id: 3 }, unreadable('thing'), REPORTED],
  ['integer', readInteger, 0, 0, []],
  ['integer', readInteger, -7, -7, []],
  ['integer', readInteger, 2_147_483_647, 2_147_483_647, []],
  ['integer', readInteger, 2_147_483_648, null, REPORTED],
  ['integer', readInteger, '01', 1, REPORTED],
  ['integer', readInteger, '1e3', null, REPORTED],
  ['integer', readInteger, '', null, REPORTED],
  ['integer or error', readIntegerOrError, 0, 0, []],
  ['integer or error', readIntegerOrError, '7', 7, REPORTED],
  ['integer or error', readIntegerOrError, null, null, []],
  ['integer or error', readIntegerOrError, '', null, REPORTED],
  ['integer or error', readIntegerOrError, 3_000_000_000, unreadable('thing'), REPORTED],
  ['integer or error', readIntegerOrError, 'seven', unreadable('thing'), REPORTED],
  ['month', asMonth, 12, 12, []],
  ['month', asMonth, 13, null, REPORTED],
  ['decimal', readDecimal, 43.15, 43.15, []],
  ['decimal', readDecimal, '43.15', 43.15, REPORTED],
  ['decimal', readDecimal, '-7', -7, REPORTED],
  ['decimal', readDecimal, '1,234.50', null, REPORTED],
  ['decimal', readDecimal, Number.POSITIVE_INFINITY, null, REPORTED],
  ['decimal', readDecimal, null, null, []],
  ['integer', readInteger, 1.5, null, REPORTED],
  ['integer', readInteger, undefined, null, []],
  ['boolean', readBoolean, false, false, []],
  ['boolean', readBoolean, 'true', true, REPORTED],
  ['boolean', readBoolean, 'false', false, REPORTED],
  ['boolean', readBoolean, 'yes', null, REPORTED],
  ['boolean', readBoolean, 1, null, REPORTED],
  ['boolean', readBoolean, null, null, []],
  ['date', readDateTime, '2023-02-01T05:06:55Z', new Date('2023-02-01T05:06:55Z'), []],
  ['date', readDateTime, '2022-06-16T18:39:00+00:00', new Date('2022-06-16T18:39:00Z'), []],
  ['date', readDateTime, '', null, []],
  ['date', readDateTime, null, null, []],
  ['date', readDateTime, '2018-09-05 13:43:54', new Date('2018-09-05T13:43:54Z'), REPORTED],
  ['date', readDateTime, '12', null, REPORTED],
  ['date', readDateTime, 'yesterday', null, REPORTED],
  ['date', readDateTime, 1_700_000_000, null, REPORTED],
  ['enum', asEnum, 'commercial', 'COMMERCIAL', []],
  ['enum', asEnum, 'lighthouse', null, REPORTED],
  ['enum', asEnum, 'toString', null, REPORTED],
  ['enum', asEnum, '', null, []],
  ['enum', asEnum, undefined, null, []],
  ['array', asStrings, ['a', 'b'], ['a', 'b'], []],
  ['array', asStrings, [], [], []],
  ['array', asStrings, ['a', 1], unreadable('thing'), REPORTED],
  ['array', asStrings, ['a', null], unreadable('thing'), REPORTED],
  ['array', asStrings, null, null, []],
  ['array', asStrings, { 0: 'a' }, unreadable('thing'), REPORTED],
  ['array', asStrings, 'a', unreadable('thing'), REPORTED],
])('decoding as %s: %o', (_kind, reader, value, expected, unexpected) => {
  expect(read(reader, value)).toEqual([expected, unexpected]);
});

test('only a positive int32 is a valid id', () => {
  expect([1, 2_147_483_647].map(isId)).toEqual([true, true]);
  expect([0, -1, 2_147_483_648, 1.5, Number.NaN, '1', null, undefined, [1], true].map(isId)).toEqual(
    Array(10).fill(false),
  );
});

test('a positive integer of at most 53 bits is a valid id of a metafield', () => {
  expect([1, 3_000_000_000, 10_000_000_000, Number.MAX_SAFE_INTEGER].map(isSafeId)).toEqual(
    Array(4).fill(true),
  );
  expect([0, -1, Number.MAX_SAFE_INTEGER + 1, 1.5, '1', null].map(isSafeId)).toEqual(Array(6).fill(false));
});

describe('the id of a record', () => {
  test('can exceed 32 bits, also in a string, if it is the id of a metafield', () => {
    const readSafe: Reader = (value, field, onIrregular) => readId(value, field, onIrregular, isSafeId);
    expect(read(readSafe, 10_000_000_000)).toEqual([10_000_000_000, []]);
    expect(read(readSafe, '9007199254740991')).toEqual([Number.MAX_SAFE_INTEGER, REPORTED]);
    expect(() => read(readSafe, '9007199254740993')).toThrow('without a usable thing');
  });

  test('is returned if it is valid', () => {
    expect(read(readId, 12)).toEqual([12, []]);
  });

  test('is read from a string of digits, which is reported', () => {
    expect(read(readId, '12')).toEqual([12, REPORTED]);
  });

  test('is named in the error if it is invalid, without its value', () => {
    expect(() => readId('ana@example.com', 'customer id', () => {})).toThrow(
      expect.objectContaining({
        code: 'UPSTREAM_BAD_RESPONSE',
        message: 'The store answered a record without a usable customer id.',
      }),
    );
  });
});

test.each<[unknown, number, string[]]>([
  [5, 5, []],
  ['5', 5, REPORTED],
  [undefined, 7, []],
  [null, 7, []],
  ['five', 7, REPORTED],
])(
  'a nested record with owner %o belongs to %i if it is nested in record 7',
  (value, expected, unexpected) => {
    const asNested: Reader = (id, field, onIrregular) => readOwnerId(id, 7, field, onIrregular);
    expect(read(asNested, value)).toEqual([expected, unexpected]);
  },
);

test('only a JSON object is an object, not null, an array or a scalar', () => {
  expect([{}, Object.create(null)].map(isObject)).toEqual([true, true]);
  expect([null, [], 'text', 1, undefined].map(isObject)).toEqual(Array(5).fill(false));
});
