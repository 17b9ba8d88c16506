import type { Admission } from './admission.ts';
import type { Clock } from './alarm.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import {
  type CallRequest,
  deadlineOf,
  type GovernorEvents,
  type IssuedPermit,
  NO_RESPONSE,
  type Permit,
} from './permits.ts';
import type { RetryBudget } from './retry-budget.ts';
import { READ_RETRIES } from './retry-policy.ts';

/**
 * Makes a read when it is its turn. Makes it again if the store rejected it for a limit, or if the failure is transient
 * and the retry budget allows.
 *
 * @throws GatewayError if the call cannot start before its deadline, the queue is full or the circuit is open
 */
export type MakeRead = <T>(request: CallRequest, send: (permit: Permit) => Promise<T>) => Promise<T>;

export interface ReadOptions {
  readonly admit: Admission;
  readonly breaker: CircuitBreaker;
  readonly retryBudget: RetryBudget;
  readonly events: GovernorEvents;
  readonly clock: Clock;
}

export function createReads(options: ReadOptions): MakeRead {
  const { admit, breaker, retryBudget, events, clock } = options;

  /** Waits before the next attempt at a read that failed. @returns whether there is one */
  async function waitToRetry(request: CallRequest, error: unknown, failures: number): Promise<boolean> {
    const waitMs = retryBudget.delayMs(error, failures);
    if (waitMs === null || clock.now() + waitMs > deadlineOf(request)) return false;
    await clock.sleep(waitMs);
    // The store may have gone down meanwhile.
    const isFailing = breaker.failures(request.operation) >= READ_RETRIES.maxFailuresInARow;
    return !request.signal?.aborted && !isFailing && retryBudget.withdraw();
  }

  return async (request, send) => {
    retryBudget.deposit();
    let failures = 0;
    let rejections = 0;
    for (;;) {
      const permit = await admit(request, 'read');
      try {
        return await send(permit);
      } catch (error) {
        permit.release(NO_RESPONSE);
        if (wasRejectedForLimit(permit)) {
          // The store did nothing, and the next attempt waits in the queue until the limit allows it.
          rejections += 1;
          if (rejections >= READ_RETRIES.maxRejections) throw error;
        } else {
          failures += 1;
          if (!(await waitToRetry(request, error, failures))) throw error;
        }
        events.onRetry(request.operation);
      } finally {
        permit.release(NO_RESPONSE);
      }
    }
  };
}

function wasRejectedForLimit({ rejectedBy }: IssuedPermit): boolean {
  const rejection = rejectedBy();
  return rejection === 'quota' || rejection === 'concurrency';
}
