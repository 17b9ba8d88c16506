/** Characters of a text that are searched. An error may list the e-mail addresses of a whole batch. */
const MAX_SEARCHED = 10_000;

/** Whether a text contains a value as a whole word, ignoring case: not as part of a longer address. */
export function quotesExactly(text: string, value: string): boolean {
  const haystack = text.slice(0, MAX_SEARCHED).toLowerCase();
  const needle = value.trim().toLowerCase();
  if (needle === '') return false;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + needle.length)) {
    const before = haystack.slice(Math.max(0, at - 1), at);
    const after = haystack.slice(at + needle.length, at + needle.length + 2);
    if (/^[\s"'<>(),;:]?$/.test(before) && /^(?:[\s"'<>(),;:]|[.!?]?(?:\s|$))/.test(after)) return true;
  }
  return false;
}
