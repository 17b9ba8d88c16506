import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../../../src/access/caller.ts';
import { badInput, type ErrorCode, GatewayError } from '../../../src/errors.ts';
import { maskError } from '../../../src/server/errors/mask.ts';

/** The masked error, and the errors reported as internal. */
function mask(
  error: unknown,
  partial = false,
  caller: Pick<Caller, 'kind'> = ANONYMOUS,
): { masked: GraphQLError; internal: unknown[]; hidden: GatewayError[] } {
  const hidden: GatewayError[] = [];
  const internal: unknown[] = [];
  const masked = maskError(error, {
    requestId: 'request-1',
    partial,
    suggestions: true,
    caller,
    onHiddenFailure: (failure) => hidden.push(failure),
    onInternalError: (failure) => internal.push(failure),
  });
  return { masked, internal, hidden };
}

const at = (originalError: Error, message = originalError.message) =>
  new GraphQLError(message, { path: ['customer'], originalError });

describe('a GatewayError', () => {
  test('keeps its message, code, details and path through any number of wrappers', () => {
    const failure = new GatewayError('UPSTREAM_RATE_LIMITED', 'Later.', { status: 429, retryAfterMs: 5 });
    for (const error of [failure, at(failure), at(at(failure))]) {
      const { masked, internal } = mask(error, true);
      expect(masked.message).toBe('Later.');
      expect(masked.extensions).toEqual({ code: 'UPSTREAM_RATE_LIMITED', status: 429, retryAfterMs: 5 });
      expect(internal).toEqual([]);
    }
    expect(mask(at(failure)).masked.path).toEqual(['customer']);
  });

  test.each<ErrorCode>([
    'UPSTREAM_UNAUTHENTICATED',
    'UPSTREAM_FORBIDDEN',
    'UPSTREAM_REJECTED',
    'UPSTREAM_RATE_LIMITED',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_BAD_RESPONSE',
  ])('keeps the code %s for a shopper, and tells nothing else of the store', (code) => {
    const failure = new GatewayError(code, 'The access token of db.example.org: ECONNREFUSED.', {
      status: 500,
      title: 'db.example.org',
      fields: ['id:in'],
      retryAfterMs: 5,
    });
    const { masked, hidden } = mask(at(failure), true, { kind: 'shopper' });
    expect(masked.extensions).toEqual({ code, retryAfterMs: 5 });
    expect(masked.message).toMatch(/^The store (is not available|is busy|refused the request)\./);
    expect(hidden).toEqual([failure]);
    expect(mask(at(failure), true, { kind: 'user' }).hidden).toEqual([]);
  });

  test('does not reveal its cause', () => {
    const failure = new GatewayError('UPSTREAM_UNAVAILABLE', 'Down.', {}, new Error('ana@example.com'));
    expect(JSON.stringify(mask(at(failure)).masked)).not.toContain('ana@');
  });

  test.each<[ErrorCode, number | undefined]>([
    ['GRAPHQL_PARSE_FAILED', 400],
    ['GRAPHQL_VALIDATION_FAILED', 400],
    ['BAD_USER_INPUT', 400],
    ['UNAUTHENTICATED', 401],
    ['FORBIDDEN', 403],
    ['OPERATION_TOO_EXPENSIVE', 400],
    ['INTERNAL', 500],
    ['UPSTREAM_TIMEOUT', undefined],
    ['UPSTREAM_FORBIDDEN', undefined],
  ])('%s sets the status %s unless the result is partial', (code, status) => {
    const failure = new GatewayError(code, 'No.');
    const expected = status === undefined ? undefined : { status, spec: true };
    expect(mask(failure).masked.extensions.http).toEqual(expected);
    expect(mask(failure, true).masked.extensions.http).toBeUndefined();
  });

  test('about an argument keeps the path of the argument', () => {
    const { masked } = mask(at(badInput('filter.emails', 'holds a comma.')), true);
    expect(masked.message).toBe('filter.emails: holds a comma.');
    expect(masked.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'filter.emails' });
  });
});

describe('an internal error', () => {
  test.each([
    ['an exception in a resolver', at(new TypeError("Cannot read 'ana@example.com'"))],
    ['an exception outside resolvers', new TypeError('ana@example.com')],
    ['a thrown value that is not an Error', 'ana@example.com'],
    [
      'a result that does not match the schema',
      new GraphQLError('Int cannot represent non-integer value: "ana@example.com"', {
        path: ['customer', 'a'],
      }),
    ],
    [
      'null in a non-null field',
      new GraphQLError('Cannot return null for non-nullable field Customer.email.', { path: ['customer'] }),
    ],
  ])('is masked and reported with the request id: %s', (_name, error) => {
    const { masked, internal } = mask(error, true);
    expect(masked.message).toBe('Something went wrong in the gateway (request request-1).');
    expect(masked.extensions).toEqual({ code: 'INTERNAL', requestId: 'request-1' });
    expect(internal).toHaveLength(1);
    expect(JSON.stringify(masked)).not.toContain('ana@');
  });
});
