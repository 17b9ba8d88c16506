import type { CallReport } from '../../rest/client/http.ts';

/** Whether the gateway can serve requests. `reasons` is empty if it can. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface ReadinessMonitor {
  /** Records how a call to the store ended. */
  observe(report: CallReport): void;
  /** Based on the store's last response. Probes the store if that response is too old. */
  check(): Promise<Readiness>;
  /** Makes every further check fail: the gateway is shutting down. */
  drain(): void;
}

export interface ReadinessOptions {
  /** Makes one cheap call to the store, whose result has to be passed to `observe`. */
  readonly probe: () => Promise<unknown>;
  /** Maximum age of the last response, and minimum interval between probes, in milliseconds. @default 30000 */
  readonly probeIntervalMs?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Creates a readiness check that costs at most one call to the store per interval. */
export function createReadinessMonitor({
  probe,
  probeIntervalMs = 30_000,
  now = () => performance.now(),
}: ReadinessOptions): ReadinessMonitor {
  let last: { readonly at: number; readonly problem: string | null } | null = null;
  let probedAt = Number.NEGATIVE_INFINITY;
  let probing: Promise<unknown> = Promise.resolve();
  let draining = false;

  return {
    observe(report) {
      const problem = problemOf(report);
      if (problem !== undefined) last = { at: now(), problem };
    },
    drain() {
      draining = true;
    },
    async check() {
      if (draining) return { ready: false, reasons: ['the gateway is shutting down'] };
      const isFresh = last !== null && now() - last.at < probeIntervalMs;
      if (!isFresh && now() - probedAt >= probeIntervalMs) {
        probedAt = now();
        probing = probe().catch(() => {});
      }
      await probing;
      if (last === null) return { ready: false, reasons: ['the store has not responded yet'] };
      return last.problem === null ? { ready: true, reasons: [] } : { ready: false, reasons: [last.problem] };
    },
  };
}

// Undefined if the call says nothing about the store, for example if the caller disconnected first.
function problemOf({ status, failure }: CallReport): string | null | undefined {
  if (status === 401) return 'the store rejects the access token';
  if (status !== null && status >= 500) return `the store responds with ${status}`;
  const { code } = (failure ?? {}) as { code?: unknown };
  if (code === 'UPSTREAM_TIMEOUT') return 'the store does not respond in time';
  if (code === 'UPSTREAM_UNAVAILABLE') return 'the store cannot be reached';
  if (code === 'UPSTREAM_BAD_RESPONSE') return 'the store sends invalid responses';
  if (status !== null) return null;
  return undefined;
}
