import { describe, expect, test } from 'vitest';
import { redactText } from '../../../src/rest/client/redact-text.ts';
import { fc } from '../../support/property-tests.ts';

describe('a text of the store', () => {
  test.each([
    ["The customer's e-mail can't be changed.", "The customer's e-mail can't be changed."],
    ["The customers' list isn't valid.", "The customers' list isn't valid."],
    ['Namespace must not start with a digit.', 'Namespace must not start with a digit.'],
    ['Max batch size allowed is 10', 'Max batch size allowed is 10'],
    [
      'accepts_product_review_abandoned_cart_emails is missing',
      'accepts_product_review_abandoned_cart_emails is missing',
    ],
    [
      'The filter(s): foo are not valid filter parameter(s).',
      'The filter(s): foo are not valid filter parameter(s).',
    ],
    ['  padded\n', 'padded'],
    ['', ''],
  ])('stays as it is: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test.each([
    ['The name "Ana Reis" is taken', 'The name "…" is taken'],
    ["The name 'Ana Reis' is taken", "The name '…' is taken"],
    ["The name 'O'Brien' isn't free", "The name '…' isn't free"],
    ['The name “Ana” is taken', 'The name “…” is taken'],
    ['The name «Ana» and `Reis`', 'The name «…» and `…`'],
    ['Customer "Ana Reis" of "Reis Ltd" is locked', 'Customer "…" of "…" is locked'],
    ['For input string: "Ana "Reis" of O"Brien".', 'For input string: "…".'],
    ['For input string: "Ana \\"Reis\\" of".', 'For input string: "…".'],
    ['{"email":"ana","name":"x"}', '{"…":"…","…":"…"}'],
    ['For input string: "Ana Re', 'For input string: "…'],
    ["It's \"Ana's\" and 'Rei\"s'", "It's \"…\" and '…'"],
    ['Query parameter "id:in" value "Ana" is not valid.', 'Query parameter "id:in" value "…" is not valid.'],
  ])('loses what it quotes: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test.each([
    ['email ana.reis+news@example.org already in use', 'email … already in use'],
    ['Duplicate: <ANA@EXAMPLE.ORG>.', 'Duplicate: <…>.'],
    ['ana%40example.org, bo@exämple.ch: in use', '…, …: in use'],
    ['emails a@x.org,b@x.org', 'emails …,…'],
    ['write @ noon', 'write @ noon'],
    ['token a8f5f167f44f4964e6c998dee827110c', 'token …'],
    ['see https://example.org/very/long/path/of/something', 'see …'],
    ['call +41441234567 now', 'call … now'],
    ['abcdefghijklmnopqrstuvwxyzabcdef', '…'],
  ])('loses addresses, long words and long numbers: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test.each([
    ['The name Ana Reis is taken', ['Ana Reis'], 'The name … is taken'],
    ['The name ANA REIS is taken', ['Ana Reis'], 'The name … is taken'],
    ['Al is not allowed, nor is al', ['Al'], '… is not allowed, nor is al'],
    ['Names: Anabel', ['Ana'], 'Names: Anabel'],
    ['名前田中は', ['田中'], '名前…は'],
    ['a digit is no digit', ['x', ''], 'a digit is no digit'],
    [`notes: ${'lorem ipsum '.repeat(50)}`, ['lorem ipsum '.repeat(400).trim()], 'notes: …'],
    ['The name Bo  Derek is taken', ['Bo Derek'], 'The name … is taken'],
    ['The name Bo Derek is taken', ['Bo  Derek'], 'The name … is taken'],
    ['The name Jose\u0301 is taken', ['Jos\u00e9'], 'The name … is taken'],
    ['İn the name of ANA REIS', ['Ana Reis'], 'İn the name of …'],
    ['Straße 1 ist belegt', ['STRASSE 1', 'Straße 1'], '… ist belegt'],
  ])('loses what the request contained: %s', (text, sent, expected) => {
    expect(redactText(text, sent)).toBe(expected);
  });
});

describe('a long text of the store', () => {
  test('is cut after 200 characters, after a whole word', () => {
    const redacted = redactText('wort '.repeat(100));
    expect(redacted).toBe('wort '.repeat(40).trim());
  });

  test('counts characters, not UTF-16 units', () => {
    expect([...redactText('𠮷 '.repeat(500))].length).toBe(199);
  });

  test.each([
    'ana.reis@example.org',
    '"Ana Reis of Lisbon"',
    'Ana Reis of Lisbon',
    'a8f5f167f44f4964e6c998dee827110c',
  ])('contains no part of a value at the cut: %s', (value) => {
    for (let before = 170; before <= 200; before += 1) {
      const text = `${'x '.repeat(100).slice(0, before - 1)} ${value} x x`;
      const redacted = redactText(text, ['Ana Reis of Lisbon']);
      expect(redacted.replaceAll(/[x …"]/g, '')).toBe('');
    }
  });

  // A quadratic function would exceed the time limit of the test.
  test.each(['a', '@', '"', "'a", ' "', 'a@', '&#64;', '1', '\u0301', '𠮷'])(
    'is redacted in a time that does not depend on its length: %j',
    (unit) => {
      const text = unit.repeat(1_000_000);
      for (let i = 0; i < 200; i += 1)
        expect(redactText(text, [unit.repeat(1_000)]).length).toBeLessThanOrEqual(400);
    },
  );

  test('never contains a value of the request that is a word or longer', () => {
    const value = fc.stringMatching(/^[a-z]{5,12}( [a-z]{5,12}){0,3}$/);
    const words = fc.array(fc.stringMatching(/^[A-Z]{1,9}$/), { maxLength: 40 });
    fc.assert(
      fc.property(value, words, words, (sent, before, after) => {
        const redacted = redactText([...before, sent, ...after].join(' '), [sent]);
        expect(redacted.toLowerCase()).not.toContain(sent);
        expect(redacted.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});
