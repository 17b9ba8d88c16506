/** A parsed timestamp. */
export interface ParsedDateTime {
  readonly date: Date;
  /** Whether it has the form that the API's schema declares: date, `T`, time and time zone. */
  readonly isExpected: boolean;
}

const ISO_8601 =
  /^(\d{4})-(\d\d)-(\d\d)(?:([T ])(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
/** As in other versions of the API: `Wed, 05 Sep 2018 13:43:54 +0000`. */
const RFC_2822 =
  /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d)(?: (GMT|UTC|[+-]\d{4}))?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The form that the API's schema declares, in UTC. Nearly all timestamps have it, and every record has two. */
const DECLARED_FORM =
  /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** Parses a timestamp. One without a time zone is in UTC, whatever the zone of the machine. Null if it is none. */
export function parseDateTime(text: string): ParsedDateTime | null {
  if (DECLARED_FORM.test(text)) {
    const date = dateInDeclaredForm(text);
    return date && { date, isExpected: true };
  }
  const iso = ISO_8601.exec(text);
  if (iso !== null) {
    const [, year, month, day, separator, hour = '0', minute = '0', second = '0', fraction = '0', zone] = iso;
    const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
    const date = utcDate([year, month, day, hour, minute, second].map(Number), milliseconds, zone);
    return date && { date, isExpected: separator?.toUpperCase() === 'T' && zone !== undefined };
  }
  const rfc = RFC_2822.exec(text);
  if (rfc === null) return null;
  const [, day, name = '', year, hour, minute, second, zone] = rfc;
  const month = MONTHS.indexOf(name) + 1;
  const date = utcDate([Number(year), month, ...[day, hour, minute, second].map(Number)], 0, zone);
  return date && { date, isExpected: false };
}

/** Reads the digits at their places, in half of the time that `Date` takes. Null if the month does not have the day. */
function dateInDeclaredForm(text: string): Date | null {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const day = twoDigits(text, 8);
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  const date = new Date(Date.UTC(year, twoDigits(text, 5) - 1, day, hour, minute, second));
  // Every month has 28 days, so `Date` need not tell which day it took most of them for.
  return day <= 28 || date.getUTCDate() === day ? date : null;
}

function twoDigits(text: string, index: number): number {
  return text.charCodeAt(index) * 10 + text.charCodeAt(index + 1) - 11 * ZERO;
}

const ZERO = '0'.charCodeAt(0);

/** @param parts year, month (from 1), day, hour, minute, second */
function utcDate(parts: readonly number[], milliseconds: number, zone = 'Z'): Date | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, milliseconds);
  // Date rolls an impossible date such as 31 February over into the next month.
  const isPossible =
    local.getUTCFullYear() === year &&
    local.getUTCMonth() === month - 1 &&
    local.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  const offset = offsetMinutes(zone);
  if (!isPossible || offset === null) return null;
  const date = new Date(local.getTime() - offset * 60_000);
  const yearInUtc = date.getUTCFullYear();
  return yearInUtc >= 0 && yearInUtc <= 9999 ? date : null;
}

function offsetMinutes(zone: string): number | null {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  const offset = Number(hours) * 60 + Number(minutes);
  return Number(hours) < 24 && Number(minutes) < 60 ? (sign === '-' ? -offset : offset) : null;
}
