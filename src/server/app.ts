import { setTimeout as delay } from 'node:timers/promises';
import { createYoga, type YogaInitialContext } from 'graphql-yoga';
import type { AuditLog } from '../access/audit-log.ts';
import { createPseudonymizer } from '../access/pseudonyms.ts';
import type { Context } from '../context.ts';
import { schema } from '../schema/index.ts';
import { withAuditLog } from './access/audit-trail.ts';
import { addressOrNetwork } from './access/client-ip.ts';
import { parseReportRequest } from './cost/report.ts';
import { createDocumentCache } from './documents/cache.ts';
import { createExecutionContexts } from './execution-context.ts';
import type { HandleRequest } from './fast/fast-path.ts';
import { createFastHandler } from './fast/index.ts';
import { requestSignal } from './http/cancellation.ts';
import { withSlicedLists } from './limits/sliced-lists.ts';
import type { RequestState } from './observability/request-log.ts';
import { observeWrites } from './observability/write-outcomes.ts';
import { createPlugins } from './plugins.ts';
import { BATCH_LIMIT } from './request-guards.ts';
import { createRuntime, type RuntimeOptions } from './runtime.ts';
import { createServices, type ServiceOptions } from './services.ts';
import type { StoreCache } from './store-cache.ts';

export interface AppOptions extends RuntimeOptions, ServiceOptions {
  /** Records every write and every read of stored instruments. @default null: no audit log */
  readonly auditLog?: AuditLog | null;
  /** Deadline of an operation, in milliseconds. A call that the store's quota does not allow before it fails. */
  readonly deadlineMs: number;
  /** How long one request may hold the event loop while its response is computed, in milliseconds. @default 25 */
  readonly sliceMs?: number;
}

/** The assembled gateway. It opens no port. */
export interface App {
  /** Handles a request of node:http whose URL begins with its route. */
  readonly handle: HandleRequest;
  /** The same for every request, without the fast path. Has the signatures of `fetch` and of a node:http request listener. */
  readonly yoga: ReturnType<typeof createYoga<RequestState, Context>>;
  /**
   * Finds out which scopes the store's access token lacks, in at most three cheap calls, and logs them. While the store does not
   * answer, it is asked again at intervals.
   */
  checkTokenScopes(): Promise<void>;
  /** The cache of the store's answers; null if it is off. */
  readonly storeCache: StoreCache | null;
  /** Logs and counts a request that was refused before it reached the gateway's handler. @param address of the client */
  recordRefusal(status: number, address?: string): void;
  /** Makes readiness checks fail. */
  failReadiness(): void;
  /** Sends no further batches of writes. */
  drain(): void;
  /** Resolves when the outcome of every write in flight is known, including writes whose callers have disconnected. */
  settled(): Promise<void>;
  /** Closes the connections to the store and exports the pending traces. */
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 1_000_000;

/** Milliseconds until a store that did not answer is asked again for the scopes of the access token. */
const SCOPES_RETRY_MS = 30_000;

/** Assembles the gateway. */
export function createApp(options: AppOptions): App {
  const { logger, auditLog = null, guards, tracing } = options;
  const { pseudonym = createPseudonymizer() } = options;
  const runtime = createRuntime(options);
  const { tokenScopes } = runtime;
  const services = createServices(runtime, { ...options, pseudonym });
  const contextFor = createExecutionContexts(runtime, options);

  function contextOf(state: YogaInitialContext & RequestState): Context {
    const { request, params } = state;
    const { explain, freshness } = parseReportRequest(params.extensions);
    return contextFor({ state, signal: requestSignal(request), explain: explain !== false, freshness });
  }

  const auditedSchema = auditLog ? withAuditLog(schema, { audit: auditLog, pseudonym }) : schema;
  const servedSchema = withSlicedLists(observeWrites(auditedSchema, { onItems: runtime.metrics.countItems }));
  const requestBytes = guards?.requestBytes ?? MAX_REQUEST_BYTES;

  const yoga = createYoga<RequestState, Context>({
    schema: servedSchema,
    context: contextOf,
    plugins: createPlugins(runtime, services, options),
    // Yoga's own GraphiQL page loads scripts from a CDN.
    graphiql: false,
    landingPage: false,
    // Yoga's CORS allows every origin, or discloses the allowed origins to others.
    cors: false,
    multipart: false,
    batching: guards?.batching === true && { limit: BATCH_LIMIT },
    parserAndValidationCache: {
      documentCache: createDocumentCache(),
      errorCache: createDocumentCache(),
    },
    maskedErrors: false,
    logging: false,
    maxRequestBodySize: requestBytes,
  });

  const handle = createFastHandler({
    services,
    runtime,
    schema: servedSchema,
    guards,
    requestBytes,
    reportCost: options.reportCost,
    isAudited: auditLog !== null,
    createContext: contextFor,
    yoga: (request, response, state) => void yoga(request, response, state),
    ...(tracing && { tracing }),
  });

  return {
    yoga,
    handle,
    async checkTokenScopes() {
      while (!(await tokenScopes.probe({ send: runtime.read }))) {
        if (runtime.context.shutdownSignal.aborted) return;
        logger.warn(
          { retryMs: SCOPES_RETRY_MS },
          'the store does not answer: the scopes of the access token are not known',
        );
        await delay(SCOPES_RETRY_MS, null, { ref: false });
      }
      const limits = tokenScopes.missing();
      if (limits.length > 0) logger.warn({ limits }, 'the access token lacks scopes');
    },
    storeCache: runtime.storeCache,
    recordRefusal(status, address = 'unknown') {
      runtime.metrics.countResponse(status);
      const client = pseudonym('client', addressOrNetwork(address) ?? 'unknown');
      logger.info({ path: 'other', status, client }, 'request refused');
    },
    failReadiness: runtime.readiness.drain,
    drain: runtime.drain,
    settled: runtime.settled,
    async close() {
      await runtime.close();
      await tracing?.close();
    },
  };
}
