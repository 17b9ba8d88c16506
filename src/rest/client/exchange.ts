import type { Dispatcher } from 'undici';
import { afterPolling } from '../../after-polling.ts';
import type { ResponseHeaders } from '../errors.ts';

export interface RawResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Buffer;
}

/** One request to the store. */
export interface Exchange {
  /** Rejects if there is no complete response, with undici's error or the reason of `stop`. */
  readonly response: Promise<RawResponse>;
  /** Status and headers as soon as they have arrived. */
  head(): Pick<RawResponse, 'status' | 'headers'> | null;
  /** Stops the request wherever it is. Does nothing after its end. @param reason what `response` is rejected with */
  stop(reason: unknown): void;
}

/**
 * Sends one request and collects its response. Uses undici's `dispatch`, not its `request`: that makes a stream and listens
 * to an abort signal for each call, which costs more CPU than the rest of a call.
 */
export function startExchange(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  options: Dispatcher.DispatchOptions,
): Exchange {
  const { promise, resolve, reject } = Promise.withResolvers<RawResponse>();
  const chunks: Buffer[] = [];
  let controller: Dispatcher.DispatchController | null = null;
  let stopped: Error | null = null;
  let head: Pick<RawResponse, 'status' | 'headers'> | null = null;

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      // It was stopped while it waited for a connection.
      if (stopped !== null) started.abort(stopped);
    },
    onResponseStart(_controller, status, headers) {
      const isInformational = status < 200;
      if (!isInformational) head = { status, headers };
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      const [first, ...others] = chunks;
      const body = first === undefined || others.length > 0 ? Buffer.concat(chunks) : first;
      if (head !== null) resolve({ ...head, body });
    },
    onResponseError(_controller, error) {
      reject(error);
    },
  };
  afterPolling(() => {
    if (stopped === null) dispatcher.dispatch(options, handler);
  });

  return {
    response: promise,
    head: () => head,
    stop(reason) {
      reject(reason);
      stopped = new Error('stopped');
      controller?.abort(stopped);
    },
  };
}
