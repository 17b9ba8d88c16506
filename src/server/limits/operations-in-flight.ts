import type { ServerResponse } from 'node:http';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import { ANONYMOUS, type Caller } from '../../access/caller.ts';
import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { RequestState } from '../observability/request-log.ts';

/** When a client should retry after 503, in milliseconds. */
export const RETRY_AFTER_MS = 1_000;

/** Share of the places that one caller alone cannot take. The rest is its to use: often there is only one caller. */
const RESERVE = 0.1;
/** Share of the places for all callers without credentials together. */
const PUBLIC_SHARE = 0.1;

/** The part of Yoga's server context that has the response. Yoga adds it under node:http. */
interface NodeServerContext {
  readonly res?: ServerResponse;
}

/**
 * Limits the operations that are in flight at the same time, from authentication to the last byte of the response. A write
 * counts until its outcome is known, even if its caller disconnects. The excess is answered with 503 at once, before its
 * body is read.
 */
export function operationsInFlight(places: Places): Plugin<object, RequestState> {
  const writes = trackWrites();
  const held = new WeakMap<RequestState, () => void>();

  function hold(state: RequestState & NodeServerContext, count: number): boolean {
    const free = places.take(state.caller ?? ANONYMOUS, count);
    if (free === null) return false;
    const before = held.get(state);
    held.set(state, () => {
      before?.();
      free();
    });
    return true;
  }

  async function release(state: RequestState, request: Request): Promise<void> {
    await writes.ended(request);
    held.get(state)?.();
    held.delete(state);
  }

  return {
    onRequest({ request, url, serverContext, endResponse }) {
      if (url.pathname !== '/graphql') return;
      if (!hold(serverContext, 1)) {
        serverContext.errorCodes = [OVERLOADED.code];
        return endResponse(overloadedResponse());
      }
      const { res } = serverContext as NodeServerContext;
      // Until then the response is in memory.
      res?.once('close', () => void release(serverContext, request));
    },
    onRequestParse({ serverContext }) {
      return {
        onRequestParseDone({ requestParserResult }) {
          const others = Array.isArray(requestParserResult) ? requestParserResult.length - 1 : 0;
          if (others > 0 && !hold(serverContext, others)) throw overloadedError();
        },
      };
    },
    onExecute({ args }) {
      writes.track(args.contextValue as object as Context & { readonly request: Request });
    },
    async onResponse({ request, serverContext }) {
      if ((serverContext as NodeServerContext).res === undefined) await release(serverContext, request);
    },
  };
}

/** The writes of each request whose outcome is not known yet. */
function trackWrites() {
  const running = new WeakMap<Request, Set<Promise<unknown>>>();
  return {
    track(context: Context & { readonly request: Request }): void {
      const { request, writes } = context;
      const own = running.get(request) ?? new Set();
      running.set(request, own);
      function waitUntil<T>(work: Promise<T>): Promise<T> {
        own.add(work);
        const remove = () => own.delete(work);
        work.then(remove, remove);
        return writes.waitUntil(work);
      }
      Object.assign(context, { writes: { ...writes, waitUntil } });
    },
    async ended(request: Request): Promise<void> {
      const own = running.get(request);
      while (own !== undefined && own.size > 0) await Promise.allSettled(own);
    },
  };
}

/** The places of operations in flight. */
export interface Places {
  /** Returns a function that frees the places, or null if there are not enough. */
  take(caller: Pick<Caller, 'kind' | 'name'>, count: number): (() => void) | null;
}

/** Counts the places in use, in total and by caller. @param max for all callers together */
export function createPlaces(max: number): Places {
  const maxPerCaller = Math.max(1, max - Math.ceil(max * RESERVE));
  const maxPublic = Math.max(1, Math.floor(max * PUBLIC_SHARE));
  const byCaller = new Map<string, number>();
  let total = 0;

  return {
    take({ kind, name: caller }, count) {
      const own = byCaller.get(caller) ?? 0;
      const maxOwn = kind === 'public' ? maxPublic : maxPerCaller;
      if (total + count > max || own + count > maxOwn) return null;
      total += count;
      byCaller.set(caller, own + count);
      return () => {
        total -= count;
        const left = (byCaller.get(caller) ?? 0) - count;
        if (left > 0) byCaller.set(caller, left);
        else byCaller.delete(caller);
      };
    },
  };
}

const OVERLOADED = new GatewayError('OVERLOADED', 'Too many operations are in flight. Try again later.', {
  retryAfterMs: RETRY_AFTER_MS,
});
const RETRY_AFTER = { 'retry-after': String(RETRY_AFTER_MS / 1000) };

function overloadedResponse(): Response {
  const { message, code, details } = OVERLOADED;
  const errors = [{ message, extensions: { code, ...details } }];
  return Response.json({ errors }, { status: 503, headers: RETRY_AFTER });
}

function overloadedError() {
  const extensions = { http: { status: 503, headers: RETRY_AFTER } };
  return createGraphQLError(OVERLOADED.message, { originalError: OVERLOADED, extensions });
}
