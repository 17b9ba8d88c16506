/** Unix seconds as customers, attributes and values write them: `2023-02-01T05:06:55Z`. */
export function instant(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** Unix seconds as metafields write them: with an offset instead of a Z. */
export function offsetInstant(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}+00:00`;
}

/** An instant that a filter names, in unix seconds, and how many seconds it stands for (a bare date is a day). */
export interface NamedInstant {
  readonly from: number;
  readonly seconds: number;
}

const day = 86_400;
const bareDate = /^\d{4}-\d{2}-\d{2}$/;
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Reads a date or a date-time; null when it is neither. Without an offset it is UTC. */
export function parseInstant(text: string): NamedInstant | null {
  if (bareDate.test(text)) return named(Date.parse(text), day);
  const match = dateTime.exec(text);
  if (!match) return null;
  // The platform writes offsets without a colon, which Date.parse does not read.
  const iso = text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  return named(Date.parse(match[3] ? iso : `${iso}Z`), 1);
}

function named(milliseconds: number, seconds: number): NamedInstant | null {
  return Number.isNaN(milliseconds) ? null : { from: Math.floor(milliseconds / 1000), seconds };
}
