import { domainToASCII } from 'node:url';
import { foldEmail } from '../../rest/wire/email.ts';

// The store respells values: it trims, composes Unicode, escapes or drops characters. Two spellings are compared by
// what these functions make of them.

/** A text by which equal values have the same spelling: composed (NFC), trimmed, with single blanks and `\n`. */
export function normalizeText(value: string | null | undefined): string {
  return (value ?? '')
    .normalize('NFC')
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim();
}

/**
 * A text by which what was sent and what the store keeps of it have the same spelling: without emoji, and with `&`, quotes
 * and angle brackets in place of their entities. Blanks, case, accents and punctuation count.
 */
export function storedForm(value: string | null | undefined): string {
  const text = (value ?? '').normalize('NFC').replaceAll(/\p{Extended_Pictographic}|\u{FE0F}|\u{200D}/gu, '');
  // An entity can be escaped again: `&amp;amp;`.
  return decodeMarkup(decodeMarkup(text));
}

/** The same in the spelling of `normalizeText`, for texts whose blanks do not matter. */
export function storedText(value: string | null | undefined): string {
  return normalizeText(storedForm(value));
}

function decodeMarkup(text: string): string {
  return text.replaceAll(
    /&(amp|lt|gt|quot|#39|apos);/gi,
    (_entity, name: string) => MARKUP[name.toLowerCase()] ?? '',
  );
}

const MARKUP: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
};

/**
 * The letters and digits of a text, without case, accents and HTML entities. Values that differ only in what a store can
 * respell are equal in it. Different values can be equal too, so it identifies a record only among few.
 */
export function foldText(value: string | null | undefined): string {
  // An entity can be escaped again: `&amp;amp;`.
  return decodeEntities(decodeEntities(value ?? ''))
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/**
 * An e-mail address with A to Z in lower case and its domain in ASCII: `J@exämple.ch` is `j@xn--exmple-cua.ch`. A character
 * that Unicode maps to a letter, such as the Kelvin sign, stays: it belongs to another address.
 */
export function normalizeEmail(value: string): string {
  const text = normalizeText(value);
  const email = foldEmail(countAscii(text) > countAscii(value) ? value.trim() : text);
  const at = email.lastIndexOf('@') + 1;
  const domain = email.slice(at);
  // An invalid domain has no form in ASCII.
  return email.slice(0, at) + (domainToASCII(domain) || domain);
}

function countAscii(text: string): number {
  return text.replaceAll(/\P{ASCII}/gu, '').length;
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,11});/gi, (_entity, name: string) =>
    name.startsWith('#') ? decodeNumber(name.slice(1)) : decodeName(name),
  );
}

function decodeNumber(digits: string): string {
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number(digits);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** The letters of an entity that names letters: `u` of `&uuml;`. Of all others only the ampersand matters. */
function decodeName(name: string): string {
  if (name.toLowerCase() === 'amp') return '&';
  const letters = /^([a-z]{1,2})(?:acute|caron|cedil|circ|grave|lig|ring|slash|tilde|uml)$/i.exec(name)?.[1];
  return letters?.toLowerCase() === 'sz' ? 'ss' : (letters ?? '');
}
