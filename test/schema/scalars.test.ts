import { assertScalarType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

const DateTime = assertScalarType(schema.getType('DateTime'));

test.each([
  ['2026-04-01T14:23:48Z', '2026-04-01T14:23:48.000Z'],
  ['2026-04-01T14:23:48.5Z', '2026-04-01T14:23:48.500Z'],
  ['2026-04-01T14:23:48.123456Z', '2026-04-01T14:23:48.123Z'],
  ['2026-04-01T14:23:48+02:00', '2026-04-01T12:23:48.000Z'],
  ['2026-04-01T00:30:00+01:00', '2026-03-31T23:30:00.000Z'],
  ['2024-02-29T00:00:00-00:00', '2024-02-29T00:00:00.000Z'],
  ['2026-04-01t14:23:48z', '2026-04-01T14:23:48.000Z'],
])('DateTime parses %s as %s', (text, timestamp) => {
  expect((DateTime.parseValue(text) as Date).toISOString()).toBe(timestamp);
});

test.each(['2026-04-01', '2024-02-29', '0001-01-01'])(
  'DateTime keeps the calendar date %s as written',
  (date) => {
    expect(DateTime.parseValue(date)).toBe(date);
  },
);

test.each([
  '2026-04-31',
  '2025-02-29',
  '2026-4-1',
  '26-04-01',
  '2026-04-01Z',
  ' 2026-04-01',
  '2026-04-01T14:23Z',
  '2026-04-01T14:23:48',
  '2026-04-01 14:23:48Z',
  '2026-13-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-04-01T25:00:00Z',
  '2026-04-01T24:00:00Z',
  '2026-04-01T14:60:00Z',
  '2026-04-01T14:23:48+25:00',
  // In UTC, which requests to the store use, these have no four-digit year.
  '9999-12-31T23:59:59-01:00',
  '0000-01-01T00:00:00+01:00',
  '',
  'yesterday',
  1_775_053_428,
  null,
  true,
  {},
  ['2026-04-01T14:23:48Z'],
])('DateTime rejects %o', (value) => {
  expect(() => DateTime.parseValue(value)).toThrow(
    'A DateTime is a timestamp such as 2026-04-01T14:23:48Z, or a date such as 2026-04-01, up to the year 9999 in UTC.',
  );
});

test('DateTime serializes to UTC and whole seconds', () => {
  expect(DateTime.serialize(new Date('2026-04-01T14:23:48.999Z'))).toBe('2026-04-01T14:23:48Z');
});

test.each(['DateTime', 'Date', 'SafeInt'])('%s names its specification', (name) => {
  expect(assertScalarType(schema.getType(name)).specifiedByURL).toMatch(/^https:\/\//);
});
