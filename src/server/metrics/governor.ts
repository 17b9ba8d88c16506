import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { GovernorEvents, GovernorState } from '../../governor/governor.ts';
import { LANES } from '../../governor/lanes.ts';

export interface GovernorMetrics {
  /** What the governor tells as it happens. */
  readonly governed: GovernorEvents;
}

const BREAKER: Readonly<Record<GovernorState['breaker'], number>> = { closed: 0, probing: 1, open: 2 };

/** Who waits for the store, for how long, and who is turned away. */
export function governorMetrics(registry: Registry, state: () => GovernorState): GovernorMetrics {
  const registers = [registry];
  const waits = new Histogram({
    name: 'gateway_governor_wait_seconds',
    help: 'How long calls waited before they were let through to the store, by lane',
    labelNames: ['lane'],
    buckets: [0.001, 0.005, 0.025, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });
  const refusals = new Counter({
    name: 'gateway_governor_refusals_total',
    help: 'Calls that were refused before they were made, by lane and reason: deadline, full or breaker',
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
    help: 'Answers whose rate headers held figures that cannot be true, and which were not obeyed',
    registers,
  });
  new Gauge({
    name: 'gateway_governor_waiting_calls',
    help: 'Calls that wait for their turn, by lane',
    labelNames: ['lane'],
    registers,
    collect() {
      for (const lane of LANES) this.set({ lane }, state().waiting[lane]);
    },
  });
  new Gauge({
    name: 'gateway_governor_calls_in_flight',
    help: 'Calls that the store has not answered yet',
    registers,
    collect() {
      this.set(state().inFlight);
    },
  });
  new Gauge({
    name: 'gateway_governor_breaker',
    help: 'Whether calls are kept from a store that is down: 0 closed, 1 probing, 2 open',
    registers,
    collect() {
      this.set(BREAKER[state().breaker]);
    },
  });

  return {
    governed: {
      onPass: (lane, waitedMs) => waits.observe({ lane }, waitedMs / 1000),
      onRefuse: (lane, reason) => refusals.inc({ lane, reason }),
      onRetry: (operation) => retries.inc({ operation }),
      onAbsurd: () => absurd.inc(),
    },
  };
}
