import { Counter, Histogram, type Registry } from 'prom-client';
import type { OperationReport } from '../operations.ts';

export interface OperationMetrics {
  /** Counts a GraphQL operation. */
  answered(report: OperationReport): void;
  /** Counts an HTTP answer, whatever was asked for. */
  responded(status: number): void;
}

/** Up to what an operation may cost where nothing else is configured. */
const CALLS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** The GraphQL operations, and what they cost the store. */
export function operationMetrics(registry: Registry): OperationMetrics {
  const registers = [registry];
  const operations = new Counter({
    name: 'gateway_operations_total',
    help: 'GraphQL operations, by type ("none" where the document could not be read) and outcome: ok, partial, refused or left',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const responses = new Counter({
    name: 'gateway_http_responses_total',
    help: 'HTTP answers of all paths, by status',
    labelNames: ['status'],
    registers,
  });
  const errors = new Counter({
    name: 'gateway_operation_errors_total',
    help: 'GraphQL operations in whose answer an error code stood, by code',
    labelNames: ['code'],
    registers,
  });
  // An alert does not see a series begin: there has to be a 0 that it rises from.
  errors.inc({ code: 'INTERNAL' }, 0);
  const seconds = new Histogram({
    name: 'gateway_operation_seconds',
    help: 'How long GraphQL operations took, from the first byte of the request to the end of the answer, by type',
    labelNames: ['type'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const price = new Histogram({
    name: 'gateway_operation_price_calls',
    help: 'REST calls that GraphQL operations were expected to cost at the most, by type',
    labelNames: ['type'],
    buckets: CALLS,
    registers,
  });
  const cost = new Histogram({
    name: 'gateway_operation_cost_calls',
    help: 'REST calls that GraphQL operations cost, by type',
    labelNames: ['type'],
    buckets: CALLS,
    registers,
  });
  const coalesced = new Counter({
    name: 'gateway_lookups_coalesced_total',
    help: "Look-ups that needed no REST call of their own, since another's answered them too",
    registers,
  });
  const cached = new Counter({
    name: 'gateway_lookups_cached_total',
    help: 'Look-ups that were answered by what was kept from before',
    registers,
  });

  return {
    responded: (status) => responses.inc({ status }),
    answered({ type, outcome, codes, durationMs, price: priced, journal }) {
      operations.inc({ type, outcome });
      for (const code of codes) errors.inc({ code });
      seconds.observe({ type }, durationMs / 1000);
      if (priced !== null) price.observe({ type }, priced);
      if (journal === null) return;
      cost.observe({ type }, journal.entries.length);
      coalesced.inc(journal.coalesced);
      cached.inc(journal.cached);
    },
  };
}
