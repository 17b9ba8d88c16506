import { Counter, Histogram, Registry } from 'prom-client';
import type { CallReport } from '../rest/http.ts';

export interface Metrics {
  /** Counts a call to the store. */
  observe(report: CallReport): void;
  /** Counts a field that was not what the store's description promises. */
  irregular(field: string): void;
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

  return {
    observe({ operation, status, durationMs }) {
      calls.inc({ operation, status: status ?? 'none' });
      seconds.observe({ operation }, durationMs / 1000);
    },
    irregular: (field) => irregularities.inc({ field }),
    text: () => registry.metrics(),
  };
}
