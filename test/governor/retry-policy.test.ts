import { expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { isTransient } from '../../src/governor/retry-policy.ts';

const failure = (code: 'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_REJECTED', details = {}, cause?: unknown) =>
  new GatewayError(code, 'no', details, cause);

test.each([
  ['a server error', true, failure('UPSTREAM_UNAVAILABLE', { status: 503 })],
  ['a locked resource', true, failure('UPSTREAM_REJECTED', { status: 423 })],
  ['a connection that was reset', true, failure('UPSTREAM_REJECTED', {}, { code: 'ECONNRESET' })],
  ['an unknown method', false, failure('UPSTREAM_UNAVAILABLE', { status: 501 })],
  ['a suspended store', false, failure('UPSTREAM_UNAVAILABLE', { title: 'The store is suspended.' })],
  ['a rejected request', false, failure('UPSTREAM_REJECTED', { status: 422 })],
  ['an error of the gateway itself', false, new Error('bug')],
])('a read may succeed shortly after %s: %s', (_name, expected, error) => {
  expect(isTransient(error)).toBe(expected);
});
