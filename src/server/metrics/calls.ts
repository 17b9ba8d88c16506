import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { GovernorState } from '../../governor/governor.ts';
import type { CallReport } from '../../rest/http.ts';

type Quota = NonNullable<GovernorState['quota']>;

export interface CallMetrics {
  /** Counts a call to the store. */
  called(report: CallReport): void;
  /** Counts a field that was not what the store's description promises. */
  irregular(field: string): void;
}

/** The REST calls, whoever caused them. */
export function callMetrics(registry: Registry, quota: () => Quota | null): CallMetrics {
  const registers = [registry];
  const calls = new Counter({
    name: 'gateway_upstream_calls_total',
    help: 'REST calls to the store, by operation and HTTP status ("none" where no answer came)',
    labelNames: ['operation', 'status'],
    registers,
  });
  // Of its own, so that there is a 0 to rise from: an alert does not see a series begin.
  const rateLimited = new Counter({
    name: 'gateway_upstream_rate_limited_total',
    help: 'REST calls that the store refused for their number (429)',
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
  const granted = (name: string, help: string, read: (quota: Quota) => number) =>
    new Gauge({
      name,
      help,
      // A store that has told nothing has no quota that a number could stand for.
      labelNames: [],
      registers,
      collect() {
        const known = quota();
        this.remove();
        if (known !== null) this.set(read(known));
      },
    });
  granted(
    'gateway_upstream_quota_limit',
    'REST calls that the store grants in a window',
    ({ limit }) => limit,
  );
  granted(
    'gateway_upstream_quota_remaining',
    'REST calls that are left in the window, as the store last said',
    ({ remaining }) => remaining,
  );

  return {
    called({ operation, status, durationMs }) {
      calls.inc({ operation, status: status ?? 'none' });
      if (status === 429) rateLimited.inc();
      seconds.observe({ operation }, durationMs / 1000);
    },
    irregular: (field) => irregularities.inc({ field }),
  };
}
