import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateRange, list, moment, queryString, scalar, secondFrom } from '../../src/rest/query.ts';

describe('a list', () => {
  test('is joined with literal commas', () => {
    expect(queryString([list('id:in', [4, 5, 6])])).toBe('id:in=4,5,6');
  });

  test('has each of its values encoded by itself, so that a comma inside one is no separator', () => {
    expect(list('company:in', ['Baker, Sons & Daughters', 'A=B?'])).toEqual([
      'company:in',
      'Baker%2C%20Sons%20%26%20Daughters,A%3DB%3F',
    ]);
  });

  test('sends a plus as %2B, because the store reads a bare one as a space', () => {
    expect(list('email:in', ['ana+news@example.com'])[1]).toBe('ana%2Bnews%40example.com');
  });

  test('sends other scripts as UTF-8', () => {
    expect(list('name:in', ['千尋', 'Siobhán', '🙂'])[1]).toBe(
      '%E5%8D%83%E5%B0%8B,Siobh%C3%A1n,%F0%9F%99%82',
    );
  });

  test('is read back as it was written, whatever its values hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (values) => {
        const [, encoded] = list('name:in', values);
        expect(encoded.split(',').map(decodeURIComponent)).toEqual(values);
        // The store decodes as a form does: a plus would be a space there.
        expect(encoded).not.toMatch(/[+&=#?\s]/);
      }),
    );
  });
});

test('a scalar is read back as it was written by whoever decodes a form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const query = queryString([scalar('limit', 1), scalar('after', value)]);
      expect(new URLSearchParams(query).get('after')).toBe(value);
    }),
  );
});

test('parameters keep their order and the colons of their names', () => {
  expect(queryString([list('id:in', [1]), ['sort', 'last_name:asc'], scalar('limit', 250)])).toBe(
    'id:in=1&sort=last_name:asc&limit=250',
  );
  expect(queryString([])).toBe('');
});

describe('a moment', () => {
  test('has raw colons and the Z form, without fractions', () => {
    expect(moment('date_created:min', new Date('2024-05-06T07:08:09.123Z'))).toEqual([
      'date_created:min',
      '2024-05-06T07:08:09Z',
    ]);
  });

  test.each([
    ['2024-05-06T07:08:09.000Z', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09.001Z', '2024-05-06T07:08:10.000Z'],
    ['2024-12-31T23:59:59.999Z', '2025-01-01T00:00:00.000Z'],
    ['1969-12-31T23:59:58.500Z', '1969-12-31T23:59:59.000Z'],
  ])('%s is followed or met by the second %s', (at, second) => {
    expect(secondFrom(new Date(at)).toISOString()).toBe(second);
  });
});

describe('a range of dates', () => {
  const half = new Date('2024-05-06T07:08:09.500Z');

  test('becomes up to three parameters', () => {
    expect(dateRange('date_created', undefined)).toEqual([]);
    expect(dateRange('date_created', {})).toEqual([]);
    const whole = new Date('2024-05-06T07:08:09Z');
    expect(dateRange('date_modified', { equals: whole, min: whole, max: whole })).toEqual([
      ['date_modified', '2024-05-06T07:08:09Z'],
      ['date_modified:min', '2024-05-06T07:08:09Z'],
      ['date_modified:max', '2024-05-06T07:08:09Z'],
    ]);
  });

  test('never lets a fraction widen it: the minimum is rounded up, the maximum down', () => {
    expect(dateRange('date_created', { min: half, max: half })).toEqual([
      ['date_created:min', '2024-05-06T07:08:10Z'],
      ['date_created:max', '2024-05-06T07:08:09Z'],
    ]);
  });

  test('lets through exactly the whole seconds between its bounds', () => {
    const instant = fc.date({
      min: new Date('2019-01-01'),
      max: new Date('2027-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, instant, instant, (min, max, any) => {
        const second = new Date(Math.floor(any.getTime() / 1000) * 1000);
        const [[, from], [, to]] = dateRange('date_created', { min, max }) as [
          [string, string],
          [string, string],
        ];
        const passes = second >= new Date(from) && second <= new Date(to);
        expect(passes).toBe(second >= min && second <= max);
      }),
    );
  });
});
