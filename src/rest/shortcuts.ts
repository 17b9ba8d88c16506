import { type ErrorCode, GatewayError } from '../errors.ts';

/**
 * A read that saves calls, but that some stores or tokens do not support: the store's complete list of metafields, a
 * metafield by its id, an include of a path.
 */
export type Shortcut = 'metafield-list' | 'metafield-by-id' | `include ${string}`;

/** Time limit of a shortcut in milliseconds, from when it is sent. */
export const SHORTCUT_TIMEOUT_MS = 2_000;

/** Time for which a failed shortcut is not tried again, in milliseconds. */
const RETRY_AFTER_MS = 60_000;

/** Remembers, for all requests, which shortcuts have failed. */
export interface Shortcuts {
  /** The error of a shortcut that has failed in the last minute. Null if there is none. */
  failureOf(shortcut: Shortcut): GatewayError | null;
  fail(shortcut: Shortcut, error: GatewayError): void;
  /** Makes a shortcut, or the other read if the shortcut fails or has failed in the last minute. */
  take<T>(shortcut: Shortcut, read: () => Promise<T>, otherwise: () => Promise<T>): Promise<T>;
}

/** @param now monotonic clock, in milliseconds */
export function createShortcuts(now: () => number): Shortcuts {
  const failures = new Map<Shortcut, { readonly error: GatewayError; readonly at: number }>();

  function failureOf(shortcut: Shortcut): GatewayError | null {
    const failure = failures.get(shortcut);
    return failure !== undefined && now() - failure.at < RETRY_AFTER_MS ? failure.error : null;
  }

  function fail(shortcut: Shortcut, error: GatewayError): void {
    failures.set(shortcut, { error, at: now() });
  }

  return {
    failureOf,
    fail,
    async take(shortcut, read, otherwise) {
      if (failureOf(shortcut) !== null) return otherwise();
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof GatewayError) || !FAILURE_CODES.has(error.code)) throw error;
        fail(shortcut, error);
        return otherwise();
      }
    },
  };
}

/** Failures that another read may not have. Without quota, or without a token, no read succeeds. */
const FAILURE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_FORBIDDEN',
  'UPSTREAM_REJECTED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_RESPONSE',
]);
