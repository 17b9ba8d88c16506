import { LRUCache } from 'lru-cache';

/** Maximum length of such a text, in characters. */
const MAX_LENGTH = 200;

/**
 * Remembers what a function makes of a text that most clients send with each request, such as a header: a look takes less
 * than a regular expression. Long texts are not remembered, so a caller cannot fill the memory.
 *
 * @param parse has to give the same for the same text, and nothing that is changed afterwards
 * @param maxTexts maximum number of texts that are remembered for the function
 */
export function remember<R>(parse: (text: string) => R, maxTexts = 100): (text: string) => R {
  const known = new LRUCache<string, { readonly result: R }>({ max: maxTexts });
  return (text) => {
    if (text.length > MAX_LENGTH) return parse(text);
    const found = known.get(text);
    if (found !== undefined) return found.result;
    const result = parse(text);
    known.set(text, { result });
    return result;
  };
}
