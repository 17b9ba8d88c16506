import { type Layer, parametersOf } from './call.ts';

/** Enters each call in the log of its operation when it is sent. */
export function record<A>(next: Layer<A>): Layer<A> {
  return (call) => {
    const { requester, ownPart, waitedMs = 0, onEnd } = call;
    const shown = ownPart === undefined ? call : { ...call, ...ownPart };
    const entry = requester.callLog.start(call, parametersOf(shown), waitedMs);
    return next({
      ...call,
      onEnd(report) {
        entry.end(report.status, report.durationMs);
        onEnd?.(report);
      },
    });
  };
}
