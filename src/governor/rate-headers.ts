/** Headers by lower-case name, as undici hands them over. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What one answer says of the store's quota; null where it does not say, or says what cannot be. */
export interface RateHeaders {
  /** Requests granted in a window. */
  readonly quota: number | null;
  /** Requests left in it, this one taken off. */
  readonly left: number | null;
  /** Milliseconds until the window ends; where it slides, until its oldest request leaves it. */
  readonly resetMs: number | null;
  readonly windowMs: number;
  /** Whether a figure could not be true and was clamped or left out. */
  readonly absurd: boolean;
}

/** The window that the vendor documents, for answers that do not say. */
const USUAL_WINDOW_MS = 30_000;
const LONGEST_WINDOW_MS = 3_600_000;
const LARGEST_QUOTA = 10_000_000;

/** Reads the headers of an answer. Null where it says nothing of a quota at all. */
export function readRateHeaders(headers: Headers): RateHeaders | null {
  const said = [
    headers['x-rate-limit-requests-quota'],
    headers['x-rate-limit-requests-left'],
    headers['x-rate-limit-time-reset-ms'],
  ];
  const retryAfter = headers['x-retry-after'] ?? headers['retry-after'];
  if (said.every((value) => value === undefined) && retryAfter === undefined) return null;
  const windowMs = within(numberOf(headers['x-rate-limit-time-window-ms']), 1, LONGEST_WINDOW_MS);
  const [quota, left, reset] = said.map(numberOf);
  const wholeWindowMs = windowMs ?? USUAL_WINDOW_MS;
  // Whole seconds, and only on answers that refuse.
  const retryMs = secondsOf(retryAfter);
  const resetMs = reset ?? retryMs;
  const figures = {
    quota: within(quota, 1, LARGEST_QUOTA),
    left: clamped(left, 0, within(quota, 1, LARGEST_QUOTA) ?? LARGEST_QUOTA),
    resetMs: clamped(resetMs, 0, wholeWindowMs),
    windowMs: wholeWindowMs,
  };
  const absurd =
    said.some((value) => value !== undefined && numberOf(value) === null) ||
    figures.quota !== (quota ?? null) ||
    figures.left !== (left ?? null) ||
    figures.resetMs !== resetMs;
  return { ...figures, absurd };
}

function numberOf(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^-?\d{1,15}$/.test(header.trim()) ? Number(header) : null;
}

function secondsOf(header: string | string[] | undefined): number | null {
  const seconds = numberOf(header);
  return seconds === null ? null : seconds * 1000;
}

function within(value: number | null | undefined, least: number, most: number): number | null {
  return value != null && value >= least && value <= most ? value : null;
}

function clamped(value: number | null | undefined, least: number, most: number): number | null {
  return value == null ? null : Math.min(Math.max(value, least), most);
}
