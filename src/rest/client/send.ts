import { type Layer, queryOf, type RestCall } from './call.ts';
import type { Call, HttpClient, WriteAttempt } from './http.ts';

/** Sends a read and returns its JSON. */
export function send(http: Pick<HttpClient, 'send'>): Layer<unknown> {
  return (call) => http.send(toHttpCall(call));
}

/** Sends a write and returns how it ended. */
export function attempt(http: Pick<HttpClient, 'attempt'>): Layer<WriteAttempt> {
  return (call) => http.attempt(toHttpCall(call));
}

function toHttpCall(call: RestCall): Call {
  const { operation, method, path, body, signal, timeoutMs, timeLeftMs, retryAfterMs, onEnd } = call;
  const correlationId = call.requester.callLog.requestId ?? undefined;
  return {
    operation,
    method,
    path,
    query: queryOf(call),
    body,
    correlationId,
    signal,
    timeoutMs,
    timeLeftMs,
    retryAfterMs,
    onEnd,
  };
}
