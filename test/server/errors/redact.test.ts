import { describe, expect, test } from 'vitest';
import { redactKey, redactValues } from '../../../src/server/errors/redact.ts';
import { fc } from '../../support/property-tests.ts';

describe('a message of graphql-js', () => {
  test.each([
    [
      'Variable "$id" got invalid value "ana@example.com"; Int cannot represent non-integer value: "ana@example.com"',
      'Variable "$id" is invalid.',
    ],
    [
      'Value "ana@example.com" does not exist in "CustomerSort" enum. Did you mean "A"?',
      'The value does not exist in "CustomerSort" enum. Did you mean "A"?',
    ],
    [
      'Value "x" does not exist in "ana@example.com" does not exist in "CustomerSort" enum.',
      'The value does not exist in "CustomerSort" enum.',
    ],
    [
      'Expected value of type "CustomerBy!", found "Reis. ana@example.com".',
      'Expected value of type "CustomerBy!".',
    ],
    ['Syntax Error: Expected ":", found String "Reis. ana@example.com".', 'Syntax Error: Expected ":".'],
    ['Syntax Error: Unexpected Int "4111111111111111".', 'Syntax Error: Unexpected Int.'],
    ['Syntax Error: Unexpected String "ana@example.com".', 'Syntax Error: Unexpected String.'],
    ['Syntax Error: Unexpected Name "ana".', 'Syntax Error: Unexpected Name.'],
    ['Syntax Error: Unexpected "}".', 'Syntax Error: Unexpected "}".'],
    ['Syntax Error: Expected Name, found <EOF>.', 'Syntax Error: Expected Name.'],
    [
      'Syntax Error: Invalid Unicode escape sequence: "\\u{ana@".',
      'Syntax Error: Invalid Unicode escape sequence.',
    ],
    [
      'Syntax Error: Invalid number, expected digit but got: "a".',
      'Syntax Error: Invalid number, expected digit but got.',
    ],
    ['Syntax Error: Unexpected character: "ä".', 'Syntax Error: Unexpected character.'],
    [
      'Int cannot represent non-integer value: "ana got invalid value "',
      'Int cannot represent non-integer value.',
    ],
    ['Int cannot represent non-integer value: "ana, found "', 'Int cannot represent non-integer value.'],
    [
      'Argument "first" has invalid value "ana cannot represent x: ".',
      'Argument "first" has an invalid value.',
    ],
    ['Variable "$id" is never used in operation "ana".', 'Variable "$id" is never used in operation.'],
    ['Variable "$id" is not defined by operation "ana".', 'Variable "$id" is not defined by operation.'],
    ['Int cannot represent non-integer value: "ana: x"', 'Int cannot represent non-integer value.'],
    ['Argument "by" has invalid value "ana@example.com".', 'Argument "by" has an invalid value.'],
    ['Unknown operation named "ana@example.com".', 'The document has no operation with this name.'],
    [
      'Unexpected parameter "ana@example.com" in the request body.',
      'Unexpected parameter in the request body.',
    ],
    [
      'Variable "$id" of required type "Int!" was not provided.',
      'Variable "$id" of required type "Int!" was not provided.',
    ],
    ['Cannot query field "nope" on type "Query".', 'Cannot query field "nope" on type "Query".'],
    [
      `Cannot query field "${'n'.repeat(120)}" on type "Query".`,
      `Cannot query field "${'n'.repeat(100)}…" on type "Query".`,
    ],
  ])('keeps its names and loses its values: %s', (message, redacted) => {
    expect(redactValues(message)).toBe(redacted);
  });

  test('about an unknown field keeps the type and loses the key', () => {
    expect(redactKey('Field "ana" is not defined by type "x" is not defined by type "CustomerBy".')).toBe(
      'A field is not defined by type "CustomerBy".',
    );
    const required = 'Field "email" of required type "String!" was not provided.';
    expect(redactKey(required)).toBe(required);
  });
});

describe('hostile text', () => {
  test('is never longer than a message', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(redactValues(text.repeat(1_000)).length).toBeLessThan(1_300);
      }),
    );
  });
});
