/** Formats Unix seconds as customers, attributes and attribute values do: `2023-02-01T05:06:55Z`. */
export function formatTimestamp(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** Formats Unix seconds as metafields do: with an offset instead of `Z`. */
export function formatTimestampWithOffset(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}+00:00`;
}

/** The time range that a date in a filter covers: one second, or a whole day for a date without a time. */
export interface TimeRange {
  /** The first second, in Unix seconds. */
  readonly from: number;
  /** The length in seconds. */
  readonly seconds: number;
}

const secondsPerDay = 86_400;
const bareDate = /^\d{4}-\d{2}-\d{2}$/;
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Parses a date or a date-time. Null if it is neither. UTC if it has no offset. */
export function parseTimeRange(text: string): TimeRange | null {
  if (bareDate.test(text)) return toTimeRange(Date.parse(text), secondsPerDay);
  const match = dateTime.exec(text);
  if (!match) return null;
  // The platform writes offsets without a colon, which Date.parse does not accept.
  const iso = text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  return toTimeRange(Date.parse(match[3] ? iso : `${iso}Z`), 1);
}

function toTimeRange(milliseconds: number, seconds: number): TimeRange | null {
  return Number.isNaN(milliseconds) ? null : { from: Math.floor(milliseconds / 1000), seconds };
}
