import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createYoga, type YogaInitialContext } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { AuditLog } from '../access/audit-log.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { ANONYMOUS } from '../access/caller.ts';
import { createLoginThrottle } from '../access/throttle/login-throttle.ts';
import { createPasswordThrottle } from '../access/throttle/password-throttle.ts';
import { type Context, type ContextOptions, createContext } from '../context.ts';
import { createCallerBudgets } from '../cost/caller-budgets.ts';
import { type Clock, createGovernor, type Permit } from '../governor/governor.ts';
import { type CallOrigin, INTERACTIVE_CONNECTIONS } from '../governor/lanes.ts';
import { createDefinitionsCache } from '../loaders/attributes.ts';
import { createCallLog } from '../rest/client/call-log.ts';
import { createCallPath } from '../rest/client/call-path.ts';
import { type Call, type CallReport, createHttpClient, type HttpClientOptions } from '../rest/client/http.ts';
import { MAX_CONCURRENCY } from '../rest/operations.ts';
import { schema } from '../schema/index.ts';
import { withAuditLog } from './access/audit-trail.ts';
import { authentication } from './access/authentication.ts';
import { currentField } from './cost/field-trace.ts';
import { costReport, parseReportRequest } from './cost/report.ts';
import { createDocumentCache } from './documents/cache.ts';
import { incrementalDelivery } from './documents/incremental.ts';
import { maskErrors } from './errors/plugin.ts';
import { graphiqlPage } from './graphiql/plugin.ts';
import { operationalEndpoints } from './health/endpoints.ts';
import { createReadinessMonitor } from './health/readiness.ts';
import { createStoreTokenScopes } from './health/store-token-scopes.ts';
import { cancelWithRequest, requestSignal } from './http/cancellation.ts';
import { requireJson } from './http/content-type.ts';
import { corsAndCsrf } from './http/csrf.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createMetrics } from './observability/metrics/index.ts';
import { type OperationReport, observeOperations } from './observability/operations.ts';
import { type RequestState, requestLog } from './observability/request-log.ts';
import type { Tracing } from './observability/tracing.ts';
import { BATCH_LIMIT, type GuardOptions, requestGuards } from './request-guards.ts';

export interface AppOptions {
  readonly store: Omit<HttpClientOptions, 'onCall'>;
  readonly logger: Logger;
  /** Authenticates callers; null disables authentication. */
  readonly authenticator: Authenticator | null;
  /** Number of trusted proxies that append to `X-Forwarded-For`. @default 0 */
  readonly trustedProxies?: number;
  /** Records every write and every read of stored instruments. @default null: no audit log */
  readonly auditLog?: AuditLog | null;
  /** Serves GraphiQL to browsers at `/graphql`. */
  readonly graphiql: boolean;
  /** Adds the cost in REST calls to every response, not only if the request asks for it. */
  readonly reportCost: boolean;
  /** Maximum cost of one operation, in REST calls. */
  readonly maxCalls: number;
  readonly writes: {
    /** Maximum number of items in one mutation. */
    readonly maxItems: number;
    /** How long a write whose response was lost can still take effect, in milliseconds. */
    readonly lateWriteMs: number;
  };
  /** Names or ids of the attributes that shoppers can see on their own record. @default none */
  readonly shopperAttributes?: readonly string[];
  readonly governor: {
    /** Maximum number of calls in the queue. */
    readonly maxQueued: number;
    /** Retries of reads per call, across all callers. */
    readonly retryRatio: number;
  };
  /** Deadline of an operation, in milliseconds. A call that the store's quota does not allow before it fails. */
  readonly deadlineMs: number;
  /** Limits on requests and on what responses reveal. @default no limits except the request size, no batches */
  readonly guards?: GuardOptions;
  /** The clock of the governor and of writes. @default the system's monotonic clock */
  readonly clock?: Clock;
  /** @default no tracing */
  readonly tracing?: Tracing;
}

/** The assembled gateway. It opens no port. */
export interface App {
  /** Handles a request. Has the signatures of `fetch` and of a node:http request listener. */
  readonly yoga: ReturnType<typeof createYoga<RequestState, Context>>;
  /** Finds out which scopes the store's access token lacks, in at most three cheap calls, and logs them. */
  checkTokenScopes(): Promise<void>;
  /** Makes readiness checks fail and sends no further batches of writes. */
  drain(): void;
  /** Resolves when the outcome of every write in flight is known, including writes whose callers have disconnected. */
  settled(): Promise<void>;
  /** Closes the connections to the store and exports the pending traces. */
  close(): Promise<void>;
}

const SYSTEM_CLOCK: Clock = { now: () => performance.now(), sleep: (ms) => delay(ms) };
const GATEWAY_ORIGIN: CallOrigin = {
  caller: 'gateway',
  lane: 'standard',
  deadlineAt: Number.POSITIVE_INFINITY,
};
const MAX_REQUEST_BYTES = 1_000_000;
// A parsed document takes about 200 times the memory of its text.
const MAX_CACHED_CHARACTERS = 1_000_000;

/** Assembles the gateway. */
export function createApp(options: AppOptions): App {
  const { store, logger, authenticator, auditLog = null, graphiql, reportCost, maxCalls } = options;
  const { deadlineMs, clock = SYSTEM_CLOCK, tracing } = options;
  const metrics = createMetrics({ governor: () => governor.state() });
  const http = createHttpClient({
    ...store,
    connections: store.connections + INTERACTIVE_CONNECTIONS,
    onCall,
  });
  const readiness = createReadinessMonitor({ probe });
  const tokenScopes = createStoreTokenScopes();
  const governor = createGovernor({
    ...options.governor,
    maxConcurrency: MAX_CONCURRENCY,
    connections: store.connections,
    probe,
    events: metrics.governorEvents,
    clock,
  });
  const budgets = createCallerBudgets(clock.now);
  const definitions = createDefinitionsCache();
  const callPath = createCallPath({ http, governor });
  const passwordThrottle = createPasswordThrottle();
  const shutdown = new AbortController();
  const unsettled = new Set<Promise<unknown>>();
  const writes: ContextOptions['writes'] = {
    ...options.writes,
    storeNow: http.storeNow,
    ...clock,
    waitUntil,
  };

  function waitUntil<T>(work: Promise<T>): Promise<T> {
    unsettled.add(work);
    const release = () => unsettled.delete(work);
    work.then(release, release);
    return work;
  }

  function onCall(report: CallReport): void {
    metrics.countCall(report);
    readiness.observe(report);
    tokenScopes.observe(report);
    const { operation, status, durationMs } = report;
    logger.debug({ operation, status, durationMs: Math.round(durationMs) }, 'upstream call');
  }

  function onOperation(report: OperationReport, state: RequestState): void {
    metrics.countOperation(report);
    tracing?.endOperation(report, state);
  }

  /** Sends the cheapest read. Without a pass it bypasses the governor: health checks do not queue. */
  function probe(pass?: Permit): Promise<unknown> {
    const call = { operation: 'getCustomers', method: 'GET', path: '/customers', query: 'limit=1' };
    return http.send({ ...call, ...(pass && { onEnd: pass.release }) });
  }

  /** Sends a read of the gateway itself through the governor. */
  function governedRead(call: Call): Promise<unknown> {
    const { signal } = shutdown;
    return governor.read(
      { operation: call.operation, origin: GATEWAY_ORIGIN, signal },
      ({ timeoutMs, release }) => http.send({ ...call, signal, timeoutMs, onEnd: release }),
    );
  }

  function contextOf(state: YogaInitialContext & RequestState): Context {
    const { request, params, caller = ANONYMOUS, requestId = null } = state;
    return createContext({
      caller,
      passwordThrottle,
      callPath,
      signal: requestSignal(request),
      definitions,
      deadlineAt: clock.now() + deadlineMs,
      writes,
      shutdownSignal: shutdown.signal,
      callLog: createCallLog({
        requestId,
        maxReads: maxCalls,
        ...(tracing && { onStart: tracing.traceCalls(state) }),
        ...(parseReportRequest(params.extensions).explain && { currentField }),
      }),
      onUnexpectedField: metrics.countUnexpectedField,
      shopperAttributes: options.shopperAttributes ?? [],
    });
  }

  const yoga = createYoga<RequestState, Context>({
    schema: auditLog ? withAuditLog(schema, auditLog) : schema,
    context: contextOf,
    plugins: [
      requestLog({ logger, newId: randomUUID }),
      securityHeaders(),
      ...(tracing ? [tracing.plugin] : []),
      { onResponse: ({ response }) => metrics.countResponse(response.status) },
      // Before authentication: the page has no data, and its requests authenticate themselves.
      ...(graphiql ? [graphiqlPage()] : []),
      corsAndCsrf(options.guards?.corsOrigins ?? []),
      ...(authenticator
        ? [
            authentication({
              loginThrottle: createLoginThrottle({ authenticator }),
              trustedProxies: options.trustedProxies ?? 0,
            }),
          ]
        : []),
      operationalEndpoints({ readiness, metrics, tokenScopes }),
      requireJson(),
      maskErrors({ logger, suggestions: options.guards?.introspection ?? true }),
      observeOperations({ onOperation }),
      ...(options.guards ? requestGuards(options.guards) : []),
      costReport({
        always: reportCost,
        maxCalls,
        budgets,
        quota: () => governor.state().quota,
        knowsDefinitions: () => definitions.get() !== null,
      }),
      ...incrementalDelivery(),
      cancelWithRequest(),
    ],
    // Yoga's own GraphiQL page loads scripts from a CDN.
    graphiql: false,
    landingPage: false,
    // Yoga's CORS allows every origin, or discloses the allowed origins to others.
    cors: false,
    multipart: false,
    batching: options.guards?.batching === true && { limit: BATCH_LIMIT },
    parserAndValidationCache: {
      documentCache: createDocumentCache(MAX_CACHED_CHARACTERS),
      errorCache: createDocumentCache(MAX_CACHED_CHARACTERS),
    },
    maskedErrors: false,
    logging: false,
    maxRequestBodySize: options.guards?.requestBytes ?? MAX_REQUEST_BYTES,
  });

  return {
    yoga,
    async checkTokenScopes() {
      await tokenScopes.probe({ send: governedRead });
      const limits = tokenScopes.missing();
      if (limits.length > 0) logger.warn({ limits }, 'the access token lacks scopes');
    },
    drain() {
      readiness.drain();
      shutdown.abort(new Error('the gateway is shutting down'));
    },
    async settled() {
      while (unsettled.size > 0) await Promise.allSettled(unsettled);
    },
    async close() {
      await http.close();
      await tracing?.close();
    },
  };
}
