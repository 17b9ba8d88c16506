import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | null = null;

/** Metrics of the process: memory, CPU, garbage collection, event loop lag. One registry, shared by all gateways in the process. */
export function processRegistry(): Registry {
  if (registry === null) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry;
}
