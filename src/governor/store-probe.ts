import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type CallRequest, NO_RESPONSE, type Permit } from './permits.ts';

export interface StoreProbeOptions {
  readonly dispatcher: Dispatcher;
  readonly breaker: CircuitBreaker;
  /** Makes one cheap read, to find out whether a store that was down has recovered. */
  readonly probe: (permit: Permit) => Promise<unknown>;
}

const PROBE_REQUEST: CallRequest = {
  operation: 'probe',
  origin: { caller: 'probe', lane: 'interactive', deadlineAt: Number.POSITIVE_INFINITY },
};

/**
 * Probes a store that is down before a write tries it: the outcome of a write that fails may stay unknown. A read tries
 * it by itself.
 *
 * @returns a function that probes the store on behalf of a write operation. Meanwhile its calls wait in the queue
 */
export function createStoreProbe({
  dispatcher,
  breaker,
  probe,
}: StoreProbeOptions): (operation: string) => void {
  return (operation) => {
    breaker.start(operation);
    const permit = dispatcher.start(PROBE_REQUEST, 0);
    const end = (failure: unknown) => {
      permit.release({ ...NO_RESPONSE, failure });
      dispatcher.endTrial(operation, breaker.isStoreDown() ? 'failure' : 'none');
    };
    probe(permit).then(() => end(null), end);
  };
}
