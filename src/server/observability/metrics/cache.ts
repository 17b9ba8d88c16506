import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheResult } from '../../../rest/cache/serve.ts';
import type { CacheStore } from '../../../rest/cache/store.ts';
import type { DeliveryOutcome } from '../../webhooks/endpoint.ts';
import type { HookWatch } from '../../webhooks/hook-watch.ts';

export interface CacheMetrics {
  /** Counts a read that the cache could answer. */
  countRead(result: CacheResult): void;
  /** Counts a webhook. */
  countDelivery(outcome: DeliveryOutcome): void;
  /** Counts the customers that a search found changed. @param missed whether an event should have announced one */
  countSweep(changed: number, missed: boolean): void;
  /** Shows the size of the cache, and whether events arrive. */
  observeStore(store: Pick<CacheStore, 'size'>, hookWatch: Pick<HookWatch, 'eventsArrive'> | null): void;
}

/** Metrics of the cache and of webhooks. There are none if nothing uses them. */
export function cacheMetrics(registry: Registry): CacheMetrics {
  const registers = [registry];
  const reads = new Counter({
    name: 'gateway_cache_reads_total',
    help: 'Reads that the cache could answer, by result: hit, partial (some records), miss, stale (the store is down)',
    labelNames: ['result'],
    registers,
  });
  const deliveries = new Counter({
    name: 'gateway_webhooks_total',
    help: 'Webhooks by outcome: accepted, unknown-scope, postponed, other-store, refused, malformed',
    labelNames: ['outcome'],
    registers,
  });
  const changed = new Counter({
    name: 'gateway_cache_found_changes_total',
    help: 'Customers that a search by date found changed',
    registers,
  });
  const missed = new Counter({
    name: 'gateway_cache_missed_events_total',
    help: 'Searches that found a change which no event had announced',
    registers,
  });

  return {
    countRead: (result) => reads.inc({ result }),
    countDelivery: (outcome) => deliveries.inc({ outcome }),
    countSweep(customers, hasMissed) {
      changed.inc(customers);
      if (hasMissed) missed.inc();
    },
    observeStore(store, hookWatch) {
      const gauge = (name: string, help: string, read: () => number) =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(read());
          },
        });
      gauge('gateway_cache_entries', 'Entries of the cache in memory', () => store.size().entries);
      gauge('gateway_cache_bytes', 'Size of the cache in memory, in bytes', () => store.size().bytes);
      if (hookWatch !== null) {
        gauge('gateway_webhooks_arriving', '1 if the events of the store are known to arrive', () =>
          hookWatch.eventsArrive() ? 1 : 0,
        );
      }
    },
  };
}
