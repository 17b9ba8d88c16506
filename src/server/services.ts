import { randomUUID } from 'node:crypto';
import type { DocumentNode } from 'graphql';
import type { Logger } from 'pino';
import type { Authenticator } from '../access/authenticator.ts';
import type { Caller } from '../access/caller.ts';
import type { Pseudonymizer } from '../access/pseudonyms.ts';
import { createLoginThrottle } from '../access/throttle/login-throttle.ts';
import type { ProviderKeys } from '../access/tokens/jwks.ts';
import { createCallWindow } from '../cost/call-window.ts';
import { schema } from '../schema/index.ts';
import { type AuthenticateRequest, createRequestAuthentication } from './access/authentication.ts';
import { clientIp } from './access/client-ip.ts';
import { createOperationBudgets } from './cost/budgets.ts';
import { createLargeQueries, type LargeQueries } from './cost/large-queries.ts';
import { createOperationCosts, type OperationCosts } from './cost/report.ts';
import { createDocumentCache, type DocumentCache } from './documents/cache.ts';
import { createMasks, type MaskResult } from './errors/plugin.ts';
import { type Compression, createCompression } from './http/compression.ts';
import { remember } from './http/remember.ts';
import type { RequestHead } from './http/request-head.ts';
import { createPlaces, type Places } from './limits/operations-in-flight.ts';
import {
  createOperationReporter,
  type OperationReport,
  type OperationReporter,
} from './observability/operations.ts';
import { createRequestLog, type RequestLog, type RequestState } from './observability/request-log.ts';
import type { Tracing } from './observability/tracing.ts';
import type { GuardOptions } from './request-guards.ts';
import type { Runtime } from './runtime.ts';
import type { WebhookSettings } from './store-cache.ts';
import type { WebhookEndpointOptions } from './webhooks/endpoint.ts';
import { createWebhookVerifier } from './webhooks/verify.ts';

export interface ServiceOptions {
  readonly logger: Logger;
  /** Authenticates callers; null disables authentication. */
  readonly authenticator: Authenticator | null;
  /** The caller of a GraphQL request without credentials. @default null: such requests are rejected */
  readonly withoutCredential?: Caller | null;
  /** The keys of the identity provider. @default null: there is none */
  readonly providerKeys?: Pick<ProviderKeys, 'isUnreadable'> | null;
  /** Number of trusted proxies that append to `X-Forwarded-For`. @default 0 */
  readonly trustedProxies?: number;
  /** Derives the names that stand for addresses and e-mail addresses in logs. @default with a random key */
  readonly pseudonym?: Pseudonymizer;
  /** Serves GraphiQL to browsers at `/graphql`. */
  readonly graphiql: boolean;
  /** Adds the cost in REST calls to every response, not only if the request asks for it. */
  readonly reportCost: boolean;
  /** Maximum cost of one operation, in REST calls. */
  readonly maxCalls: number;
  /** The fraction of the store's quota that all shoppers together may use. @default null: no limit */
  readonly shopperShare?: number | null;
  /** Maximum number of values in the response to one operation. @default 250000 */
  readonly maxValues?: number;
  /** Maximum size of the data in a response, in bytes. @default 20000000 */
  readonly maxResponseBytes?: number;
  /** Limits on requests and on what responses reveal. @default no limits except the request size, no batches */
  readonly guards?: GuardOptions;
  /** The store's webhooks. @default null: none are accepted */
  readonly webhooks?: WebhookSettings | null;
  /** @default no tracing */
  readonly tracing?: Tracing;
}

/** What protects and records requests. Yoga's plugins and the fast path both call it, so neither can differ. */
export interface RequestServices {
  readonly requestLog: RequestLog;
  readonly corsOrigins: readonly string[];
  /** Null if authentication is disabled. */
  readonly authenticate: AuthenticateRequest | null;
  /** The places of operations in flight. Null if there is no limit. */
  readonly places: Places | null;
  readonly maskResult: MaskResult;
  readonly operations: OperationReporter;
  readonly costs: OperationCosts;
  readonly largeQueries: LargeQueries;
  readonly compression: Compression;
  /** The endpoint of the store's webhooks. Null if none are accepted. */
  readonly webhooks: WebhookEndpointOptions | null;
  /** Documents that are within the limits and valid, by text. */
  readonly validDocuments: DocumentCache<DocumentNode>;
  /** Maximum size of the data in a response. */
  readonly maxResponseBytes: number;
}

const MAX_VALUES = 250_000;
/** Client addresses whose pseudonyms are kept. */
const MAX_KNOWN_CLIENTS = 1_000;
const MAX_RESPONSE_BYTES = 20_000_000;
/** The fractions of the queue that large queries may fill, and those of one caller: far more calls than can be in flight. */
const LARGE_QUERIES_SHARE = 0.5;
const LARGE_QUERIES_SHARE_OF_CALLER = 0.125;

export function createServices(
  runtime: Runtime,
  options: ServiceOptions & { readonly pseudonym: Pseudonymizer },
): RequestServices {
  const { logger, authenticator, reportCost, maxCalls, guards, tracing, pseudonym } = options;
  const { trustedProxies = 0, withoutCredential = null } = options;
  const { governor, metrics, budgets, cacheNow, storeCache } = runtime;
  // Most requests come from few addresses, and a hash takes as long as a line of the log.
  const pseudonymOf = remember((address) => pseudonym('client', address), MAX_KNOWN_CLIENTS);
  const clientOf = (head: RequestHead) => pseudonymOf(clientIp(head, { trustedProxies }));

  function onOperation(report: OperationReport, state: RequestState): void {
    metrics.countOperation(report);
    tracing?.endOperation(report, state);
  }

  return {
    requestLog: createRequestLog({
      logger,
      newId: randomUUID,
      clientOf,
      onEnd: metrics.countResponse,
    }),
    corsOrigins: guards?.corsOrigins ?? [],
    authenticate:
      authenticator &&
      createRequestAuthentication({
        loginThrottle: createLoginThrottle({
          authenticator,
          ...(runtime.replicas && { share: runtime.replicas.counters.shareAttempts }),
        }),
        withoutCredential,
        trustedProxies,
      }),
    places: guards?.operationsInFlight === undefined ? null : createPlaces(guards.operationsInFlight),
    maskResult: createMasks({ logger, suggestions: guards?.introspection ?? true }),
    operations: createOperationReporter(onOperation),
    costs: createOperationCosts({
      always: reportCost,
      limits: { maxCalls, maxValues: options.maxValues ?? MAX_VALUES },
      budgets: createOperationBudgets({
        budgets,
        publicCalls: createCallWindow(runtime.clock.now),
        isShared: runtime.replicas !== null,
        shopperShare: options.shopperShare ?? null,
        quota: governor.state,
      }),
      quota: () => governor.state().quota,
      cacheNow,
      facts: () => ({
        definitionCount: runtime.context.definitions.count(),
        knowsDefinitions: runtime.context.definitions.get() !== null,
        knowsFormFields: runtime.context.formFieldDefinitions.get() !== null,
        urlPrefixLength: runtime.context.callPath.urlPrefixLength,
        addressIds: runtime.context.writes.recent.idState('address'),
        maxReads: maxCalls,
      }),
    }),
    largeQueries: createLargeQueries({
      maxCalls: Math.floor(runtime.maxQueued * LARGE_QUERIES_SHARE),
      maxCallsOfCaller: Math.floor(runtime.maxQueued * LARGE_QUERIES_SHARE_OF_CALLER),
      hasSpareQuota: governor.hasSpareQuota,
    }),
    compression: createCompression(schema),
    webhooks:
      storeCache && options.webhooks
        ? {
            ...options.webhooks,
            verifier: createWebhookVerifier(options.webhooks),
            storeHash: runtime.context.storeHash,
            clientOf,
            onEvent: storeCache.receive,
            onDelivery: metrics.countDelivery,
            ...(runtime.replicas && { reachesAll: runtime.replicas.isAvailable }),
            hookWatch: storeCache.hookWatch,
          }
        : null,
    validDocuments: createDocumentCache(),
    maxResponseBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
  };
}
