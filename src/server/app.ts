import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createYoga, type YogaInitialContext } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Audit } from '../access/audit.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { ANYONE } from '../access/caller.ts';
import { createDoorkeeper } from '../access/doorkeeper.ts';
import { createPasswordGuard } from '../access/password-guard.ts';
import { type Context, createContext } from '../context.ts';
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
  /** Finds out who asks; null lets everyone in. */
  readonly authenticator: Authenticator | null;
  /** Proxies in front of the gateway, whose word on the caller's address counts. @default 0 */
  readonly proxies?: number;
  /** Is told of every write and every read of stored instruments. @default nobody is */
  readonly audit?: Audit | null;
  /** Whether a browser at `/graphql` gets GraphiQL. */
  readonly graphiql: boolean;
  /** Whether every answer tells what it cost in REST calls, wished or not. */
  readonly alwaysReport: boolean;
  /** REST calls that one operation may cost at the most. */
  readonly maxCalls: number;
  readonly writes: {
    /** Items of one mutation at the most. */
    readonly maxItems: number;
    /** Milliseconds for which a write whose answer was lost may still land. */
    readonly settleMs: number;
  };
  /** Names or ids of the attributes that shoppers see of themselves. @default none */
  readonly shopperAttributes?: readonly string[];
  readonly governor: {
    /** Calls that may wait for the store at the most. */
    readonly maxWaiting: number;
    /** Retries of reads per call, over all callers. */
    readonly retryShare: number;
  };
  /** Milliseconds within which an operation is answered, if only by saying that the store's quota does not allow it. */
  readonly deadlineMs: number;
  /** What may be sent, and what is told. @default whatever fits a request, and everything but batches */
  readonly front?: FrontOptions;
  /** By which calls and writes wait. @default the machine's */
  readonly clock?: Clock;
  /** Makes spans of what is done. @default nobody traces */
  readonly tracing?: Tracing;
}

/** The gateway, assembled. It opens no port. */
export interface App {
  /** Answers one request; the signature of the web's `fetch`, and of node:http's listeners. */
  readonly yoga: ReturnType<typeof createYoga<RequestFacts, Context>>;
  /** Learns what the store's token itself may not do, and says so: three cheap calls at the most. */
  learnLimits(): Promise<void>;
  /** Says from now on, where it is asked for its health, that it is stopping, and sends no further batches of writes. */
  drain(): void;
  /** Resolves when every write in flight has come to its verdict, also those whose callers have left. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const CLOCK: Clock = { now: () => performance.now(), sleep: (ms) => delay(ms) };
const GATEWAY: Asker = { caller: 'gateway', lane: 'standard', deadlineAt: Number.POSITIVE_INFINITY };
const MAX_REQUEST_BYTES = 1_000_000;
// A document that was read takes some two hundred times its length.
const CACHED_CHARACTERS = 1_000_000;

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
  const writes = {
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

  function onOperation(report: OperationReport, facts: RequestFacts): void {
    metrics.answered(report);
    tracing?.answered(report, facts);
  }

  /** The cheapest read there is. Without a pass it asks for none: health is judged whatever waits. */
  function probe(pass?: Pass): Promise<unknown> {
    const call = { operation: 'getCustomers', method: 'GET', path: '/customers', query: 'limit=1' };
    return http.send({ ...call, ...(pass && { onEnd: pass.end }) });
  }

  /** A read of the gateway's own, which waits like any other. */
  function readInTurn(call: Call): Promise<unknown> {
    const { signal } = stopping;
    return governor.read({ operation: call.operation, asker: GATEWAY, signal }, ({ timeoutMs, end }) =>
      http.send({ ...call, signal, timeoutMs, onEnd: end }),
    );
  }

  function contextOf(facts: YogaInitialContext & RequestFacts): Context {
    const { request, params, caller = ANYONE, requestId = null } = facts;
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
        ...(tracing && { onBegin: tracing.callsOf(facts) }),
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
      // The page holds nothing; what it asks for has to say who asks.
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
    // Yoga's own page comes from a host on the internet.
    graphiql: false,
    landingPage: false,
    // Yoga lets pages of every site in, or answers others with a list of those that may.
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
      await tokenScopes.probe({ send: readInTurn });
      const limits = tokenScopes.limits();
      if (limits.length > 0) logger.warn({ limits }, 'the access token may not do all that can be asked for');
    },
    drain() {
      readiness.drain();
      stopping.abort(new Error('the gateway is stopping'));
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
