import type { Admission } from './admission.ts';
import { type CallRequest, type GovernorEvents, NO_RESPONSE, type Permit } from './permits.ts';
import { WRITE_RETRIES } from './retry-policy.ts';

/**
 * Makes a write when it is its turn. Returns the result of the last attempt.
 *
 * @throws GatewayError if the first attempt cannot start; then nothing was sent
 */
export type MakeWrite = <T>(
  request: CallRequest,
  retry: WriteRetry,
  send: (permit: Permit) => Promise<T>,
) => Promise<T>;

/** When the governor sends a write again. */
export interface WriteRetry {
  /**
   * `if-rate-limited`: if the store rejected it because the quota was used up, so it was not executed. `never`: the store
   * also has a separate limit for it, whose 429 says nothing about other calls.
   */
  readonly retry: 'if-rate-limited' | 'never';
}

export interface WriteOptions {
  readonly admit: Admission;
  readonly events: GovernorEvents;
}

export function createWrites({ admit, events }: WriteOptions): MakeWrite {
  return async (request, { retry }, send) => {
    const scheduled = { ...request, hasOwnLimit: retry === 'never' };
    let permit = await admit(scheduled, 'write');
    for (let attempt = 1; ; attempt += 1) {
      const { release, rejectedBy } = permit;
      const result = await send(permit).finally(() => release(NO_RESPONSE));
      // The store did not execute a call that it rejected for the quota, so sending it again is safe.
      if (retry === 'never' || attempt >= WRITE_RETRIES.maxRejections || rejectedBy() !== 'quota')
        return result;
      try {
        permit = await admit(scheduled, 'write');
      } catch {
        return result;
      }
      events.onRetry(request.operation);
    }
  };
}
