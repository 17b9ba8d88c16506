import { expect, test } from 'vitest';
import { parseDateTime } from '../../../src/rest/wire/date-time.ts';

const MOMENT = '2018-09-05T13:43:54.000Z';

test.each<[string, string | null, boolean]>([
  ['2018-09-05T13:43:54Z', MOMENT, true],
  ['2018-09-05T13:43:54z', MOMENT, true],
  ['2018-12-31T23:59:59Z', '2018-12-31T23:59:59.000Z', true],
  ['2020-02-29T00:00:00Z', '2020-02-29T00:00:00.000Z', true],
  ['2018-09-05T13:43:54+00:00', MOMENT, true],
  ['2018-09-05T09:43:54-04:00', MOMENT, true],
  ['2018-09-05T09:43:54-0400', MOMENT, true],
  ['2018-09-05T13:43:54.5Z', '2018-09-05T13:43:54.500Z', true],
  ['2018-09-05T13:43:54.123456789Z', '2018-09-05T13:43:54.123Z', true],
  ['2018-09-05T13:43:54', MOMENT, false],
  ['2018-09-05 13:43:54', MOMENT, false],
  ['2018-09-05 13:43:54+00:00', MOMENT, false],
  ['2018-09-05T13:43', '2018-09-05T13:43:00.000Z', false],
  ['2018-09-05', '2018-09-05T00:00:00.000Z', false],
  ['Wed, 05 Sep 2018 13:43:54 +0000', MOMENT, false],
  ['Wed, 05 Sep 2018 09:43:54 -0400', MOMENT, false],
  ['Wed, 05 Sep 2018 13:43:54', MOMENT, false],
  ['Wed, 5 Sep 2018 13:43:54 GMT', MOMENT, false],
  ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z', true],
])('%s is %s', (text, expected, isExpected) => {
  expect(parseDateTime(text)).toEqual({ date: new Date(expected ?? ''), isExpected });
});

test.each([
  '12',
  '2018',
  '2018-09',
  'yesterday',
  '0000-00-00 00:00:00',
  '2018-02-31T00:00:00Z',
  '2018-13-01T00:00:00Z',
  '2018-09-05T24:00:00Z',
  '2018-09-05T13:60:00Z',
  '2018-09-05T13:43:60Z',
  '2018-09-05T13:43:54+25:00',
  '2018-09-05T13:43:54Z and more',
  'Wed, 31 Foo 2018 13:43:54 GMT',
  '20180905T134354Z',
  '9999-12-31T23:59:59-01:00',
])('%s is not a timestamp', (text) => {
  expect(parseDateTime(text)).toBeNull();
});
