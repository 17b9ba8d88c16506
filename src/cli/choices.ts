import { InvalidArgumentError, Option } from 'commander';
import { distance } from 'fastest-levenshtein';

/** An option whose value is one of some choices. A wrong value is answered with the nearest. */
export function choiceOption(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices).argParser((value) => checked(value, choices));
}

/** An option whose value is a list of some choices, separated by commas. A wrong one is answered with the nearest. */
export function choicesOption(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, `${description}, separated by commas: ${choices.join(', ')}`).argParser((value) =>
    value.split(',').map((each) => checked(each.trim(), choices)),
  );
}

function checked(value: string, choices: readonly string[]): string {
  if (choices.includes(value)) return value;
  const near = nearest(value, choices);
  throw new InvalidArgumentError(
    `Allowed choices are ${choices.join(', ')}.${near === null ? '' : `\n(Did you mean ${near}?)`}`,
  );
}

/** As near as the parser's own suggestions are. */
const MAX_DISTANCE = 3;
const MIN_SIMILARITY = 0.4;
/** The time to compare two words grows with the product of their lengths. */
const MAX_LENGTH = 200;

/** The word that is most like the given one, whatever the case of letters. Null if none is. */
export function nearest(word: string, words: readonly string[]): string | null {
  if (word.length > MAX_LENGTH) return null;
  const near = words
    .map((each) => ({ each, edits: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(
      ({ each, edits }) =>
        edits <= MAX_DISTANCE && 1 - edits / Math.max(word.length, each.length) > MIN_SIMILARITY,
    );
  return near.toSorted((one, other) => one.edits - other.edits)[0]?.each ?? null;
}
