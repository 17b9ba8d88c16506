import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createYoga, type YogaInitialContext } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Audit } from '../access/audit.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { ANYONE } from '../access/caller.ts';
import { createDoorkeeper } from '../access/doorkeeper.ts';
import { createPasswordGuard } from '../access/password-guard.ts';
import { type Context, type ContextOptions, createContext } from '../context.ts';
import { createFlights } from '../governor/flights.ts';
import { createGatherings } from '../governor/gatherings.ts';
import { type Clock, createGovernor, type Pass } from '../governor/governor.ts';
import { type Asker, INTERACTIVE_CONNECTIONS } from '../governor/lanes.ts';
import { createDefinitionsCache } from '../loaders/attributes.ts';
import { createBudgets } from '../price/budgets.ts';
import { type Call, type CallReport, createHttp, type HttpOptions } from '../rest/http.ts';
import { createJournal } from '../rest/journal.ts';
import { CALLS_AT_ONCE } from '../rest/write-rules.ts';
import { schema } from '../schema/index.ts';
import { audited } from './audit-trail.ts';
import { authentication } from './authentication.ts';
import { createDocumentCache } from './document-cache.ts';
import { currentField } from './field-trace.ts';
import { BATCH_LIMIT, type FrontOptions, front } from './front.ts';
import { graphiqlPage } from './graphiql-page.ts';
import { incrementalDelivery } from './incremental.ts';
import { jsonOnly } from './json-only.ts';
import { endWithCaller, leavingOf } from './leaving.ts';
import { createMetrics } from './metrics/index.ts';
import { type OperationReport, watchOperations } from './operations.ts';
import { otherSites } from './other-sites.ts';
import { createReadinessMonitor } from './readiness.ts';
import { type RequestFacts, requestLog } from './request-log.ts';
import { safeResults } from './results.ts';
import { securityHeaders } from './security-headers.ts';
import { sideDoors } from './side-doors.ts';
import { createTokenScopes } from './token-scopes.ts';
import type { Tracing } from './tracing.ts';
import { upstreamReport, wishOf } from './upstream-report.ts';

export interface AppOptions {
  readonly store: Omit<HttpOptions, 'onCall'>;
  readonly logger: Logger;
  /** Authenticates callers; null disables authentication. */
  readonly authenticator: Authenticator | null;
  /** Number of trusted proxies that append to `X-Forwarded-For`. @default 0 */
  readonly proxies?: number;
  /** Records every write and every read of stored instruments. @default null: no audit log */
  readonly audit?: Audit | null;
  /** Serves GraphiQL to browsers at `/graphql`. */
  readonly graphiql: boolean;
  /** Adds the cost in REST calls to every response, not only if the request asks for it. */
  readonly alwaysReport: boolean;
  /** Maximum cost of one operation, in REST calls. */
  readonly maxCalls: number;
  readonly writes: {
    /** Maximum number of items in one mutation. */
    readonly maxItems: number;
    /** How long a write whose response was lost can still take effect, in milliseconds. */
    readonly settleMs: number;
  };
  /** Names or ids of the attributes that shoppers can see on their own record. @default none */
  readonly shopperAttributes?: readonly string[];
  readonly governor: {
    /** Maximum number of calls in the queue. */
    readonly maxWaiting: number;
    /** Retries of reads per call, across all callers. */
    readonly retryShare: number;
  };
  /** Deadline of an operation, in milliseconds. A call that the store's quota does not allow before it fails. */
  readonly deadlineMs: number;
  /** Limits on requests and on what responses reveal. @default no limits except the request size, no batches */
  readonly front?: FrontOptions;
  /** The clock of the governor and of writes. @default the system's monotonic clock */
  readonly clock?: Clock;
  /** @default no tracing */
  readonly tracing?: Tracing;
}

/** The assembled gateway. It opens no port. */
export interface App {
  /** Handles a request. Has the signatures of `fetch` and of a node:http request listener. */
  readonly yoga: ReturnType<typeof createYoga<RequestFacts, Context>>;
  /** Finds out which scopes the store's access token lacks, in at most three cheap calls, and logs them. */
  learnLimits(): Promise<void>;
  /** Makes readiness checks fail and sends no further batches of writes. */
  drain(): void;
  /** Resolves when the outcome of every write in flight is known, including writes whose callers have disconnected. */
  settled(): Promise<void>;
  /** Closes the connections to the store and exports the pending traces. */
  close(): Promise<void>;
}

const CLOCK: Clock = { now: () => performance.now(), sleep: (ms) => delay(ms) };
const GATEWAY: Asker = { caller: 'gateway', lane: 'standard', deadlineAt: Number.POSITIVE_INFINITY };
const MAX_REQUEST_BYTES = 1_000_000;
// A parsed document takes about 200 times the memory of its text.
const CACHED_CHARACTERS = 1_000_000;

/** Assembles the gateway. */
export function createApp(options: AppOptions): App {
  const { store, logger, authenticator, audit = null, graphiql, alwaysReport, maxCalls } = options;
  const { deadlineMs, clock = CLOCK, tracing } = options;
  const metrics = createMetrics({ governor: () => governor.state() });
  const http = createHttp({
    ...store,
    connections: store.connections + INTERACTIVE_CONNECTIONS,
    onCall,
  });
  const readiness = createReadinessMonitor({ probe });
  const tokenScopes = createTokenScopes();
  const governor = createGovernor({
    ...options.governor,
    atOnce: CALLS_AT_ONCE,
    connections: store.connections,
    probe,
    events: metrics.governed,
    clock,
  });
  const budgets = createBudgets(clock.now);
  const definitions = createDefinitionsCache();
  const flights = createFlights();
  const gatherings = createGatherings();
  const passwords = createPasswordGuard();
  const stopping = new AbortController();
  const unsettled = new Set<Promise<unknown>>();
  const writes: ContextOptions['writes'] = {
    ...options.writes,
    storeNow: http.storeNow,
    ...clock,
    hold,
  };

  function hold<T>(work: Promise<T>): Promise<T> {
    unsettled.add(work);
    const release = () => unsettled.delete(work);
    work.then(release, release);
    return work;
  }

  function onCall(report: CallReport): void {
    metrics.called(report);
    readiness.observe(report);
    tokenScopes.observe(report);
    const { operation, status, durationMs } = report;
    logger.debug({ operation, status, durationMs: Math.round(durationMs) }, 'upstream call');
  }

  function onOperation(report: OperationReport, state: RequestFacts): void {
    metrics.answered(report);
    tracing?.answered(report, state);
  }

  /** Sends the cheapest read. Without a pass it bypasses the governor: health checks do not queue. */
  function probe(pass?: Pass): Promise<unknown> {
    const call = { operation: 'getCustomers', method: 'GET', path: '/customers', query: 'limit=1' };
    return http.send({ ...call, ...(pass && { onEnd: pass.end }) });
  }

  /** Sends a read of the gateway itself through the governor. */
  function governedRead(call: Call): Promise<unknown> {
    const { signal } = stopping;
    return governor.read({ operation: call.operation, asker: GATEWAY, signal }, ({ timeoutMs, end }) =>
      http.send({ ...call, signal, timeoutMs, onEnd: end }),
    );
  }

  function contextOf(state: YogaInitialContext & RequestFacts): Context {
    const { request, params, caller = ANYONE, requestId = null } = state;
    return createContext({
      caller,
      passwords,
      http,
      signal: leavingOf(request),
      definitions,
      governor,
      deadlineAt: clock.now() + deadlineMs,
      flights,
      gatherings,
      writes,
      stopping: stopping.signal,
      journal: createJournal({
        requestId,
        maxReads: maxCalls,
        ...(tracing && { onBegin: tracing.callsOf(state) }),
        ...(wishOf(params.extensions).explain && { currentField }),
      }),
      onIrregular: metrics.irregular,
      shopperAttributes: options.shopperAttributes ?? [],
    });
  }

  const yoga = createYoga<RequestFacts, Context>({
    schema: audit ? audited(schema, audit) : schema,
    context: contextOf,
    plugins: [
      requestLog({ logger, newId: randomUUID }),
      securityHeaders(),
      ...(tracing ? [tracing.plugin] : []),
      { onResponse: ({ response }) => metrics.responded(response.status) },
      // Before authentication: the page has no data, and its requests authenticate themselves.
      ...(graphiql ? [graphiqlPage()] : []),
      otherSites(options.front?.corsOrigins ?? []),
      ...(authenticator
        ? [authentication({ doorkeeper: createDoorkeeper({ authenticator }), proxies: options.proxies ?? 0 })]
        : []),
      sideDoors({ readiness, metrics, tokenScopes }),
      jsonOnly(),
      safeResults({ logger, suggestions: options.front?.introspection ?? true }),
      watchOperations({ onOperation }),
      ...(options.front ? front(options.front) : []),
      upstreamReport({
        always: alwaysReport,
        maxCalls,
        budgets,
        quota: () => governor.state().quota,
        knowsDefinitions: () => definitions.get() !== null,
      }),
      ...incrementalDelivery(),
      endWithCaller(),
    ],
    // Yoga's own GraphiQL page loads scripts from a CDN.
    graphiql: false,
    landingPage: false,
    // Yoga's CORS allows every origin, or discloses the allowed origins to others.
    cors: false,
    multipart: false,
    batching: options.front?.batching === true && { limit: BATCH_LIMIT },
    parserAndValidationCache: {
      documentCache: createDocumentCache(CACHED_CHARACTERS),
      errorCache: createDocumentCache(CACHED_CHARACTERS),
    },
    maskedErrors: false,
    logging: false,
    maxRequestBodySize: options.front?.requestBytes ?? MAX_REQUEST_BYTES,
  });

  return {
    yoga,
    async learnLimits() {
      await tokenScopes.probe({ send: governedRead });
      const limits = tokenScopes.limits();
      if (limits.length > 0) logger.warn({ limits }, 'the access token lacks scopes');
    },
    drain() {
      readiness.drain();
      stopping.abort(new Error('the gateway is shutting down'));
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
