import type { ConcurrencyLimits } from '../concurrency-limits.ts';
import type { OperationReport } from './call-pool.ts';

/** The concurrency limits of operations, shared by all replicas: a call needs a lease for as long as it is in flight. */
export interface OperationLeases extends ConcurrencyLimits {
  /** What is in flight and wanted, by operation. */
  report(): Readonly<Record<string, OperationReport>>;
  /** Records what the pool has leased; null while it cannot be reached. */
  grant(leased: Readonly<Record<string, number>> | null): void;
  /** Called when a call needs a lease. */
  onRequest(request: () => void): void;
}

interface Lease {
  readonly cap: number;
  inFlight: number;
  held: number;
  isWanted: boolean;
}

/**
 * @param limits what this replica alone observes
 * @param maxConcurrency the documented maximum number of calls in flight, by operation
 * @param share the fraction of a limit that this replica may use while the pool cannot be reached
 */
export function createOperationLeases(
  limits: ConcurrencyLimits,
  maxConcurrency: ReadonlyMap<string, number>,
  share: () => number,
): OperationLeases {
  const leases = new Map<string, Lease>();
  let isPooled = false;
  let request = () => {};

  for (const [operation, cap] of maxConcurrency) {
    leases.set(operation, { cap, inFlight: 0, held: 0, isWanted: false });
  }

  function hasLease(lease: Lease): boolean {
    // At least one, or the operation would not work without the pool.
    if (!isPooled) return lease.inFlight < Math.max(1, Math.floor(lease.cap * share()));
    if (lease.held > 0) return true;
    lease.isWanted = true;
    request();
    return false;
  }

  return {
    ...limits,
    hasRoom(operation) {
      if (!limits.hasRoom(operation)) return false;
      const lease = leases.get(operation);
      return lease === undefined || hasLease(lease);
    },
    acquire(operation) {
      limits.acquire(operation);
      const lease = leases.get(operation);
      if (lease === undefined) return;
      lease.inFlight += 1;
      lease.held = Math.max(0, lease.held - 1);
    },
    release(operation, ok) {
      limits.release(operation, ok);
      const lease = leases.get(operation);
      if (lease !== undefined) lease.inFlight -= 1;
    },
    report() {
      const report: Record<string, OperationReport> = {};
      for (const [operation, lease] of leases) {
        // A lease that was not used since the last report is returned.
        const wanted = lease.isWanted && lease.held === 0 ? 1 : 0;
        lease.held = 0;
        lease.isWanted = false;
        report[operation] = { outstanding: lease.inFlight, wanted, cap: lease.cap };
      }
      return report;
    },
    grant(leased) {
      isPooled = leased !== null;
      for (const [operation, lease] of leases) lease.held = leased?.[operation] ?? 0;
    },
    onRequest(listener) {
      request = listener;
    },
  };
}
