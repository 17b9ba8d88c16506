import { GatewayError } from '../../errors.ts';
import type { CallRequest, Governor, WriteRetry } from '../../governor/governor.ts';
import { BULK_MIN_PAGE, type CallOrigin } from '../../governor/lanes.ts';
import { callerAborted } from '../../governor/rejections.ts';
import { inBulkLane } from '../../governor/shared-origin.ts';
import type { WriteOperation } from '../operations.ts';
import type { Layer, RestCall } from './call.ts';
import type { WriteAttempt } from './http.ts';

/** Sends a read when the governor admits it, and again if the governor repeats it. */
export function queueReads(governor: Pick<Governor, 'read'>, next: Layer<unknown>): Layer<unknown> {
  return (call) =>
    governor.read(readRequest(call), ({ timeLeftMs, waitedMs, retryAfterMs, release }) =>
      next({ ...call, ...call.atStart?.(), timeLeftMs, waitedMs, retryAfterMs, onEnd: release }),
    );
}

/** A write on its way to the store. Its signal keeps it from being sent; once sent, it is completed. */
export interface WriteCall extends RestCall {
  readonly retry: WriteOperation['retry'];
}

/** Sends a write when the governor admits it, and again if the governor repeats it. */
export function queueWrites(
  governor: Pick<Governor, 'write'>,
  next: Layer<WriteAttempt>,
): Layer<WriteAttempt, WriteCall> {
  return async ({ retry, signal, ...call }) => {
    const request = requestFor({ ...call, signal }, call.requester.origin);
    const policy: WriteRetry = { retry: retry === 'never' ? 'never' : 'if-rate-limited' };
    try {
      return await governor.write(request, policy, async ({ waitedMs, retryAfterMs, release }) =>
        signal?.aborted
          ? notSent(callerAborted())
          : next({ ...call, waitedMs, retryAfterMs, onEnd: release }),
      );
    } catch (error) {
      if (error instanceof GatewayError) return notSent(error);
      if (signal?.aborted) return notSent(callerAborted());
      throw error;
    }
  };
}

function notSent(error: GatewayError): WriteAttempt {
  return { outcome: 'not-sent', error };
}

function requestFor({ operation, signal }: RestCall, origin: CallOrigin): CallRequest {
  return { operation, origin, signal };
}

function readRequest(call: RestCall): CallRequest {
  const { origin, settlesWrite = () => false } = call.requester;
  if (settlesWrite()) return { ...requestFor(call, origin), settlesWrite: true };
  const isDeep = call.parameters.some(([name, value]) => name === 'page' && Number(value) >= BULK_MIN_PAGE);
  return requestFor(call, isDeep ? inBulkLane(origin) : origin);
}
