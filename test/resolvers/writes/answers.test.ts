import { expect, test } from 'vitest';
import { formFieldMatches } from '../../../src/resolvers/writes/answers.ts';
import type { FormFieldValue } from '../../../src/rest/records/form-fields.ts';
import type { FormFieldContent } from '../../../src/rest/wire/form-fields.ts';

type Held =
  | { kind: 'text'; text: string }
  | { kind: 'number'; number: number }
  | { kind: 'choices'; choices: string[] };

function field(held: Held): FormFieldValue {
  return { customerEntityId: 1, addressEntityId: null, name: 'Floor', ...held };
}

const UNSET = [undefined, field({ kind: 'text', text: '' }), field({ kind: 'choices', choices: [] })];
const CLEARING: FormFieldContent[] = [{ text: '' }, { choices: [] }];

test('a form field without a value is cleared, whichever way it was cleared and is returned', () => {
  for (const held of UNSET) for (const sent of CLEARING) expect(formFieldMatches(held, sent)).toBe(true);
});

test('a form field with a value is not cleared', () => {
  for (const sent of CLEARING) {
    expect(formFieldMatches(field({ kind: 'text', text: 'x' }), sent)).toBe(false);
    expect(formFieldMatches(field({ kind: 'number', number: 0 }), sent)).toBe(false);
    expect(formFieldMatches(field({ kind: 'choices', choices: ['x'] }), sent)).toBe(false);
  }
});

test.each<[Held, FormFieldContent, boolean]>([
  [{ kind: 'text', text: 'a' }, { text: 'a' }, true],
  [{ kind: 'text', text: 'a' }, { text: ' a ' }, true],
  [{ kind: 'text', text: 'a' }, { text: 'b' }, false],
  [{ kind: 'number', number: 0 }, { number: 0 }, true],
  [{ kind: 'number', number: 4 }, { text: '4' }, true],
  [{ kind: 'text', text: '4' }, { number: 4 }, true],
  [{ kind: 'number', number: 4 }, { number: 5 }, false],
  [{ kind: 'choices', choices: ['a', 'b'] }, { choices: ['b', 'a'] }, true],
  [{ kind: 'choices', choices: ['a', 'b'] }, { choices: ['a'] }, false],
  [{ kind: 'choices', choices: ['a'] }, { text: 'a' }, false],
])('%o compared with %o: %s', (held, sent, expected) => {
  expect(formFieldMatches(field(held), sent)).toBe(expected);
});

test('a missing form field does not have a value that was sent', () => {
  expect(formFieldMatches(undefined, { number: 0 })).toBe(false);
});
