import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { GovernorEvents, GovernorState } from '../../../governor/governor.ts';
import { LANES } from '../../../governor/lanes.ts';

export interface GovernorMetrics {
  /** Callbacks for the governor. */
  readonly governorEvents: GovernorEvents;
}

const BREAKER_STATES: Readonly<Record<GovernorState['breaker'], number>> = {
  closed: 0,
  'half-open': 1,
  open: 2,
};

/** Metrics of the call queue, rejections, retries and the circuit breaker. */
export function governorMetrics(registry: Registry, state: () => GovernorState): GovernorMetrics {
  const registers = [registry];
  const waits = new Histogram({
    name: 'gateway_governor_wait_seconds',
    help: 'Time that calls waited in the queue, by lane',
    labelNames: ['lane'],
    buckets: [0.001, 0.005, 0.025, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });
  const rejections = new Counter({
    name: 'gateway_governor_rejections_total',
    help: 'Calls rejected before they were sent, by lane and reason: deadline, full (the queue) or breaker (open)',
    labelNames: ['lane', 'reason'],
    registers,
  });
  const retries = new Counter({
    name: 'gateway_governor_retries_total',
    help: 'Retries of calls, by operation',
    labelNames: ['operation'],
    registers,
  });
  const invalidHeaders = new Counter({
    name: 'gateway_governor_invalid_rate_headers_total',
    help: 'Responses whose rate-limit headers had impossible values; these are ignored or clamped',
    registers,
  });
  new Gauge({
    name: 'gateway_governor_queued_calls',
    help: 'Queued calls, by lane',
    labelNames: ['lane'],
    registers,
    collect() {
      for (const lane of LANES) this.set({ lane }, state().queued[lane]);
    },
  });
  new Gauge({
    name: 'gateway_governor_calls_in_flight',
    help: 'Calls in flight',
    registers,
    collect() {
      this.set(state().inFlight);
    },
  });
  new Gauge({
    name: 'gateway_governor_breaker',
    help: 'State of the circuit breaker of the whole store: 0 closed, 1 half-open, 2 open',
    registers,
    collect() {
      this.set(BREAKER_STATES[state().breaker]);
    },
  });
  new Gauge({
    name: 'gateway_governor_open_circuits',
    help: 'Operations that get no calls because they keep failing: 1 per operation',
    labelNames: ['operation'],
    registers,
    collect() {
      this.reset();
      for (const operation of state().openCircuits) this.set({ operation }, 1);
    },
  });

  return {
    governorEvents: {
      onAdmit: (lane, waitedMs) => waits.observe({ lane }, waitedMs / 1000),
      onReject: (lane, reason) => rejections.inc({ lane, reason }),
      onRetry: (operation) => retries.inc({ operation }),
      onInvalidHeaders: () => invalidHeaders.inc(),
    },
  };
}
