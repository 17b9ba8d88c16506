import { Gauge, type Registry } from 'prom-client';
import type { GovernorState } from '../../../governor/governor.ts';
import type { Replicas } from '../../../redis/replicas.ts';

export interface ReplicaMetricsOptions {
  /** Null if the replicas share nothing. */
  readonly redis: Pick<Replicas, 'isAvailable'> | null;
  readonly governor: () => GovernorState;
}

/** Metrics of what the replicas share. */
export function replicaMetrics(registry: Registry, { redis, governor }: ReplicaMetricsOptions): void {
  new Gauge({
    name: 'gateway_redis_unavailable',
    help: '1 while Redis cannot be used, so this replica uses its share of the quota; 0 without REDIS_URL',
    registers: [registry],
    collect() {
      this.set(redis?.isAvailable() === false ? 1 : 0);
    },
  });
  new Gauge({
    name: 'gateway_replicas',
    help: "Replicas that share the store's quota, with this one; 1 without REDIS_URL and while Redis cannot be used",
    registers: [registry],
    collect() {
      this.set(governor().replicas);
    },
  });
}
