import { Counter, Histogram, type Registry } from 'prom-client';
import type { OperationReport } from '../operations.ts';

export interface OperationMetrics {
  /** Counts a GraphQL operation. */
  countOperation(report: OperationReport): void;
  /** Counts an HTTP response of any path. `aborted`: the caller left before its end. */
  countResponse(status: number | 'aborted'): void;
  /** Counts items of a mutation. */
  countItems(mutation: string, outcome: string, count: number): void;
}

/** Histogram buckets, in REST calls, up to the default maximum cost of an operation. */
const CALL_BUCKETS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** Metrics of the GraphQL operations and their cost in REST calls. */
export function operationMetrics(registry: Registry): OperationMetrics {
  const registers = [registry];
  const operations = new Counter({
    name: 'gateway_operations_total',
    help: 'GraphQL operations, by type ("none" if the document is invalid) and outcome: ok, partial, refused or aborted',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const responses = new Counter({
    name: 'gateway_http_responses_total',
    help: 'HTTP responses of all paths, by status ("aborted" if the caller left before the end)',
    labelNames: ['status'],
    registers,
  });
  const errors = new Counter({
    name: 'gateway_operation_errors_total',
    help: 'GraphQL operations whose response contains an error code, also of an item, by code',
    labelNames: ['code'],
    registers,
  });
  // They start at 0: increase() does not see the first sample of a new series.
  for (const code of ['INTERNAL', 'AUDIT_UNAVAILABLE', 'TOO_MANY_ATTEMPTS', 'OUTCOME_UNKNOWN'])
    errors.inc({ code }, 0);
  const items = new Counter({
    name: 'gateway_mutation_items_total',
    help: 'Items of mutations, by mutation and outcome',
    labelNames: ['mutation', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'gateway_operation_seconds',
    help: 'Duration of GraphQL operations, from the first byte of the request to the end of the response, by type',
    labelNames: ['type'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const estimated = new Histogram({
    name: 'gateway_operation_estimated_calls',
    help: 'Estimated maximum cost of GraphQL operations, in REST calls, by type',
    labelNames: ['type'],
    buckets: CALL_BUCKETS,
    registers,
  });
  const actual = new Histogram({
    name: 'gateway_operation_cost_calls',
    help: 'Actual cost of GraphQL operations, in REST calls, by type',
    labelNames: ['type'],
    buckets: CALL_BUCKETS,
    registers,
  });
  const coalesced = new Counter({
    name: 'gateway_lookups_coalesced_total',
    help: 'Lookups served by the REST call of another lookup',
    registers,
  });
  const cached = new Counter({
    name: 'gateway_lookups_cached_total',
    help: 'Lookups served from a cache',
    registers,
  });

  return {
    countResponse: (status) => responses.inc({ status }),
    countItems: (mutation, outcome, count) => items.inc({ mutation, outcome }, count),
    countOperation({ type, outcome, codes, durationMs, estimatedCalls, callLog }) {
      operations.inc({ type, outcome });
      for (const code of codes) errors.inc({ code });
      seconds.observe({ type }, durationMs / 1000);
      if (estimatedCalls !== null) estimated.observe({ type }, estimatedCalls);
      if (callLog === null) return;
      actual.observe({ type }, callLog.entries.length);
      coalesced.inc(callLog.coalesced);
      cached.inc(callLog.cached);
    },
  };
}
