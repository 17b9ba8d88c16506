import type { CallReport } from '../rest/http.ts';

/** Whether the gateway can serve, and why not. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface ReadinessMonitor {
  /** Takes note of how a call to the store ended. */
  observe(report: CallReport): void;
  /** Judged by the store's last answer; a store that was not heard of lately is probed. */
  check(): Promise<Readiness>;
  /** From now on the answer is no: the gateway is stopping. */
  drain(): void;
}

export interface ReadinessOptions {
  /** Makes one cheap call to the store; `observe` hears how it ended. */
  readonly probe: () => Promise<unknown>;
  /** Milliseconds for which an answer of the store is news, and between two probes. @default 30000 */
  readonly probeEveryMs?: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

export function createReadinessMonitor({
  probe,
  probeEveryMs = 30_000,
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
      if (draining) return { ready: false, reasons: ['the gateway is stopping'] };
      const isNews = last !== null && now() - last.at < probeEveryMs;
      if (!isNews && now() - probedAt >= probeEveryMs) {
        probedAt = now();
        probing = probe().catch(() => {});
      }
      await probing;
      if (last === null) return { ready: false, reasons: ['the store has not answered yet'] };
      return last.problem === null ? { ready: true, reasons: [] } : { ready: false, reasons: [last.problem] };
    },
  };
}

// Undefined: says nothing about the store, as when a caller left before the answer.
function problemOf({ status, failure }: CallReport): string | null | undefined {
  if (status === 401) return 'the store refuses the access token';
  if (status !== null && status >= 500) return `the store answers ${status}`;
  const { code } = (failure ?? {}) as { code?: unknown };
  if (code === 'UPSTREAM_TIMEOUT') return 'the store does not answer in time';
  if (code === 'UPSTREAM_UNAVAILABLE') return 'the store cannot be reached';
  if (code === 'UPSTREAM_BAD_RESPONSE') return 'the store does not answer as its API does';
  if (status !== null) return null;
  return undefined;
}
