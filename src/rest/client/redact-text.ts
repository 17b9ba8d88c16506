/** Characters of a text of the store that an error contains at most. */
const MAX_TEXT_LENGTH = 200;

/** Characters after the cut that are read too, so that a value at the cut is recognised. */
const LOOK_AHEAD = 64;
/** A longer word is a token or an address, unless it is the name of a field. */
const MAX_WORD_LENGTH = 24;
/** A word with as many digits is a telephone number or the like. */
const MIN_HIDDEN_DIGITS = 7;
/** The first characters of a value by which it is recognised if the text contains only its beginning. */
const SEED_LENGTH = 24;

/**
 * Makes a text of the store safe for an error. It is cut to `maxLength` characters. Quoted values, e-mail addresses, long
 * words, long numbers and what the request contained are replaced by `…`. Takes a time that grows with `maxLength`, not
 * with the text.
 *
 * @param sent the strings of the request
 */
export function redactText(text: string, sent: readonly string[] = [], maxLength = MAX_TEXT_LENGTH): string {
  const read = normalizeSpelling(text.slice(0, endOf(text, maxLength + LOOK_AHEAD)));
  const visible = visibleLength(read, maxLength);
  const hidden = new Array<boolean>(read.length).fill(false);
  const hide = (start: number, end: number) => hidden.fill(true, start, end);
  hideQuoted(read, hide);
  hideWords(read, hide);
  const folded = foldCase(read);
  for (const value of sent) {
    hideValue({ text: read, folded, value: normalizeSpelling(value.slice(0, read.length)) }, hide);
  }
  let redacted = '';
  for (let at = 0; at < visible; at += 1) {
    if (!hidden[at]) redacted += read[at];
    else if (at === 0 || !hidden[at - 1]) redacted += '…';
  }
  return redacted.trim();
}

/** One spelling of accented letters and of blanks. */
function normalizeSpelling(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}

type Hide = (start: number, end: number) => void;

/** The index after the first `count` characters. */
function endOf(text: string, count: number): number {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left -= 1)
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return end;
}

/** Where the visible part of a text ends: after a whole word, if it has several. */
function visibleLength(text: string, maxLength: number): number {
  const end = endOf(text, maxLength);
  if (end >= text.length || isBlank(text[end])) return end;
  for (let at = end; at > 0; at -= 1) if (isBlank(text[at - 1])) return at;
  return end;
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || /\s/.test(character);
}

/** Quotation marks by kind. An apostrophe is one only before or after a word. */
const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  "'": "'",
  '‘': "'",
  '’': "'",
  '‚': "'",
  '`': '`',
};
const BEFORE_QUOTE = /[\s([{<:=,;/\\"'`“„«‘‚]/;
const AFTER_QUOTE = /[\s)\]}>:=,;/\\."'`”»’!?]/;

/**
 * Hides what stands in quotation marks. A value may contain quotation marks itself, so they are nested. Without a closing
 * mark everything to the end is hidden. Names of parameters stay: `parameter "id:in"`.
 */
function hideQuoted(text: string, hide: Hide): void {
  let open: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const kind = QUOTES[text[at] ?? ''];
    if (kind === undefined) continue;
    const [before = ' ', after = ' '] = [text[at - 1], text[at + 1]];
    if (open.includes(kind) && AFTER_QUOTE.test(after)) {
      open = open.slice(0, open.lastIndexOf(kind));
      if (open.length === 0 && !isParameterName(text, start, at)) hide(start, at);
    } else if (!isBlank(after) && (BEFORE_QUOTE.test(before) || (open.length === 0 && kind === '"'))) {
      if (open.length === 0) start = at + 1;
      open.push(kind);
    }
  }
  if (open.length > 0) hide(start, text.length);
}

function isParameterName(text: string, start: number, end: number): boolean {
  return text.slice(0, start - 1).endsWith('parameter ') && /^[\w:]+$/.test(text.slice(start, end));
}

function hideWords(text: string, hide: Hide): void {
  for (const { 0: run, index } of text.matchAll(/[^\s<>"'()[\]{},;]+/g)) {
    const word = run.replace(/[.:!?]{1,3}$/, '');
    if (isAddress(word) || isLong(word) || digitsIn(word) >= MIN_HIDDEN_DIGITS)
      hide(index, index + word.length);
  }
}

function isAddress(word: string): boolean {
  return /.(?:@.|%40|&#64)/i.test(word);
}

function isLong(word: string): boolean {
  return word.length > MAX_WORD_LENGTH && !/^[a-z]{1,16}(?:[._][a-z]{1,16})+$/.test(word);
}

function digitsIn(word: string): number {
  return word.length - word.replaceAll(/\d/g, '').length;
}

/** Lower case, with as many UTF-16 units as before: the lower case of `İ` has one more, so it stays. */
function foldCase(text: string): string {
  const folded = text.toLowerCase();
  if (folded.length === text.length) return folded;
  return text.replaceAll(/./gs, (unit) => (unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit));
}

/**
 * Hides a value of the request, or its beginning, as a word of its own. Short values are case-sensitive. A single
 * character is not recognisable as a value.
 */
function hideValue(
  { text, folded, value }: { readonly text: string; readonly folded: string; readonly value: string },
  hide: Hide,
): void {
  if (value.length < 2) return;
  const [haystack, needle] = value.length > 3 ? [folded, foldCase(value)] : [text, value];
  const seed = needle.slice(0, SEED_LENGTH);
  let length = 0;
  for (let at = haystack.indexOf(seed); at >= 0; at = haystack.indexOf(seed, at + length)) {
    length = seed.length;
    while (length < needle.length && haystack[at + length] === needle[length]) length += 1;
    const isPart = isInWord(haystack, at) || isInWord(haystack, at + length);
    if (length >= SEED_LENGTH || (length === needle.length && !isPart)) hide(at, at + length);
  }
}

/** Whether an index of a text is between two letters or digits. */
function isInWord(text: string, at: number): boolean {
  return /^[a-z\d]{2}$/i.test(text.slice(Math.max(0, at - 1), at + 1));
}
