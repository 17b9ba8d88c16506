import { setMaxListeners } from 'node:events';
import type { Plugin } from 'graphql-yoga';

const signals = new WeakMap<Request, AbortSignal>();

/**
 * A signal that is aborted when the caller closes the request. The request's own signal is a proxy with slow property
 * access, and the executor checks the signal for each field.
 */
export function requestSignal(request: Request): AbortSignal {
  const known = signals.get(request);
  if (known !== undefined) return known;
  const controller = new AbortController();
  const { signal } = request;
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  // Each call in flight adds a listener, and there may be hundreds.
  setMaxListeners(0, controller.signal);
  signals.set(request, controller.signal);
  return controller.signal;
}

/** Cancels the execution of an operation when its request is aborted. */
export function cancelWithRequest(): Plugin {
  return {
    onExecute({ args }) {
      const { request } = args.contextValue as { readonly request: Request };
      Object.assign(args, { signal: requestSignal(request) });
    },
  };
}
