/** Headers by lower-case name, as undici provides them. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What the rate-limit headers of one response say. Null if the header is absent or its value is impossible. */
export interface RateLimitHeaders {
  /** Requests granted per window. */
  readonly quota: number | null;
  /** Requests left in the window, after this one. */
  readonly remaining: number | null;
  /** Milliseconds until a fixed window ends, or until the oldest request leaves a sliding window. */
  readonly resetMs: number | null;
  /** The time that a 429 asks to wait, in milliseconds, at most an hour. */
  readonly retryAfterMs: number | null;
  /** Length of the window in milliseconds. @default 30000 */
  readonly windowMs: number;
  /** Whether an impossible value was clamped or ignored. */
  readonly invalid: boolean;
}

/** The window that the vendor documents, for responses that do not state one. */
const DEFAULT_WINDOW_MS = 30_000;
const MAX_WINDOW_MS = 3_600_000;
const MAX_QUOTA = 10_000_000;

/** Reads the rate-limit headers of a response. Null if it has none. */
export function readRateLimitHeaders(headers: ResponseHeaders): RateLimitHeaders | null {
  const values = [
    headers['x-rate-limit-requests-quota'],
    headers['x-rate-limit-requests-left'],
    headers['x-rate-limit-time-reset-ms'],
  ];
  const retryAfter = headers['x-retry-after'] ?? headers['retry-after'];
  if (values.every((value) => value === undefined) && retryAfter === undefined) return null;
  const windowMs =
    inRange(parseInteger(headers['x-rate-limit-time-window-ms']), 1, MAX_WINDOW_MS) ?? DEFAULT_WINDOW_MS;
  const [quota, left, reset] = values.map(parseInteger);
  // Retry-After is in whole seconds, and only on 429 responses.
  const retryAfterMs = clamp(parseSeconds(retryAfter), 0, MAX_WINDOW_MS);
  const resetMs = reset ?? retryAfterMs;
  const validQuota = inRange(quota, 1, MAX_QUOTA);
  const validRemaining = clamp(left, 0, validQuota ?? MAX_QUOTA);
  const validResetMs = clamp(resetMs, 0, windowMs);
  const invalid =
    values.some((value) => value !== undefined && parseInteger(value) === null) ||
    validQuota !== (quota ?? null) ||
    validRemaining !== (left ?? null) ||
    validResetMs !== resetMs;
  return {
    quota: validQuota,
    remaining: validRemaining,
    resetMs: validResetMs,
    retryAfterMs,
    windowMs,
    invalid,
  };
}

function parseInteger(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^-?\d{1,15}$/.test(header.trim()) ? Number(header) : null;
}

/** Milliseconds of a header in seconds. */
function parseSeconds(header: string | string[] | undefined): number | null {
  const seconds = parseInteger(header);
  return seconds === null ? null : seconds * 1000;
}

function inRange(value: number | null | undefined, min: number, max: number): number | null {
  return value != null && value >= min && value <= max ? value : null;
}

function clamp(value: number | null | undefined, min: number, max: number): number | null {
  return value == null ? null : Math.min(Math.max(value, min), max);
}
