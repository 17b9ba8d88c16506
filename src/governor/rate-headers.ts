/** Headers by lower-case name, as undici provides them. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What the rate-limit headers of one response say. Null if the header is absent or its value is impossible. */
export interface RateHeaders {
  /** Requests granted per window. */
  readonly quota: number | null;
  /** Requests left in the window, after this one. */
  readonly left: number | null;
  /** Milliseconds until a fixed window ends, or until the oldest request leaves a sliding window. */
  readonly resetMs: number | null;
  /** Length of the window in milliseconds. @default 30000 */
  readonly windowMs: number;
  /** Whether an impossible value was clamped or ignored. */
  readonly absurd: boolean;
}

/** The window that the vendor documents, for responses that do not state one. */
const USUAL_WINDOW_MS = 30_000;
const LONGEST_WINDOW_MS = 3_600_000;
const LARGEST_QUOTA = 10_000_000;

/** Reads the rate-limit headers of a response. Null if it has none. */
export function readRateHeaders(headers: Headers): RateHeaders | null {
  const values = [
    headers['x-rate-limit-requests-quota'],
    headers['x-rate-limit-requests-left'],
    headers['x-rate-limit-time-reset-ms'],
  ];
  const retryAfter = headers['x-retry-after'] ?? headers['retry-after'];
  if (values.every((value) => value === undefined) && retryAfter === undefined) return null;
  const windowMs =
    within(numberOf(headers['x-rate-limit-time-window-ms']), 1, LONGEST_WINDOW_MS) ?? USUAL_WINDOW_MS;
  const [quota, left, reset] = values.map(numberOf);
  // Retry-After is in whole seconds, and only on 429 responses.
  const resetMs = reset ?? secondsOf(retryAfter);
  const validQuota = within(quota, 1, LARGEST_QUOTA);
  const validRemaining = clamped(left, 0, validQuota ?? LARGEST_QUOTA);
  const validResetMs = clamped(resetMs, 0, windowMs);
  const absurd =
    values.some((value) => value !== undefined && numberOf(value) === null) ||
    validQuota !== (quota ?? null) ||
    validRemaining !== (left ?? null) ||
    validResetMs !== resetMs;
  return { quota: validQuota, left: validRemaining, resetMs: validResetMs, windowMs, absurd };
}

function numberOf(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^-?\d{1,15}$/.test(header.trim()) ? Number(header) : null;
}

/** Milliseconds of a header in seconds. */
function secondsOf(header: string | string[] | undefined): number | null {
  const seconds = numberOf(header);
  return seconds === null ? null : seconds * 1000;
}

function within(value: number | null | undefined, min: number, max: number): number | null {
  return value != null && value >= min && value <= max ? value : null;
}

function clamped(value: number | null | undefined, min: number, max: number): number | null {
  return value == null ? null : Math.min(Math.max(value, min), max);
}
