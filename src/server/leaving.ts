import { setMaxListeners } from 'node:events';
import type { Plugin } from 'graphql-yoga';

const signals = new WeakMap<Request, AbortSignal>();

/**
 * Aborted when the caller leaves. The request's own signal is a proxy, which is dear to ask, and the execution asks for
 * each field.
 */
export function leavingOf(request: Request): AbortSignal {
  const known = signals.get(request);
  if (known !== undefined) return known;
  const leaving = new AbortController();
  const { signal } = request;
  const leave = () => leaving.abort(signal.reason);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  // Every call in flight listens to the caller's leaving, and there may be hundreds.
  setMaxListeners(0, leaving.signal);
  signals.set(request, leaving.signal);
  return leaving.signal;
}

/** Ends the execution of an operation whose caller has left. */
export function endWithCaller(): Plugin {
  return {
    onExecute({ args }) {
      const { request } = args.contextValue as { readonly request: Request };
      Object.assign(args, { signal: leavingOf(request) });
    },
  };
}
