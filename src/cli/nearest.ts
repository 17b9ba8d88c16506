import { distance } from 'fastest-levenshtein';

/** As near as the suggestions for commands and options are. */
const MIN_SIMILARITY = 0.4;
/** The time to compare two words grows with the product of their lengths. */
const MAX_LENGTH = 200;

/** The word that is most like the given one, whatever the case of letters. Null if none is. */
export function nearest(word: string, words: readonly string[]): string | null {
  if (word.length > MAX_LENGTH) return null;
  const near = words
    .map((each) => ({ each, edits: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, edits }) => 1 - edits / Math.max(word.length, each.length) > MIN_SIMILARITY);
  return near.toSorted((one, other) => one.edits - other.edits)[0]?.each ?? null;
}
