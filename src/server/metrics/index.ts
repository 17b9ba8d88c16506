import { Registry } from 'prom-client';
import type { Quota } from '../quota.ts';
import { type CallMetrics, callMetrics } from './calls.ts';
import { type OperationMetrics, operationMetrics } from './operations.ts';
import { processRegistry } from './process.ts';

/** What is counted. Labels are bounded, and hold neither callers nor anything that they wrote. */
export interface Metrics extends CallMetrics, OperationMetrics {
  /** All of it in Prometheus' text format. */
  text(): Promise<string>;
}

export interface MetricsOptions {
  /** What the store last said of its quota; null where it has said nothing. */
  readonly quota: () => Quota | null;
}

export function createMetrics({ quota }: MetricsOptions): Metrics {
  const own = new Registry();
  return {
    ...callMetrics(own, quota),
    ...operationMetrics(own),
    text: () => Registry.merge([own, processRegistry()]).metrics(),
  };
}
