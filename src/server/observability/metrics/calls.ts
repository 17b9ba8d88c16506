import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { GatewayError } from '../../../errors.ts';
import type { GovernorState } from '../../../governor/governor.ts';
import type { CallReport } from '../../../rest/client/http.ts';

type Quota = NonNullable<GovernorState['quota']>;

export interface CallMetrics {
  /** Counts a REST call. */
  countCall(report: CallReport): void;
  /** Counts a response field that does not match the store's OpenAPI description. */
  countUnexpectedField(field: string): void;
}

/** Metrics of the REST calls. @param quota the store's quota; null if not known */
export function callMetrics(registry: Registry, quota: () => Quota | null): CallMetrics {
  const registers = [registry];
  const calls = new Counter({
    name: 'gateway_upstream_calls_total',
    help: 'REST calls to the store, by operation and HTTP status ("none" if no response came, "aborted" if the caller left first)',
    labelNames: ['operation', 'status'],
    registers,
  });
  // A separate counter, which starts at 0: increase() does not see the first sample of a new series.
  const rateLimited = new Counter({
    name: 'gateway_upstream_rate_limited_total',
    help: 'REST calls that the store rejected with 429',
    registers,
  });
  const seconds = new Histogram({
    name: 'gateway_upstream_call_seconds',
    help: 'Duration of REST calls, by operation',
    labelNames: ['operation'],
    registers,
  });
  const unexpectedFields = new Counter({
    name: 'gateway_upstream_unexpected_fields_total',
    help: "Fields in the store's responses that were missing or not of the documented type",
    labelNames: ['field'],
    registers,
  });
  const quotaGauge = (name: string, help: string, read: (quota: Quota) => number) =>
    new Gauge({
      name,
      help,
      // The sample is absent, not 0, while the quota is not known.
      labelNames: [],
      registers,
      collect() {
        const known = quota();
        this.remove();
        if (known !== null) this.set(read(known));
      },
    });
  quotaGauge(
    'gateway_upstream_quota_limit',
    'REST calls that the store grants per window',
    ({ limit }) => limit,
  );
  quotaGauge(
    'gateway_upstream_quota_remaining',
    'REST calls remaining in the window, as the store last reported',
    ({ remaining }) => remaining,
  );

  return {
    countCall({ operation, status, durationMs, failure }) {
      const isAborted = failure !== null && !(failure instanceof GatewayError);
      calls.inc({ operation, status: status ?? (isAborted ? 'aborted' : 'none') });
      if (status === 429) rateLimited.inc();
      seconds.observe({ operation }, durationMs / 1000);
    },
    countUnexpectedField: (field) => unexpectedFields.inc({ field }),
  };
}
