import { badInput } from '../../errors.ts';
import { MAX_IN_VALUES } from '../../rest/limits.ts';
import { foldEmail } from '../../rest/wire/email.ts';
import { isId } from '../../rest/wire/ids.ts';
import { type DateRange, type FilterTime, firstSecond, lastSecond } from '../../rest/wire/query.ts';
import { isEmail } from './validation.ts';

/** A date filter of the GraphQL input. */
export interface DateTimeFilter {
  readonly equals?: FilterTime | null | undefined;
  readonly min?: FilterTime | null | undefined;
  readonly max?: FilterTime | null | undefined;
}

/** Validates a list of ids and removes duplicates. Null means no filter. @throws GatewayError BAD_USER_INPUT */
export function parseIds(
  ids: readonly number[] | null | undefined,
  argument: string,
): readonly number[] | undefined {
  if (!ids) return undefined;
  if (!ids.every(isId)) throw badInput(argument, 'contains a number that is not a valid id.');
  return unique(ids);
}

/**
 * Validates the values of a comma-separated filter and removes duplicates. Null means no filter.
 * @throws GatewayError BAD_USER_INPUT
 */
export function parseStrings(
  values: readonly string[] | null | undefined,
  argument: string,
): readonly string[] | undefined {
  if (!values) return undefined;
  assertNoCommas(values, argument);
  for (const value of values) assertFilterValue(value, argument);
  return unique(values);
}

/**
 * Validates the e-mail addresses of a filter, folds their case and removes duplicates. A value that is no e-mail address
 * matches nothing, so it is left out. Null means no filter.
 * @throws GatewayError BAD_USER_INPUT if an address contains a comma, in a quoted local part
 */
export function parseEmails(
  emails: readonly string[] | null | undefined,
  argument: string,
): readonly string[] | undefined {
  if (!emails) return undefined;
  assertNoCommas(
    emails.map((email) => (isEmail(email) ? email : '')),
    argument,
  );
  return unique(emails.filter(isEmail).map(foldEmail));
}

/** Requires that no value contains a comma, which separates the values of a list. @throws GatewayError BAD_USER_INPUT */
export function assertNoCommas(values: readonly string[], argument: string): void {
  const indices = values.flatMap((value, index) => (value.includes(',') ? [index] : []));
  if (indices.length === 0) return;
  const where = indices.slice(0, MAX_NAMED_INDICES).join(', ');
  const rest = indices.length > MAX_NAMED_INDICES ? ` and ${indices.length - MAX_NAMED_INDICES} more` : '';
  throw badInput(
    argument,
    `contains a comma at index ${where}${rest}, which the store's filters do not support.`,
  );
}

const MAX_NAMED_INDICES = 250;

/** Validates one value of a comma-separated filter. @throws GatewayError BAD_USER_INPUT */
export function assertFilterValue(value: string, argument: string): void {
  const problem = filterValueProblem(value);
  if (problem !== null) throw badInput(argument, problem);
}

/**
 * Validates an e-mail address in a filter. The store has none longer than 255 characters.
 * @throws GatewayError BAD_USER_INPUT
 */
export function assertEmail(email: string, argument: string): void {
  assertFilterValue(email, argument);
  if (email.length > MAX_EMAIL_LENGTH)
    throw badInput(argument, `is longer than ${MAX_EMAIL_LENGTH} characters.`);
}

const MAX_EMAIL_LENGTH = 255;

/** Why a value cannot be used in a comma-separated filter. Null if it can. */
function filterValueProblem(value: string): string | null {
  if (value.includes(',')) return "contains a comma, which the store's filters do not support.";
  return valueProblem(value);
}

/** Why a value cannot be used in a filter of one value. Null if it can. */
export function valueProblem(value: string): string | null {
  if (value.trim() === '') return 'contains an empty value.';
  // A lone surrogate is valid JSON, but cannot be encoded in a URL.
  return value.isWellFormed() ? null : 'contains text that is not valid Unicode.';
}

/**
 * Validates a filter of one string, which can contain commas. Null means no filter.
 * @throws GatewayError BAD_USER_INPUT
 */
export function parseString(text: string | null | undefined, argument: string): string | undefined {
  if (text === null || text === undefined) return undefined;
  if (text.trim() === '') throw badInput(argument, 'is empty.');
  if (!text.isWellFormed()) throw badInput(argument, 'is not valid Unicode.');
  return text;
}

/** Requires at most 250 values in each list of a filter. @throws GatewayError BAD_USER_INPUT */
export function limitValues<L extends Readonly<Record<string, readonly unknown[] | undefined>>>(lists: L): L {
  for (const [name, values = []] of Object.entries(lists)) {
    if (values.length > MAX_IN_VALUES) {
      throw badInput(
        `filter.${name}`,
        `contains ${values.length} values; at most ${MAX_IN_VALUES} are allowed.`,
      );
    }
  }
  return lists;
}

/** The last second that a timestamp with a year of four digits can express. A minimum is rounded up to a second. */
const LAST_SECOND = new Date('9999-12-31T23:59:59Z');

/** Validates a date filter. Null means no filter. @throws GatewayError BAD_USER_INPUT */
export function parseDateFilter(
  filter: DateTimeFilter | null | undefined,
  argument: string,
): DateRange | undefined {
  if (!filter) return undefined;
  const range = {
    equals: filter.equals ?? undefined,
    min: filter.min ?? undefined,
    max: filter.max ?? undefined,
  };
  const { equals, min, max } = range;
  if (min instanceof Date && min > LAST_SECOND)
    throw badInput(`${argument}.min`, 'is after the last second of the year 9999.');
  const [earliest, latest] = [min ?? equals, max ?? equals];
  if (earliest && latest && isAfter(earliest, latest)) throw badInput(argument, 'ends before it begins.');
  if (equals && ((min && isAfter(min, equals)) || (max && isAfter(equals, max)))) {
    throw badInput(argument, 'has an equals outside min and max.');
  }
  return range;
}

/** Whether a time is certainly after another. A calendar date stands for any time of its day. */
function isAfter(one: FilterTime, other: FilterTime): boolean {
  return firstSecond(one) > lastSecond(other);
}

/**
 * Whether a date is in a range, as the store decides it. A calendar date means its first second as a bound, and the whole
 * day in `equals`. Without a range every date is.
 */
export function isInRange(date: Date | null, range: DateRange | undefined): boolean {
  if (range === undefined) return true;
  if (date === null) return false;
  const { equals = date, min = date, max = date } = range;
  return (
    date >= firstSecond(equals) &&
    date <= lastSecond(equals) &&
    date >= firstSecond(min) &&
    date <= firstSecond(max)
  );
}

/** Whether a changed record can start to match a filter. `createdAt` alone cannot: it never changes. */
export function hasMutableConditions({
  createdAt: _creation,
  ...conditions
}: {
  readonly createdAt?: unknown;
}): boolean {
  return Object.values(conditions).some((condition) => condition !== undefined);
}

/** Whether no record can match a filter, so no call is needed: an empty list, or a timestamp between two seconds. */
export function matchesNothing(
  filter: Readonly<Record<string, readonly unknown[] | DateRange | string | undefined>>,
): boolean {
  return Object.values(filter).some((condition) => {
    if (condition === undefined || typeof condition === 'string') return false;
    if ('length' in condition) return condition.length === 0;
    return condition.equals instanceof Date && condition.equals.getMilliseconds() !== 0;
  });
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
