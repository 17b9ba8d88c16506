import { Gauge, Registry } from 'prom-client';
import type { ProviderKeys } from '../../../access/tokens/jwks.ts';
import type { GovernorState } from '../../../governor/governor.ts';
import type { Replicas } from '../../../redis/replicas.ts';
import { accessMetrics } from './access.ts';
import { type CacheMetrics, cacheMetrics } from './cache.ts';
import { type CallMetrics, callMetrics } from './calls.ts';
import { type GovernorMetrics, governorMetrics } from './governor.ts';
import { type OperationMetrics, operationMetrics } from './operations.ts';
import { processRegistry } from './process.ts';
import { replicaMetrics } from './replicas.ts';

/** All metrics. Label values are bounded, and contain neither callers nor values from callers. */
export interface Metrics extends CacheMetrics, CallMetrics, GovernorMetrics, OperationMetrics {
  /** The metrics of the gateway and the process in the Prometheus text format. */
  text(): Promise<string>;
}

export interface MetricsOptions {
  readonly governor: () => GovernorState;
  /** Whether the gateway is ready. @default always */
  readonly isReady?: () => boolean;
  /** The keys of the identity provider. @default null: there is none */
  readonly providerKeys?: Pick<ProviderKeys, 'isUnreadable'> | null;
  /** What the replicas share. @default null: each process counts alone */
  readonly replicas?: Pick<Replicas, 'isAvailable'> | null;
}

export function createMetrics({
  governor,
  isReady = () => true,
  providerKeys = null,
  replicas = null,
}: MetricsOptions): Metrics {
  const registry = new Registry();
  accessMetrics(registry, providerKeys);
  replicaMetrics(registry, { redis: replicas, governor });
  new Gauge({
    name: 'gateway_ready',
    help: '1 if the gateway is ready to serve, as of the last answers of the store',
    registers: [registry],
    collect() {
      this.set(isReady() ? 1 : 0);
    },
  });
  return {
    ...cacheMetrics(registry),
    ...callMetrics(registry, () => governor().quota),
    ...governorMetrics(registry, governor),
    ...operationMetrics(registry),
    text: () => Registry.merge([registry, processRegistry()]).metrics(),
  };
}
