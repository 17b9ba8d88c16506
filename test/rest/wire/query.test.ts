import { describe, expect, test } from 'vitest';
import {
  ceilToSecond,
  dateBoundsParameters,
  dateParameter,
  dateRangeParameters,
  listParameter,
  parameter,
  queryString,
} from '../../../src/rest/wire/query.ts';
import { fc } from '../../support/property-tests.ts';

describe('a list parameter', () => {
  test('is joined with literal commas', () => {
    expect(queryString([listParameter('id:in', [4, 5, 6])])).toBe('id:in=4,5,6');
  });

  test('has each value encoded, so a comma inside a value is not a separator', () => {
    expect(listParameter('company:in', ['Baker, Sons & Daughters', 'A=B?'])).toEqual([
      'company:in',
      'Baker%2C%20Sons%20%26%20Daughters,A%3DB%3F',
    ]);
  });

  test('encodes a plus as %2B, because the store decodes a raw one as a space', () => {
    expect(listParameter('email:in', ['ana+news@example.com'])[1]).toBe('ana%2Bnews%40example.com');
  });

  test('encodes non-ASCII characters as UTF-8', () => {
    expect(listParameter('name:in', ['千尋', 'Siobhán', '🙂'])[1]).toBe(
      '%E5%8D%83%E5%B0%8B,Siobh%C3%A1n,%F0%9F%99%82',
    );
  });

  test('decodes to the original values, whatever characters they contain', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (values) => {
        const [, encoded] = listParameter('name:in', values);
        expect(encoded.split(',').map(decodeURIComponent)).toEqual(values);
        // The store uses form decoding: it would decode a plus as a space.
        expect(encoded).not.toMatch(/[+&=#?\s]/);
      }),
    );
  });
});

test('a parameter with one value decodes to the original value with form decoding', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const query = queryString([parameter('limit', 1), parameter('after', value)]);
      expect(new URLSearchParams(query).get('after')).toBe(value);
    }),
  );
});

test('a query string keeps the order of its parameters and the colons of their names', () => {
  expect(queryString([listParameter('id:in', [1]), ['sort', 'last_name:asc'], parameter('limit', 250)])).toBe(
    'id:in=1&sort=last_name:asc&limit=250',
  );
  expect(queryString([])).toBe('');
});

describe('a timestamp', () => {
  test('has raw colons and the suffix Z, without fractions', () => {
    expect(dateParameter('date_created:min', new Date('2024-05-06T07:08:09.123Z'))).toEqual([
      'date_created:min',
      '2024-05-06T07:08:09Z',
    ]);
  });

  test.each([
    ['2024-05-06T07:08:09.000Z', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09.001Z', '2024-05-06T07:08:10.000Z'],
    ['2024-12-31T23:59:59.999Z', '2025-01-01T00:00:00.000Z'],
    ['1969-12-31T23:59:58.500Z', '1969-12-31T23:59:59.000Z'],
  ])('%s is rounded up to the second %s', (at, second) => {
    expect(ceilToSecond(new Date(at)).toISOString()).toBe(second);
  });
});

describe('a date range', () => {
  const half = new Date('2024-05-06T07:08:09.500Z');

  test('becomes at most three parameters', () => {
    expect(dateRangeParameters('date_created', undefined)).toEqual([]);
    expect(dateRangeParameters('date_created', {})).toEqual([]);
    const whole = new Date('2024-05-06T07:08:09Z');
    expect(dateRangeParameters('date_modified', { equals: whole, min: whole, max: whole })).toEqual([
      ['date_modified', '2024-05-06T07:08:09Z'],
      ['date_modified:min', '2024-05-06T07:08:09Z'],
      ['date_modified:max', '2024-05-06T07:08:09Z'],
    ]);
  });

  test('sends calendar dates as written', () => {
    const date = '2018-09-05';
    expect(dateRangeParameters('date_modified', { equals: date, min: date, max: date })).toEqual([
      ['date_modified', date],
      ['date_modified:min', date],
      ['date_modified:max', date],
    ]);
  });

  test('of a column without exact filter covers the day of a calendar date', () => {
    expect(dateBoundsParameters('date_created', { equals: '2018-09-05' })).toEqual([
      ['date_created:min', '2018-09-05T00:00:00Z'],
      ['date_created:max', '2018-09-05T23:59:59Z'],
    ]);
    expect(dateBoundsParameters('date_created', { min: '2018-09-05' })).toEqual([
      ['date_created:min', '2018-09-05'],
    ]);
  });

  test('is never widened by fractions: the minimum is rounded up, the maximum down', () => {
    expect(dateRangeParameters('date_created', { min: half, max: half })).toEqual([
      ['date_created:min', '2024-05-06T07:08:10Z'],
      ['date_created:max', '2024-05-06T07:08:09Z'],
    ]);
  });

  test('matches exactly the full seconds between its bounds', () => {
    const instant = fc.date({
      min: new Date('2019-01-01'),
      max: new Date('2027-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, instant, instant, (min, max, any) => {
        const second = new Date(Math.floor(any.getTime() / 1000) * 1000);
        const [[, from], [, to]] = dateRangeParameters('date_created', { min, max }) as [
          [string, string],
          [string, string],
        ];
        const passes = second >= new Date(from) && second <= new Date(to);
        expect(passes).toBe(second >= min && second <= max);
      }),
    );
  });
});
