import { GatewayError } from '../errors.ts';

/** What may be sent again, and when. All callers share one budget: retries are what turns a hiccup into an outage. */
export interface Retries {
  /** A call goes out for the first time: a tenth of a retry is earned. */
  earn(): void;
  /** Whether a retry may be made; it is spent then. */
  spend(): boolean;
  /** Milliseconds to wait before the next attempt at a read that failed so; null where it must not be made. */
  waitMs(error: unknown, attempt: number): number | null;
}

export interface RetriesOptions {
  /** Retries per call, over all callers. @default 0.1 */
  readonly share?: number;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
}

/** Attempts at one read, the first included. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** What may be saved up in quiet times. */
const MOST_SAVED = 10;

export function createRetries({ share = 0.1, random }: RetriesOptions): Retries {
  let saved = share === 0 ? 0 : 1;

  return {
    earn() {
      saved = Math.min(MOST_SAVED, saved + share);
    },
    spend() {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
    waitMs(error, attempt) {
      if (attempt >= ATTEMPTS || !isPassing(error)) return null;
      // Full jitter: callers who failed together do not come back together.
      return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    },
  };
}

/** Whether the same read may go well a moment later. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  const { status, title = '' } = error.details;
  if (status === 501 || title.startsWith('The store is suspended')) return false;
  if (status === 423 || status === 429) return true;
  return error.code === 'UPSTREAM_UNAVAILABLE' || isCut(error.cause);
}

const CUTS: readonly unknown[] = ['UND_ERR_SOCKET', 'ECONNRESET'];

/** Whether the connection broke in the middle of an answer. */
function isCut(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && CUTS.includes(cause.code);
}
