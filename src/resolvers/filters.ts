import { badInput } from '../errors.ts';
import type { DateRange } from '../rest/query.ts';
import { isId } from '../rest/wire.ts';

/** A date filter as GraphQL hands it over. */
export interface DateTimeFilter {
  readonly equals?: Date | null | undefined;
  readonly min?: Date | null | undefined;
  readonly max?: Date | null | undefined;
}

/** Checks a list of ids: each once, each an id. Null means no such filter. */
export function parseIds(
  ids: readonly number[] | null | undefined,
  argument: string,
): readonly number[] | undefined {
  if (!ids) return undefined;
  if (!ids.every(isId)) throw badInput(argument, 'holds a number that is no id.');
  return unique(ids);
}

/** Checks a list of words that go into one comma-separated filter. Null means no such filter. */
export function parseWords(
  words: readonly string[] | null | undefined,
  argument: string,
): readonly string[] | undefined {
  if (!words) return undefined;
  for (const word of words) checkWord(word, argument);
  return unique(words);
}

/** Checks a word that goes into a comma-separated filter. */
export function checkWord(word: string, argument: string): void {
  const problem = wordProblem(word);
  if (problem !== null) throw badInput(argument, problem);
}

/** Checks an e-mail address that is asked for: the store has none that is longer. */
export function checkEmail(email: string, argument: string): void {
  checkWord(email, argument);
  if (email.length > LONGEST_EMAIL) throw badInput(argument, `is longer than ${LONGEST_EMAIL} characters.`);
}

const LONGEST_EMAIL = 255;

/** Why a word cannot go into a comma-separated filter, or null. */
export function wordProblem(word: string): string | null {
  if (word.includes(',')) return 'holds a comma, which the store cannot be asked for.';
  if (word.trim() === '') return 'holds an empty value.';
  // Half a surrogate pair is JSON, but no character that a URL could carry.
  return word.isWellFormed() ? null : 'holds text that is not valid Unicode.';
}

/** Checks a text that is a filter by itself, so that it may hold commas. Null means no such filter. */
export function parseText(text: string | null | undefined, argument: string): string | undefined {
  if (text === null || text === undefined) return undefined;
  if (text.trim() === '') throw badInput(argument, 'is empty.');
  if (!text.isWellFormed()) throw badInput(argument, 'holds text that is not valid Unicode.');
  return text;
}

/** Checks that a list holds no more values than may be asked for. */
export function checkCount(values: readonly unknown[] | undefined, most: number, argument: string): void {
  if (values !== undefined && values.length > most) {
    throw badInput(argument, `holds ${values.length} values; ${most} can be asked for.`);
  }
}

/** Checks a window of time. Null means no such filter. */
export function parseDates(
  filter: DateTimeFilter | null | undefined,
  argument: string,
): DateRange | undefined {
  if (!filter) return undefined;
  const range = {
    equals: filter.equals ?? undefined,
    min: filter.min ?? undefined,
    max: filter.max ?? undefined,
  };
  const [earliest, latest] = [range.min ?? range.equals, range.max ?? range.equals];
  if (earliest && latest && earliest > latest) throw badInput(argument, 'ends before it begins.');
  const { equals } = range;
  if (equals && ((range.min && equals < range.min) || (range.max && equals > range.max))) {
    throw badInput(argument, 'asks for a moment outside of its own bounds.');
  }
  return range;
}

/** Whether records may begin to meet a filter when they change, wherever they stand. Their creation does not change. */
export function isMutable({
  createdAt: _creation,
  ...conditions
}: {
  readonly createdAt?: unknown;
}): boolean {
  return Object.values(conditions).some((condition) => condition !== undefined);
}

/** Whether no record can meet a filter, so that nothing needs to be asked: an empty list, a moment between two seconds. */
export function matchesNothing(
  filter: Readonly<Record<string, readonly unknown[] | DateRange | string | undefined>>,
): boolean {
  return Object.values(filter).some((condition) => {
    if (condition === undefined || typeof condition === 'string') return false;
    if ('length' in condition) return condition.length === 0;
    return condition.equals !== undefined && condition.equals.getMilliseconds() !== 0;
  });
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
