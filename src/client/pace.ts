import type { UpstreamReport } from './transport.ts';

/** The clock of the client. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** @throws the reason of the signal if it aborts first */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', end);
        resolve();
      }, ms);
      signal?.addEventListener('abort', end, { once: true });
    }),
};

/** Decides when the next request of a client may start. */
export interface Pace {
  /** Waits for the turn of a request. */
  start(signal?: AbortSignal): Promise<void>;
  /** Takes over what a response said of the quota. */
  observe(report: UpstreamReport | null): void;
  /** No request starts in this time, in milliseconds. */
  pause(ms: number): void;
}

/** Below this share of the store's quota requests are spread over the rest of the window. */
const RESERVE = 0.1;

/** A pace that leaves the last tenth of the quota to others: requests then start one after another until the window ends. */
export function createPace({ now, sleep }: Clock): Pace {
  let pausedUntil = 0;
  let nextAt = 0;
  let scarce: { readonly spacingMs: number; readonly until: number } | null = null;

  return {
    async start(signal) {
      const startAt = Math.max(now(), pausedUntil, nextAt);
      if (scarce !== null && startAt < scarce.until)
        nextAt = Math.min(startAt + scarce.spacingMs, scarce.until);
      if (startAt > now()) await sleep(startAt - now(), signal);
    },
    observe(report) {
      const quota = report?.quota ?? null;
      if (report === null || quota === null) return;
      const { limit, remaining, resetMs } = quota;
      if (remaining >= limit * RESERVE) {
        scarce = null;
        return;
      }
      // Each request is taken to cost as much as this one.
      const requestsLeft = Math.floor(remaining / Math.max(1, report.requests));
      scarce = { spacingMs: resetMs / (requestsLeft + 1), until: now() + resetMs };
      nextAt = Math.max(nextAt, now() + scarce.spacingMs);
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
  };
}
