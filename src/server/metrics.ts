import { Counter, Histogram, Registry } from 'prom-client';
import type { GovernorEvents } from '../governor/governor.ts';
import type { CallReport } from '../rest/http.ts';

export interface Metrics {
  /** Counts a call to the store. */
  observe(report: CallReport): void;
  /** Counts a field that was not what the store's description promises. */
  irregular(field: string): void;
  /** What the governor does. */
  readonly governor: GovernorEvents;
  /** All of it in Prometheus' text format. */
  text(): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: 'gateway_upstream_calls_total',
    help: 'REST calls to the store, by operation and HTTP status ("none" where no answer came)',
    labelNames: ['operation', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'gateway_upstream_call_seconds',
    help: 'How long REST calls took, by operation',
    labelNames: ['operation'],
    registers,
  });
  const irregularities = new Counter({
    name: 'gateway_upstream_irregular_fields_total',
    help: "Fields of the store's answers that were missing or not of the type that its description promises",
    labelNames: ['field'],
    registers,
  });
  const waits = new Histogram({
    name: 'gateway_governor_wait_seconds',
    help: 'How long calls waited before they were let through to the store, by lane',
    labelNames: ['lane'],
    buckets: [0.001, 0.005, 0.025, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });
  const refusals = new Counter({
    name: 'gateway_governor_refusals_total',
    help: 'Calls that were refused before they were made, by lane and reason',
    labelNames: ['lane', 'reason'],
    registers,
  });
  const retries = new Counter({
    name: 'gateway_governor_retries_total',
    help: 'Calls that were made again, by operation',
    labelNames: ['operation'],
    registers,
  });
  const absurd = new Counter({
    name: 'gateway_governor_absurd_headers_total',
    help: 'Answers whose rate headers held figures that cannot be true',
    registers,
  });

  return {
    governor: {
      onPass: (lane, waitedMs) => waits.observe({ lane }, waitedMs / 1000),
      onRefuse: (lane, reason) => refusals.inc({ lane, reason }),
      onRetry: (operation) => retries.inc({ operation }),
      onAbsurd: () => absurd.inc(),
    },
    observe({ operation, status, durationMs }) {
      calls.inc({ operation, status: status ?? 'none' });
      seconds.observe({ operation }, durationMs / 1000);
    },
    irregular: (field) => irregularities.inc({ field }),
    text: () => registry.metrics(),
  };
}
