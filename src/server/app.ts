import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createYoga, useExecutionCancellation, type YogaInitialContext } from 'graphql-yoga';
import type { Logger } from 'pino';
import { type Context, createContext } from '../context.ts';
import { createDefinitionsCache } from '../loaders/attributes.ts';
import { type CallReport, createHttp, type HttpOptions } from '../rest/http.ts';
import { createJournal } from '../rest/journal.ts';
import { schema } from '../schema/index.ts';
import { currentField } from './field-trace.ts';
import { graphiqlOptions } from './graphiql.ts';
import { incrementalDelivery } from './incremental.ts';
import { jsonOnly } from './json-only.ts';
import { createMetrics } from './metrics.ts';
import { createQuotaWatch } from './quota.ts';
import { createReadinessMonitor } from './readiness.ts';
import { type RequestFacts, requestLog } from './request-log.ts';
import { safeResults } from './results.ts';
import { sideDoors } from './side-doors.ts';
import { upstreamReport, wishOf } from './upstream-report.ts';

export interface AppOptions {
  readonly store: Omit<HttpOptions, 'onCall'>;
  readonly logger: Logger;
  /** Whether a browser at `/graphql` gets GraphiQL. */
  readonly graphiql: boolean;
  /** Whether every answer tells what it cost in REST calls, wished or not. */
  readonly alwaysReport: boolean;
  /** REST calls that one operation may cost at the most. */
  readonly maxCalls: number;
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

export function createApp({ store, logger, graphiql, alwaysReport, maxCalls }: AppOptions): App {
  const quota = createQuotaWatch();
  const metrics = createMetrics();
  const http = createHttp({ ...store, onCall });
  const readiness = createReadinessMonitor({ probe });
  const definitions = createDefinitionsCache();

  function onCall(report: CallReport): void {
    metrics.observe(report);
    readiness.observe(report);
    quota.observe(report);
    const { operation, status, durationMs } = report;
    logger.debug({ operation, status, durationMs: Math.round(durationMs) }, 'upstream call');
  }

  function probe(): Promise<unknown> {
    const call = { operation: 'getCustomers', method: 'GET', path: '/customers', query: 'limit=1' };
    return http.send({ ...call, signal: new AbortController().signal });
  }

  function contextOf({ request, params }: YogaInitialContext): Context {
    // Every call in flight listens to the caller's leaving, and there may be hundreds.
    setMaxListeners(0, request.signal);
    return createContext({
      http,
      signal: request.signal,
      definitions,
      journal: createJournal(wishOf(params.extensions).explain ? currentField : undefined),
      onIrregular: metrics.irregular,
    });
  }

  const yoga = createYoga<RequestFacts, Context>({
    schema,
    context: contextOf,
    plugins: [
      sideDoors({ readiness, metrics }),
      requestLog({ logger, newId: randomUUID }),
      jsonOnly(),
      safeResults({ logger }),
      upstreamReport({
        always: alwaysReport,
        maxCalls,
        quota: quota.read,
        knowsDefinitions: () => definitions.get() !== null,
      }),
      ...incrementalDelivery(),
      useExecutionCancellation(),
    ],
    graphiql: graphiql && graphiqlOptions,
    renderGraphiQL,
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
