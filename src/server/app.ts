import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createYoga, type Plugin, useExecutionCancellation, type YogaInitialContext } from 'graphql-yoga';
import type { Logger } from 'pino';
import { type Context, createContext } from '../context.ts';
import { type CallReport, createHttp, type HttpOptions } from '../rest/http.ts';
import { schema } from '../schema/index.ts';
import { graphiqlPage } from './graphiql-page.ts';
import { createMetrics } from './metrics.ts';
import { createReadinessMonitor } from './readiness.ts';
import { type RequestFacts, requestLog } from './request-log.ts';
import { safeResults } from './results.ts';
import { sideDoors } from './side-doors.ts';

export interface AppOptions {
  readonly store: Omit<HttpOptions, 'onCall'>;
  readonly logger: Logger;
  /** Whether a browser at `/graphql` gets GraphiQL. */
  readonly graphiql: boolean;
}

/** The gateway, assembled. It opens no port. */
export interface App {
  /** Answers one request; the signature of the web's `fetch`, and of node:http's listeners. */
  readonly yoga: ReturnType<typeof createYoga<RequestFacts, Context>>;
  /** Says from now on, where it is asked for its health, that it is stopping. */
  drain(): void;
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 1_000_000;

export function createApp({ store, logger, graphiql }: AppOptions): App {
  const metrics = createMetrics();
  const http = createHttp({ ...store, onCall });
  const readiness = createReadinessMonitor({ probe });

  function onCall(report: CallReport): void {
    metrics.observe(report);
    readiness.observe(report);
    const { operation, status, durationMs } = report;
    logger.debug({ operation, status, durationMs: Math.round(durationMs) }, 'upstream call');
  }

  function probe(): Promise<unknown> {
    const call = { operation: 'getCustomers', method: 'GET', path: '/customers', query: 'limit=1' };
    return http.send({ ...call, signal: new AbortController().signal });
  }

  function contextOf({ request }: YogaInitialContext): Context {
    // Every call in flight listens to the caller's leaving, and there may be hundreds.
    setMaxListeners(0, request.signal);
    return createContext({ http, signal: request.signal, onIrregular: metrics.irregular });
  }

  const plugins: Plugin[] = [
    sideDoors({ readiness, metrics }),
    requestLog({ logger, newId: randomUUID }),
    ...(graphiql ? [graphiqlPage()] : []),
    safeResults({ logger }),
    useExecutionCancellation(),
  ];
  const yoga = createYoga<RequestFacts, Context>({
    schema,
    context: contextOf,
    plugins,
    // Yoga's own page comes from a host on the internet.
    graphiql: false,
    landingPage: false,
    // Whoever is let in by an open door on this machine is not to be let in through other sites' pages.
    cors: false,
    multipart: false,
    maskedErrors: false,
    logging: false,
    maxRequestBodySize: MAX_REQUEST_BYTES,
  });

  return { yoga, drain: readiness.drain, close: http.close };
}
