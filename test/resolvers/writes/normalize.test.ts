import { describe, expect, test } from 'vitest';
import { foldText, normalizeEmail, normalizeText } from '../../../src/resolvers/writes/normalize.ts';
import { fc } from '../../support/property-tests.ts';

describe('a normalised text', () => {
  test.each([
    ['  Main   Street\t1 ', 'Main Street 1'],
    ['Main\u00a0Street', 'Main Street'],
    ['Mu\u0308ller', 'Müller'],
    ['a\r\nb\nc', 'a\nb\nc'],
    ['A & B', 'A & B'],
    ['', ''],
    [null, ''],
    [undefined, ''],
  ])('of %j is %j', (value, expected) => {
    expect(normalizeText(value)).toBe(expected);
  });

  test('keeps what distinguishes values: case, accents, punctuation, lines', () => {
    const values = ['Muller', 'muller', 'Müller', 'Mul-ler', 'Mul ler', 'Mul\nler', 'A &amp; B', 'A & B'];
    expect(new Set(values.map(normalizeText)).size).toBe(values.length);
  });

  test('is normalised', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(normalizeText(normalizeText(value))).toBe(normalizeText(value));
      }),
    );
  });
});

describe('a folded text', () => {
  test.each([
    ['Müller &amp; Söhne', 'Müller & Söhne'],
    ['M&uuml;ller &AMP; S&ouml;hne', 'Müller & Söhne'],
    ['&amp;amp;', '&'],
    ['O&#39;Brien', "O'Brien"],
    ['O&#x2019;Brien', 'O’Brien'],
    ['Stra&szlig;e', 'STRASSE'],
    ['Ana', 'Ana 🙂'],
    ['Ana ?', 'Ana 🙂'],
    ['1  Road', '1 Road'],
    ['Jose\u0301', 'JOSÉ'],
    ['SW1A1AA', 'sw1a 1aa'],
    ['ﬁne', 'fine'],
  ])('of %j is that of %j', (one, other) => {
    expect(foldText(one)).toBe(foldText(other));
  });

  test('keeps letters and digits of any script', () => {
    const values = ['1 Road', '2 Road', 'Road', '道路', '道', 'Дорога', ''];
    expect(new Set(values.map(foldText)).size).toBe(values.length);
  });

  test('ignores entities that name no character', () => {
    expect(foldText('a&#9999999;b&#xFFFFFF;c&nosuch;')).toBe('abc');
  });

  // A quadratic function would exceed the time limit of the test.
  test.each([
    ['&', ''],
    ['&#', ''],
    ['&a', 'a'],
    ['&amp', 'amp'],
    [' ', ''],
    ['a.', 'a'],
    ['\u0301', ''],
  ])('is made in linear time from 500,000 times %j', (unit, expected) => {
    expect(foldText(unit.repeat(500_000))).toBe(expected.repeat(500_000));
  });
});

describe('a normalised e-mail address', () => {
  test.each([
    [' Ann@Example.org ', 'ann@example.org'],
    ['j@exämple.ch', 'j@xn--exmple-cua.ch'],
    ['J@XN--EXMPLE-CUA.CH', 'j@xn--exmple-cua.ch'],
    ['j@exa\u0308mple.ch', 'j@xn--exmple-cua.ch'],
    ['j@a b', 'j@a b'],
    ['no address', 'no address'],
    ['', ''],
    ['\u212aate@example.com', '\u212aate@example.com'],
    ['Mu\u0308ller@example.com', 'müller@example.com'],
  ])('of %j is %j', (value, expected) => {
    expect(normalizeEmail(value)).toBe(expected);
  });
});
