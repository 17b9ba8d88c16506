import type { CallReport } from '../../rest/client/http.ts';

/** Whether the gateway can serve requests. `reasons` is empty if it can. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface ReadinessMonitor {
  /** Records how a call to the store ended. */
  observe(report: CallReport): void;
  /** Based on the store's last responses. Probes the store if the last one is too old. */
  check(): Promise<Readiness>;
  /** Makes every further check fail: the gateway is shutting down. */
  drain(): void;
}

export interface ReadinessOptions {
  /** Makes one cheap call to the store, whose result has to be passed to `observe`. */
  readonly probe: () => Promise<unknown>;
  /** Minimum interval between probes while all is well, in milliseconds. @default 30000 */
  readonly probeIntervalMs?: number;
  /** Minimum interval between probes after a failure, in milliseconds. @default 5000 */
  readonly retryIntervalMs?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Failures in a row after which the gateway is not ready: a single 502 must not take it out of rotation. */
const FAILURE_THRESHOLD = 3;

/**
 * Creates a readiness check that costs at most one call to the store per interval. Failures in a row, or a rejected access
 * token, make it fail; any successful call ends that.
 */
export function createReadinessMonitor({
  probe,
  probeIntervalMs = 30_000,
  retryIntervalMs = 5_000,
  now = () => performance.now(),
}: ReadinessOptions): ReadinessMonitor {
  let last: { readonly at: number; readonly problem: string | null } | null = null;
  let failures = 0;
  let hasSucceeded = false;
  let probedAt = Number.NEGATIVE_INFINITY;
  let probing: Promise<unknown> = Promise.resolve();
  let draining = false;

  function isReady(): boolean {
    return hasSucceeded && failures < FAILURE_THRESHOLD && last?.problem !== TOKEN_REJECTED;
  }

  return {
    observe(report) {
      const problem = problemOf(report);
      if (problem === undefined) return;
      last = { at: now(), problem };
      failures = problem === null ? 0 : failures + 1;
      hasSucceeded ||= problem === null;
    },
    drain() {
      draining = true;
    },
    async check() {
      if (draining) return { ready: false, reasons: ['the gateway is shutting down'] };
      const intervalMs = failures > 0 ? retryIntervalMs : probeIntervalMs;
      const isFresh = last !== null && now() - last.at < intervalMs;
      if (!isFresh && now() - probedAt >= intervalMs) {
        probedAt = now();
        probing = probe().catch(() => {});
      }
      await probing;
      if (isReady()) return { ready: true, reasons: [] };
      return { ready: false, reasons: [last?.problem ?? 'the store has not responded yet'] };
    },
  };
}

const TOKEN_REJECTED = 'the store rejects the access token';

// Undefined if the call says nothing about the store, for example if the caller disconnected first.
function problemOf({ status, failure }: CallReport): string | null | undefined {
  if (status === 401) return TOKEN_REJECTED;
  if (status !== null && status >= 500) return `the store responds with ${status}`;
  const { code } = (failure ?? {}) as { code?: unknown };
  if (code === 'UPSTREAM_TIMEOUT') return 'the store does not respond in time';
  if (code === 'UPSTREAM_UNAVAILABLE') return 'the store cannot be reached';
  if (code === 'UPSTREAM_BAD_RESPONSE') return 'the store sends invalid responses';
  if (status !== null) return null;
  return undefined;
}
