import { randomUUID } from 'node:crypto';
import type { YogaServerOptions } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Authenticator } from '../access/authenticator.ts';
import type { Pseudonymizer } from '../access/pseudonyms.ts';
import { createLoginThrottle } from '../access/throttle/login-throttle.ts';
import type { ProviderKeys } from '../access/tokens/jwks.ts';
import type { Context } from '../context.ts';
import { schema } from '../schema/index.ts';
import { authentication } from './access/authentication.ts';
import { clientIp } from './access/client-ip.ts';
import { createOperationBudgets } from './cost/budgets.ts';
import { costReport } from './cost/report.ts';
import { staleWarning } from './cost/stale-warning.ts';
import { incrementalDelivery } from './documents/incremental.ts';
import { variableErrors } from './documents/variable-errors.ts';
import { maskErrors } from './errors/plugin.ts';
import { graphiqlPage } from './graphiql/plugin.ts';
import { operationalEndpoints } from './health/endpoints.ts';
import { cancelWithRequest } from './http/cancellation.ts';
import { compression } from './http/compression.ts';
import { requireJson } from './http/content-type.ts';
import { corsAndCsrf } from './http/csrf.ts';
import { unknownRoutes } from './http/route.ts';
import { securityHeaders } from './http/security-headers.ts';
import { operationsInFlight } from './limits/operations-in-flight.ts';
import { limitResponseSize } from './limits/response-size.ts';
import { type OperationReport, observeOperations } from './observability/operations.ts';
import { type RequestState, requestLog } from './observability/request-log.ts';
import type { Tracing } from './observability/tracing.ts';
import { type GuardOptions, requestGuards } from './request-guards.ts';
import type { Runtime } from './runtime.ts';

export interface PluginOptions {
  readonly logger: Logger;
  /** Authenticates callers; null disables authentication. */
  readonly authenticator: Authenticator | null;
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
  /** @default no tracing */
  readonly tracing?: Tracing;
}

const MAX_VALUES = 250_000;
const MAX_RESPONSE_BYTES = 20_000_000;

type Plugins = NonNullable<YogaServerOptions<RequestState, Context>['plugins']>;

/** The plugins of the server in the order in which their hooks run. A request hook that answers ends the request. */
export function createPlugins(
  runtime: Runtime,
  options: PluginOptions & { readonly pseudonym: Pseudonymizer },
): Plugins {
  const { logger, authenticator, graphiql, reportCost, maxCalls, guards, tracing } = options;
  const { trustedProxies = 0, pseudonym } = options;
  const { governor, metrics, readiness, tokenScopes, budgets, cacheNow } = runtime;

  function onOperation(report: OperationReport, state: RequestState): void {
    metrics.countOperation(report);
    tracing?.endOperation(report, state);
  }

  return [
    // First: every request gets an id and a log line, also one that a later plugin refuses.
    requestLog({
      logger,
      newId: randomUUID,
      clientOf: (request, context) => pseudonym('client', clientIp(request, context, { trustedProxies })),
      onEnd: metrics.countResponse,
    }),
    // Responses of all plugins below get the headers and the span.
    securityHeaders(),
    ...(tracing ? [tracing.plugin] : []),
    // Before all decisions that depend on the path.
    unknownRoutes(),
    // Before authentication: the page has no data, and its requests authenticate themselves.
    ...(graphiql ? [graphiqlPage()] : []),
    // Before authentication: a preflight has no credentials, and another site must not learn whether some are valid.
    corsAndCsrf(guards?.corsOrigins ?? []),
    ...(authenticator
      ? [
          authentication({
            loginThrottle: createLoginThrottle({ authenticator }),
            trustedProxies,
          }),
        ]
      : []),
    // After authentication: metrics require a scope.
    operationalEndpoints({
      readiness,
      metrics,
      tokenScopes,
      graphiql,
      providerKeys: options.providerKeys ?? null,
    }),
    // After authentication, because one caller cannot take all places. Before anything reads the body.
    ...(guards?.operationsInFlight === undefined ? [] : [operationsInFlight(guards.operationsInFlight)]),
    requireJson(),
    // Before all that can refuse an operation: it masks their errors too.
    maskErrors({ logger, suggestions: guards?.introspection ?? true }),
    observeOperations({ onOperation }),
    // Before the cost: the estimate walks only documents within the limits.
    ...(guards ? requestGuards(guards) : []),
    costReport({
      always: reportCost,
      limits: { maxCalls, maxValues: options.maxValues ?? MAX_VALUES },
      budgets: createOperationBudgets({
        budgets,
        shopperShare: options.shopperShare ?? null,
        quota: governor.state,
      }),
      quota: () => governor.state().quota,
      cacheNow,
      facts: () => ({
        definitionCount: runtime.context.definitions.count(),
        urlPrefixLength: runtime.context.callPath.urlPrefixLength,
        addressIds: runtime.context.writes.recent.idState('address'),
        maxReads: maxCalls,
      }),
    }),
    ...(cacheNow === null ? [] : [staleWarning(cacheNow)]),
    // Below the cost report and above the masks: it writes the data that all others leave as they are.
    limitResponseSize(options.maxResponseBytes ?? MAX_RESPONSE_BYTES),
    variableErrors(),
    ...incrementalDelivery(),
    // After all that read or change a response.
    compression(schema),
    // Last: it ends an execution that all others let run.
    cancelWithRequest(),
  ];
}
