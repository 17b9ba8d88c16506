import { Registry } from 'prom-client';
import type { GovernorState } from '../../governor/governor.ts';
import { type CallMetrics, callMetrics } from './calls.ts';
import { type GovernorMetrics, governorMetrics } from './governor.ts';
import { type OperationMetrics, operationMetrics } from './operations.ts';
import { processRegistry } from './process.ts';

/** What is counted. Labels are bounded, and hold neither callers nor anything that they wrote. */
export interface Metrics extends CallMetrics, GovernorMetrics, OperationMetrics {
  /** All of it in Prometheus' text format. */
  text(): Promise<string>;
}

export interface MetricsOptions {
  readonly governor: () => GovernorState;
}

export function createMetrics({ governor }: MetricsOptions): Metrics {
  const own = new Registry();
  return {
    ...callMetrics(own, () => governor().quota),
    ...governorMetrics(own, governor),
    ...operationMetrics(own),
    text: () => Registry.merge([own, processRegistry()]).metrics(),
  };
}
