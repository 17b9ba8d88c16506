import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { badInput, type ErrorCode, GatewayError } from '../../src/errors.ts';
import { publicError, withoutValues } from '../../src/server/errors.ts';

/** The error that a caller sees, and what was reported as our own failure. */
function seen(error: unknown, partial = false): { answer: GraphQLError; internal: unknown[] } {
  const internal: unknown[] = [];
  const answer = publicError(error, {
    requestId: 'request-1',
    partial,
    suggestions: true,
    onInternal: (failure) => internal.push(failure),
  });
  return { answer, internal };
}

const at = (originalError: Error, message = originalError.message) =>
  new GraphQLError(message, { path: ['customer'], originalError });

describe('an error of the gateway', () => {
  test('keeps its message, code, details and path, however often it was wrapped', () => {
    const failure = new GatewayError('UPSTREAM_RATE_LIMITED', 'Later.', { status: 429, retryAfterMs: 5 });
    for (const error of [failure, at(failure), at(at(failure))]) {
      const { answer, internal } = seen(error, true);
      expect(answer.message).toBe('Later.');
      expect(answer.extensions).toEqual({ code: 'UPSTREAM_RATE_LIMITED', status: 429, retryAfterMs: 5 });
      expect(internal).toEqual([]);
    }
    expect(seen(at(failure)).answer.path).toEqual(['customer']);
  });

  test('does not show its cause', () => {
    const failure = new GatewayError('UPSTREAM_UNAVAILABLE', 'Down.', {}, new Error('ana@example.com'));
    expect(JSON.stringify(seen(at(failure)).answer)).not.toContain('ana@');
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
  ])('%s sets the status %s where nothing ran, and none where something did', (code, status) => {
    const failure = new GatewayError(code, 'No.');
    const expected = status === undefined ? undefined : { status, spec: true };
    expect(seen(failure).answer.extensions.http).toEqual(expected);
    expect(seen(failure, true).answer.extensions.http).toBeUndefined();
  });

  test('about an argument names it', () => {
    const { answer } = seen(at(badInput('filter.emails', 'holds a comma.')), true);
    expect(answer.message).toBe('filter.emails: holds a comma.');
    expect(answer.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'filter.emails' });
  });
});

describe('an error that is nobody else’s fault', () => {
  test.each([
    ['a bug in a resolver', at(new TypeError("Cannot read 'ana@example.com'"))],
    ['a bug outside of any', new TypeError('ana@example.com')],
    ['something thrown that is no error', 'ana@example.com'],
    [
      'a value that our own schema does not take',
      new GraphQLError('Int cannot represent non-integer value: "ana@example.com"', {
        path: ['customer', 'a'],
      }),
    ],
    [
      'null where the contract says non-null',
      new GraphQLError('Cannot return null for non-nullable field Customer.email.', { path: ['customer'] }),
    ],
  ])('is masked, told to the log, and found there by its request: %s', (_name, error) => {
    const { answer, internal } = seen(error, true);
    expect(answer.message).toBe('Something went wrong in the gateway (request request-1).');
    expect(answer.extensions).toEqual({ code: 'INTERNAL', requestId: 'request-1' });
    expect(internal).toHaveLength(1);
    expect(JSON.stringify(answer)).not.toContain('ana@');
  });
});

describe('a message of GraphQL', () => {
  test.each([
    [
      'Variable "$id" got invalid value "ana@example.com"; Int cannot represent non-integer value: "ana@example.com"',
      'Variable "$id" is invalid; Int cannot represent non-integer value.',
    ],
    [
      'Variable "$f" got invalid value "ana@example.com" at "f.entityIds[0]"; Int cannot represent non-integer value: "ana@example.com"',
      'Variable "$f" is invalid at "f.entityIds[0]"; Int cannot represent non-integer value.',
    ],
    [
      'Variable "$f" got invalid value { emails: ["ana@example.com"], nope: 1 }; Field "nope" is not defined by type "CustomerFilter".',
      'Variable "$f" is invalid; Field "nope" is not defined by type "CustomerFilter".',
    ],
    [
      'Variable "$by" got invalid value { email: "ana; ben@example.com", entityId: 1 }; Exactly one key must be specified for OneOf type "CustomerBy".',
      'Variable "$by" is invalid; Exactly one key must be specified for OneOf type "CustomerBy".',
    ],
    [
      'Variable "$f" got invalid value "a\\" at \\"b\\"; ana@example.com" at "f.names"; Expected type "CustomerFilter" to be an object.',
      'Variable "$f" is invalid at "f.names"; Expected type "CustomerFilter" to be an object.',
    ],
    [
      'Value "ana@example.com" does not exist in "CustomerSort" enum. Did you mean "A"?',
      'The value does not exist in "CustomerSort" enum. Did you mean "A"?',
    ],
    [
      'Expected value of type "CustomerBy!", found "Reis. ana@example.com".',
      'Expected value of type "CustomerBy!".',
    ],
    ['Syntax Error: Expected ":", found String "Reis. ana@example.com".', 'Syntax Error: Expected ":".'],
    ['Argument "by" has invalid value "ana@example.com".', 'Argument "by" has invalid value.'],
    [
      'Variable "$id" of required type "Int!" was not provided.',
      'Variable "$id" of required type "Int!" was not provided.',
    ],
    ['Cannot query field "nope" on type "Query".', 'Cannot query field "nope" on type "Query".'],
  ])('%s loses its values and nothing else', (message, told) => {
    expect(withoutValues(message)).toBe(told);
  });

  test('tells nothing of a variable, whatever it holds', () => {
    const secret = fc.tuple(
      fc.string(),
      fc.constantFrom('; ', ' at "x"; ', '. ', '"', ' found ', '\\'),
      fc.string(),
    );
    fc.assert(
      fc.property(secret, fc.boolean(), ([before, between, after], nested) => {
        const value = JSON.stringify(`${before}${between}ana@example.com${between}${after}`);
        const path = nested ? ' at "f.emails[0]"' : '';
        const shown = nested ? `{ emails: [${value}] }` : value;
        const told = withoutValues(
          `Variable "$f" got invalid value ${shown}${path}; String cannot represent a non string value: ${value}`,
        );
        expect(told).toBe(`Variable "$f" is invalid${path}; String cannot represent a non string value.`);
      }),
    );
  });
});
