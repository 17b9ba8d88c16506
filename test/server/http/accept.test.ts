import { describe, expect, test } from 'vitest';
import { formatAccept, parseAccept } from '../../../src/server/http/accept.ts';

describe('an Accept header', () => {
  test.each([
    ['application/json', 'application/json'],
    ['Application/JSON ; charset="UTF-8"', 'application/json;charset=utf-8'],
    ['text/html;q=0.1, application/json', 'application/json, text/html'],
    ['multipart/mixed;q=0, application/json;q=0.5', 'application/json'],
    ['application/json;q=0', ''],
    ['application/json;q=x, */*;q=2', 'application/json, */*'],
    [',, ,', ''],
  ])('%s is %j in the order of preference', (header, expected) => {
    expect(formatAccept(parseAccept(header))).toBe(expected);
  });
});
