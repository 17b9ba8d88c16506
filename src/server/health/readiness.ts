import { setTimeout as delay } from 'node:timers/promises';
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
  /** The result of a check now, without a probe. */
  isReady(): boolean;
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
  /** How long a check waits for a probe, in milliseconds: orchestrators give up soon. @default 1000 */
  readonly maxWaitMs?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Failures in a row after which a probe decides: a single 502 must not take the gateway out of rotation. */
const FAILURE_THRESHOLD = 3;

/**
 * Creates a readiness check that costs at most one call to the store per interval. It fails after failures in a row if a
 * probe fails too, so one broken endpoint of a healthy store is not enough, and if the access token is rejected. Any
 * successful call ends that.
 */
export function createReadinessMonitor({
  probe,
  probeIntervalMs = 30_000,
  retryIntervalMs = 5_000,
  maxWaitMs = 1_000,
  now = () => performance.now(),
}: ReadinessOptions): ReadinessMonitor {
  let last: { readonly at: number; readonly problem: string | null } | null = null;
  let failures = 0;
  let hasSucceeded = false;
  let hasProbeFailed = false;
  let probedAt = Number.NEGATIVE_INFINITY;
  let probing: Promise<unknown> = Promise.resolve();
  let draining = false;

  function isReady(): boolean {
    const isDown = failures >= FAILURE_THRESHOLD && hasProbeFailed;
    return !draining && hasSucceeded && !isDown && last?.problem !== TOKEN_REJECTED;
  }

  function startProbe(): void {
    probedAt = now();
    probing = probe().catch(() => {
      // A store that rejects the probe, for example with 429, is up.
      hasProbeFailed = failures > 0;
    });
  }

  return {
    isReady,
    observe(report) {
      const problem = problemOf(report);
      if (problem === undefined) return;
      last = { at: now(), problem };
      failures = problem === null ? 0 : failures + 1;
      hasSucceeded ||= problem === null;
      if (problem === null) hasProbeFailed = false;
    },
    drain() {
      draining = true;
    },
    async check() {
      if (draining) return { ready: false, reasons: ['the gateway is shutting down'] };
      const intervalMs = failures > 0 ? retryIntervalMs : probeIntervalMs;
      const isFresh = last !== null && now() - last.at < intervalMs;
      const needsProbe = !isFresh || failures >= FAILURE_THRESHOLD;
      if (needsProbe && now() - probedAt >= intervalMs) startProbe();
      await Promise.race([probing, delay(maxWaitMs, null, { ref: false })]);
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
